import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { presetNames } from '../../src/domain/senders/presets.ts'
import { sendersPage } from '../../src/cli/text/senders-page.ts'
import { signalbox } from '../cli/command.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/senders.md'), 'utf8')

test('docs/senders.md is what the presets say (node scripts/senders-page.ts writes it)', () => {
  assert.equal(page, sendersPage())
  for (const name of presetNames) assert.ok(page.includes(`\`preset: ${name}\``))
  assert.match(page, /^## My tool is not listed$/m)
})

test('signalbox sources lists every preset, and says all about one', async () => {
  const list = await signalbox({}, 'sources', '--json')
  assert.deepEqual(
    (JSON.parse(list.stdout) as { presets: { preset: string }[] }).presets.map(({ preset }) => preset),
    presetNames,
  )
  const one = await signalbox({}, 'sources', 'stripe')
  assert.match(
    one.stdout,
    /Verified +HMAC-SHA-256 \(hex\) in stripe-signature, over \$\{timestamp\}\.\$\{body\}/,
  )
  const wrong = await signalbox({}, 'sources', 'strpe')
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /did you mean stripe/)
})
