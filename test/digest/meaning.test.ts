// docs/digest.md says of each number what the digest itself says.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { digestMeaning } from '../../src/domain/digest/digest-meaning.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowOf } from '../../src/domain/digest/digest-window.ts'
import { exampleFigures } from '../../src/slack/samples/example.ts'

test('the page on the digest defines each number in the words of the digest', () => {
  const page = readFileSync(new URL('../../docs/digest.md', import.meta.url), 'utf8')
  const window = windowOf(new Date('2026-11-25T12:00:00Z'), 'UTC')
  const { numbers } = digestText(exampleFigures(window), window)
  assert.equal(new Set(numbers.map(({ list }) => list)).size, Object.keys(digestMeaning).length)
  for (const { label, meaning } of numbers) assert.ok(page.includes(`| ${label} | ${meaning} |`), label)
})
