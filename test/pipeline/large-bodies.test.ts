// A backlog of the largest events: what is decided at once is bounded by bytes, not by runs alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { readRunsToDecide } from '../../src/db/runs/runs-to-decide.ts'
import { decideRuns } from '../../src/pipeline/decide/decide.ts'
import { MOST_BYTES } from '../../src/pipeline/decide/ready.ts'
import { startBot } from '../bot.ts'

const EVENTS = 30
const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
fields: { id: { type: string, from: event.id } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

test('one job about many large events decides them a few at a time, and all of them', async (t) => {
  const bot = await startBot(t, { roles: ['web'] })
  await bot.publish({ orders: flow })
  const { app } = bot
  const ids: string[] = []
  for (let n = 0; n < EVENTS; n += 1) {
    const { body } = await bot.send('orders', { id: `o-${n}`, pad: 'x'.repeat(900_000) })
    ids.push(body.run)
  }
  // However little may be in hand, one is.
  const { runs, left } = await readRunsToDecide(app.db.prisma, ids, 1)
  assert.deepEqual([...runs.map(({ id }) => id), ...left].toSorted(), ids.toSorted())
  assert.equal(runs.length, 1)
  const committed: { runs: number; bytes: number }[] = []
  const deps = {
    ...app,
    log: pino({ level: 'silent' }),
    clock: () => new Date(),
    secret: () => undefined,
    makeAsk: () => () => assert.fail('nothing is looked up'),
    cardsChanged: () => {},
    decided: (judged: { run: { body: Uint8Array } }[]) =>
      void committed.push({
        runs: judged.length,
        bytes: judged.reduce((sum, { run }) => sum + run.body.length, 0),
      }),
  }
  await decideRuns(deps, ids)
  assert.ok(committed.every(({ bytes }) => bytes <= MOST_BYTES))
  assert.ok(committed.length < EVENTS, 'they share commits')
  assert.equal(
    committed.reduce((sum, one) => sum + one.runs, 0),
    EVENTS,
  )
  const { outcomes, inFlight, unaccounted } = await readLedger(app.db.prisma)
  assert.deepEqual([outcomes, inFlight, unaccounted], [EVENTS, 0, 0])
})
