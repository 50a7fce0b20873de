// A source that changes the shape of its events: one exception, what needs the old shape waits under it, and goes on
// when the mapping is mended.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import { releaseShapes } from '../../src/pipeline/drift/release.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'

const flow = (from: string) => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields:
  id: { type: string, from: event.id }
  amount: { type: number, from: ${from} }
  note: { type: string, from: event.note, missing: ignore }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
const depsOf = ({ app }: Bot) => ({
  db: app.db,
  queue: app.queue,
  catalog: app.catalog,
  clock: () => new Date(),
  cardsChanged: () => {},
})

/** A bot that has seen 60 events of the shape {id, amount, note}. */
async function learnedBot(t: TestContext): Promise<Bot> {
  const bot = await startBot(t, { roles: ['web', 'worker', 'notifier'] })
  await bot.publish({ orders: flow('event.amount') })
  for (let batch = 0; batch < 10; batch += 1) {
    for (let n = 0; n < 6; n += 1) await bot.send('orders', { id: `o-${batch}-${n}`, amount: n, note: 'x' })
    await bot.untilIdle()
  }
  await bot.app.drift.flush()
  return bot
}
const holds = async ({ app }: Bot) => {
  const ledger = await readLedger(app.db.prisma)
  assert.equal(ledger.unaccounted, 0)
  assert.deepEqual(await countLedger(app.db.prisma), ledger)
}

test('a renamed field: one exception and one card, what waits goes on with the mended mapping', async (t) => {
  const bot = await learnedBot(t)
  const { prisma } = bot.app.db
  const renamed: string[] = []
  for (let n = 0; n < 8; n += 1) {
    renamed.push((await bot.send('orders', { id: `r-${n}`, total: n, note: 'x' })).body.run)
    await bot.untilIdle()
  }
  const open = await prisma.exception.findMany({ where: { state: 'open' }, orderBy: { openedAt: 'asc' } })
  const leads = open.filter(({ data }) => Object.hasOwn(data as object, 'lost'))
  assert.equal(leads.length, 1)
  const [lead] = leads
  assert.match(lead?.detail ?? '', /"amount" \(number\) is missing\. New: "total"\. Seen in run_/)
  assert.match(lead?.ownerId ?? '', /^U/)
  const waiting = open.filter(({ data }) => (data as { formatChange?: string }).formatChange === lead?.id)
  // The first two came before it was certain, and have cards of their own.
  assert.equal(waiting.length, 8)
  const together = waiting.filter(({ reason }) => reason === 'shape_changed')
  assert.equal(together.length, 6)
  const posted = await prisma.card.count({
    where: { kind: 'exception', ts: { not: null }, subjectId: { in: together.map(({ id }) => id) } },
  })
  assert.equal(posted, 0)
  assert.ok(await prisma.card.findFirst({ where: { subjectId: lead?.id ?? '', ts: { not: null } } }))
  await holds(bot)

  assert.deepEqual(await releaseShapes(depsOf(bot)), { closed: 0, released: 0 })
  await bot.publish({ orders: flow('event.total') })
  const looks = await Promise.all([releaseShapes(depsOf(bot)), releaseShapes(depsOf(bot))])
  assert.equal(
    looks.reduce((sum, { closed }) => sum + closed, 0),
    1,
  )
  await until(
    'what waited is replayed',
    async () => (await prisma.run.count({ where: { replayOf: { in: renamed }, state: 'ended' } })) >= 8,
  )
  await bot.untilIdle()
  assert.equal(await prisma.exception.count({ where: { state: 'open' } }), 0)
  await holds(bot)
})

test('what waits is let go also when the process that was to start its replay died before it did', async (t) => {
  const bot = await learnedBot(t)
  const { prisma } = bot.app.db
  for (let n = 0; n < 4; n += 1) await bot.send('orders', { id: `r-${n}`, total: n, note: 'x' })
  await bot.untilIdle()
  const open = await prisma.exception.findMany({ where: { state: 'open' } })
  const lead = open.find(({ data }) => Object.hasOwn(data as object, 'lost'))
  const waiting = open.filter(({ data }) => (data as { formatChange?: string }).formatChange === lead?.id)
  assert.ok(lead && waiting.length > 1)
  const batch = {
    id: 'bat_left',
    name: `shape ${lead.id}`,
    workflowKey: 'orders',
    query: {},
    version: 'current',
  }
  await prisma.replayBatch.create({
    data: { ...batch, repeatDone: false, perMinute: 600, createdAt: new Date(), createdBy: 'engine' },
  })
  await prisma.replayItem.createMany({ data: waiting.map(({ runId }) => ({ batchId: batch.id, runId })) })
  await bot.publish({ orders: flow('event.total') })
  await releaseShapes(depsOf(bot))
  await until(
    'what waited is replayed',
    async () => (await prisma.exception.count({ where: { state: 'open' } })) === 0,
  )
  await bot.untilIdle()
  await holds(bot)
})

test('an optional field that is gone is told of, holds nobody, and closes itself when it is back', async (t) => {
  const bot = await learnedBot(t)
  const { prisma } = bot.app.db
  for (let n = 0; n < 5; n += 1) {
    await bot.send('orders', { id: `r-${n}`, amount: n })
    await bot.untilIdle()
  }
  const open = await prisma.exception.findMany({ where: { state: 'open' } })
  assert.deepEqual(
    open.map(({ reason }) => reason),
    ['shape_changed'],
  )
  assert.equal((await readLedger(prisma)).byOutcome['achieved'], 65)
  for (let n = 0; n < 3; n += 1) {
    await bot.send('orders', { id: `b-${n}`, amount: n, note: 'back' })
    await bot.untilIdle()
  }
  const lead = await prisma.exception.findFirstOrThrow({ where: { reason: 'shape_changed' } })
  assert.deepEqual([lead.state, lead.resolvedAs], ['resolved', 'recovered'])
  await holds(bot)
})

test('dismissed by a person, what waits under it is dismissed with it', async (t) => {
  const bot = await learnedBot(t)
  const { prisma } = bot.app.db
  for (let n = 0; n < 4; n += 1) await bot.send('orders', { id: `r-${n}`, amount: { value: n }, note: 'x' })
  await bot.untilIdle()
  const open = await prisma.exception.findMany({ where: { state: 'open' } })
  const lead = open.find(({ data }) => Object.hasOwn(data as object, 'lost'))
  assert.ok(lead)
  const resolution = { do: 'dismiss', note: 'a mistake of the sender' } as const
  const actor = { id: 'engine', surface: 'engine' } as const
  assert.equal((await bot.app.resolve({ exceptionId: lead.id, actor, resolution })).kind, 'resolved')
  await releaseShapes(depsOf(bot))
  const dismissed = await prisma.outcome.count({
    where: { kind: 'dismissed', note: 'a mistake of the sender' },
  })
  assert.equal(
    dismissed,
    1 + open.filter(({ data }) => (data as { formatChange?: string }).formatChange === lead.id).length,
  )
  assert.ok(dismissed > 2)
  await holds(bot)
})
