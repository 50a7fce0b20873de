// People are read again once a night, whatever happens to the clock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyNight } from '../../src/slack/keep-synced.ts'

test('what is done every night is done once a night, also by a clock that was set back', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let now = Date.parse('2026-11-28T23:00Z')
  let done = 0
  const nightly = everyNight(
    () => (done += 1),
    () => new Date(now),
  )
  const hours = (count: number) => {
    for (let minutes = 0; minutes < count * 60; minutes += 10) {
      now += 600_000
      t.mock.timers.tick(600_000)
    }
    return done
  }
  assert.equal(hours(4), 0, 'it is three in the morning')
  assert.equal(hours(1), 1)
  assert.equal(hours(23), 1)
  assert.equal(hours(1), 2)
  now -= 2 * 3_600_000
  assert.ok(hours(24) >= 3, 'it goes on')
  const before = done
  nightly.stop()
  assert.equal(hours(48), before)
})
