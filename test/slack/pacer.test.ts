import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePacer } from '../../src/slack/api/pacer.ts'

// Longer between two messages than is worth waiting for: each answer tells when to come again.
const BETWEEN_MS = 3000

test('three messages of a channel go at once, then one at a time; another channel does not wait for them', async () => {
  let now = 0
  const pacer = makePacer(BETWEEN_MS, () => now)
  const asked = async (channel: string, times: number) => {
    const waits: number[] = []
    for (let n = 0; n < times; n += 1) waits.push(await pacer.turnOrLater(channel))
    return waits
  }
  assert.deepEqual(await asked('C1', 5), [0, 0, 0, 3000, 6000])
  assert.deepEqual(pacer.resting(), ['C1'])
  assert.deepEqual(await asked('C2', 1), [0])
  now = 3000
  assert.deepEqual(await asked('C1', 1), [0])
  now = 60_000
  assert.deepEqual(pacer.resting(), [])
  assert.deepEqual(await asked('C1', 4), [0, 0, 0, 3000])
})

test('a channel that Slack said to leave alone is left alone, and then gets one message at a time', async () => {
  let now = 0
  const pacer = makePacer(BETWEEN_MS, () => now)
  pacer.pause('C1', 5000)
  assert.equal(await pacer.turnOrLater('C1'), 5000)
  now = 5000
  assert.equal(await pacer.turnOrLater('C1'), 0)
  assert.equal(await pacer.turnOrLater('C1'), 8000 - now)
})
