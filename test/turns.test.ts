// Long work leaves the event loop to others in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeTurns } from '../src/turns.ts'

/** Takes the thread until the clock has moved on by `ms`. */
function busy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('many pieces that are asked for at once do not keep the thread until all are done', async () => {
  const turn = makeTurns(2)
  let done = 0
  const seen: number[] = []
  const work = Array.from({ length: 40 }, async () => {
    await turn()
    busy(1)
    done += 1
  })
  // Another that has a turn whenever the event loop comes round.
  const other = async () => {
    for (let round = 0; round < 100; round += 1) {
      seen.push(done)
      await new Promise(setImmediate)
    }
  }
  await Promise.all([...work, other()])
  assert.equal(done, 40)
  const most = Math.max(...seen.map((n, at) => n - (seen[at - 1] ?? 0)))
  assert.ok(most <= 3, `${most} of 40 were done without a turn of anything else`)
})
