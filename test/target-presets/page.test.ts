// The page of presets is made from their data.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { presetPage } from '../../scripts/preset-page.ts'

test('docs/connection-presets.md is what `node scripts/preset-page.ts` prints', () => {
  const page = readFileSync(new URL('../../docs/connection-presets.md', import.meta.url), 'utf8')
  assert.equal(page, presetPage())
})
