// What capture promises when the database does not go along.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import type { Database } from '../../src/db/store/open.ts'
import { type Arrival, type Captured, makeCapture } from '../../src/pipeline/capture/capture.ts'
import { partsOf, splitNotify } from '../../src/queue/insert-statement.ts'
import type { Queue } from '../../src/queue/queue.ts'
import { type Bot, startBot } from '../bot.ts'
import { isOnServer } from '../database.ts'

const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: 'has(event.id) ? event.id : ""' } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

/** Makes arrivals of the published workflow. */
async function arrivals({ app }: Bot): Promise<(dedupeKey: string | null) => Arrival> {
  const current = await app.catalog.current('orders')
  return (dedupeKey) => ({
    workflow: 'orders',
    versionId: current?.version.id ?? '',
    source: 'webhook',
    dedupeKey,
    subject: null,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{}').toString('base64'),
    receivedAt: new Date(),
    actor: null,
    replayOf: null,
  })
}

test('when the queue for the database is full, what does not fit is refused at once and the rest is accepted', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ orders: flow })
  const { db, queue } = bot.app
  const arrival = await arrivals(bot)
  const open = Promise.withResolvers<void>()
  const gated: Queue = {
    ...queue,
    insertStatement: async (name) => {
      await open.promise
      return queue.insertStatement(name)
    },
  }
  const capture = makeCapture(db, gated, { warn: () => {} } as never, { events: 3, bytes: 10_000 })
  const taken: Promise<Captured>[] = []
  // Two commits wait at the gate, and three events behind them.
  for (let n = 0; n < 5; n += 1) {
    taken.push(capture(arrival(`k-${n}`)))
    await new Promise(setImmediate)
  }
  await assert.rejects(capture(arrival('k-5')), /no more are taken/)
  open.resolve()
  assert.ok((await Promise.all(taken)).every(({ duplicate }) => !duplicate))
  // What was refused may come again.
  assert.equal((await capture(arrival('k-5'))).duplicate, false)
  const small = makeCapture(db, queue, { warn: () => {} } as never, { events: 3, bytes: 2 })
  await assert.rejects(small(arrival('k-6')), /no more are taken/)
  await bot.untilIdle()
  assert.equal((await readLedger(db.prisma)).accepted, 6)
})

test('when the repeats of a shared commit cannot be counted, its new events are not accepted twice', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ orders: flow })
  const { db, queue } = bot.app
  const { prisma } = db
  const arrival = await arrivals(bot)
  let failures = 1
  const failing: Database = {
    ...db,
    transaction: (work) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(new Error('deadlock detected')) : db.transaction(work)
    },
  }
  const capture = makeCapture(failing, queue, { warn: () => {} } as never)
  // The first two begin commits of their own; all others share the next.
  const first = await capture(arrival('k-1'))
  const opening = [capture(arrival('k-2')), capture(arrival('k-3'))]
  const shared = [capture(arrival(null)), capture(arrival('k-1')), capture(arrival('k-4'))]
  const answers = await Promise.all([...opening, ...shared])
  assert.deepEqual(
    answers.map(({ duplicate }) => duplicate),
    [false, false, false, true, false],
  )
  assert.equal(answers[3]?.run, first.run)
  await bot.untilIdle()
  assert.equal(await prisma.event.count(), 5)
  const ledger = await readLedger(prisma)
  assert.deepEqual([ledger.accepted, ledger.duplicates, ledger.unaccounted], [5, 1, 0])
  assert.deepEqual(await countLedger(prisma), ledger)
})

test('on a server a capture commits without a NOTIFY, which would let one commit through at a time', async (t) => {
  const bot = await startBot(t)
  const { ctes } = (await bot.app.queue.insertStatement('decide')).parts
  assert.match(ctes, /^\s*ins AS \(\s*INSERT INTO/)
  assert.equal(ctes.includes('pg_notify'), !isOnServer())
  assert.match(
    splitNotify("WITH ins AS (…) SELECT pg_notify(('p' || left('x', 2)), 'decide')\n FROM ins").text,
    /SELECT 1 FROM ins$/,
  )
  assert.deepEqual(splitNotify('worded otherwise'), { text: 'worded otherwise', wake: undefined })
})

test('the queue’s statement becomes part of another, however pg-boss words it', () => {
  const nested =
    " WITH a AS (SELECT '(select' FROM (SELECT 1) x), b AS (INSERT INTO t SELECT 1 RETURNING 1)\nSELECT 1 FROM b"
  assert.deepEqual(partsOf(nested), {
    ctes: "a AS (SELECT '(select' FROM (SELECT 1) x), b AS (INSERT INTO t SELECT 1 RETURNING 1)\n",
    select: 'SELECT 1 FROM b',
  })
  assert.deepEqual(partsOf('INSERT INTO t SELECT 1 RETURNING id'), {
    ctes: 'queued AS (INSERT INTO t SELECT 1 RETURNING id)',
    select: 'SELECT 1 FROM queued',
  })
})

test('a dedupe key in a header that is too long to be one is none: the event is accepted', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ orders: flow })
  const key = randomBytes(4000).toString('hex')
  const { status } = await bot.send('orders', {}, { 'webhook-id': key })
  assert.equal(status, 202)
})
