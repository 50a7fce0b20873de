// No text that people read says what we gave up saying: in the gallery, and in what the surfaces' own files write.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeSamples } from '../../src/slack/samples/samples.ts'
import { pagesOf } from './pages.ts'
import { gaveUp } from './words.ts'

/** Every text in blocks and views, as Slack draws it. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const foundIn = (name: string, text: string): string[] =>
  gaveUp.flatMap(([was, now]) =>
    [...text.matchAll(new RegExp(was, `g${was.flags}`))].map(
      ([found]) => `${name}: "${found}"; we say: ${now}`,
    ),
  )

describe('the words that we gave up', () => {
  test('stand on no card, in no window and on no page', () => {
    const { samples, classic } = makeSamples()
    const found = [
      ...[...samples, ...classic].flatMap((sample) =>
        textsIn('view' in sample ? sample.view : sample.blocks).flatMap((text) => foundIn(sample.name, text)),
      ),
      ...pagesOf().flatMap(([name, html]) => foundIn(name, html.replaceAll(/<style>.*?<\/style>/gs, ''))),
    ]
    assert.deepEqual([...new Set(found)], [])
  })

  test('stand in no text of Slack, the command line or the page of a run', () => {
    const src = join(import.meta.dirname, '../../src')
    const found: string[] = []
    for (const room of [
      'slack',
      'cli',
      'explain',
      'domain/digest',
      'domain/exceptions',
      'pipeline/exception',
    ])
      for (const file of readdirSync(join(src, room), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts')) continue
        const code = readFileSync(join(src, room, file), 'utf8')
          .replaceAll(/\/\*.*?\*\//gs, '')
          .replaceAll(/^\s*\/\/.*$/gm, '')
        found.push(...foundIn(`${room}/${file}`, code))
      }
    assert.deepEqual(found, [])
  })

  test('are found where they stand', () => {
    assert.deepEqual(foundIn('a card', 'The run goes on.'), ['a card: "goes on"; we say: continues'])
  })
})
