// The scheduler's rounds: at the full minute, and on however the clock is set.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startChecks } from '../../src/pipeline/watch/checks.ts'

test('rounds begin at each full minute too, and go on when the clock is set back by two hours', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = Date.parse('2026-11-28T10:00:50Z')
  t.mock.method(Date, 'now', () => now)
  const begun: string[] = []
  const checks = startChecks(
    15_000,
    { look: async () => void begun.push(new Date(now).toISOString().slice(11, 19)) },
    { error: assert.fail } as never,
  )
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second += 1) {
      now += 1000
      t.mock.timers.tick(1000)
      // What a round awaits is done before the next second.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await seconds(30)
  now -= 2 * 3_600_000
  await seconds(70)
  await checks.stop()
  const before = ['10:00:50', '10:01:01', '10:01:16']
  assert.deepEqual(begun, [...before, '08:01:31', '08:01:46', '08:02:01', '08:02:16'])
})
