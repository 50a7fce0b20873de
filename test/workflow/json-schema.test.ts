// The JSON Schemas that editors use are those of the code, and the format page's own files are sound.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { checkAll } from '../../src/workflow/file/load.ts'
import { jsonSchema, keysAt } from '../../src/workflow/file/json-schema.ts'

const docs = new URL('../../docs/', import.meta.url)
const page = readFileSync(new URL('workflow-format.md', docs), 'utf8')
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((found) => found[1] ?? '')

describe('the format page', () => {
  for (const kind of ['workflow', 'standards'] as const) {
    test(`docs/${kind}.schema.json is what \`signalbox schema\` prints`, () => {
      const stored: unknown = JSON.parse(readFileSync(new URL(`${kind}.schema.json`, docs), 'utf8'))
      assert.deepEqual(stored, JSON.parse(JSON.stringify(jsonSchema(kind))))
    })
  }
  test('its own example is sound', () => {
    const [workflow = '', standards = ''] = blocks
    assert.deepEqual(
      checkAll([{ file: 'page.yaml', source: workflow }], standards, 'signalbox.yaml').problems,
      [],
    )
  })
  test('names every part of a workflow file', () => {
    for (const path of [
      [],
      ['trigger'],
      ['trigger', 'webhook', 'verify'],
      ['routes', 'x'],
      ['routes', 'x', 'review'],
      ['routes', 'x', 'actions', 0],
    ])
      for (const key of keysAt('workflow', path)) assert.ok(page.includes(key), `${path.join('.')}: ${key}`)
  })
})
