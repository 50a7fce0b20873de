// Replaying: linked, counted, and without doing again what was done.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countLedger, readLedger } from '../../src/db/ledger.ts'
import { readBatches } from '../../src/db/replay-batches.ts'
import { restTarget } from '../../src/db/target-rests.ts'
import { replay, type ReplayDeps } from '../../src/pipeline/resume/replay.ts'
import { cancelBatch, planBatch, startBatch } from '../../src/pipeline/resume/replay-batch.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const flow = (target: string, second: string) => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields: { id: { type: string, from: event.id }, amount: { type: number, from: event.amount } }
rules: [{ rule: all, when: 'true', route: go }]
routes:
  go:
    actions:
      - { action: first, http: { url: "${target}/first", body: { amount: "\${record.amount}" } } }
      - { action: second, http: { url: "${target}${second}" }, retry: { attempts: 1 } }
    outcome: achieved
`
const actor = { id: 'cli:ops-lead', surface: 'cli' } as const
const depsOf = ({ app }: Bot): ReplayDeps => ({
  db: app.db,
  queue: app.queue,
  catalog: app.catalog,
  clock: () => new Date(),
  cardsChanged: () => {},
})
const pathsOf = (target: { requests: { path: string }[] }) => target.requests.map(({ path }) => path)

test('a replay goes on where the old run failed, on the current version; the old exception is closed with it', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { prisma } = bot.app.db
  await bot.publish({ orders: flow(target.url, '/broken') })
  target.answerWith(200, 404)
  const { body } = await bot.send('orders', { id: 'o-1', amount: 5 })
  await bot.settle()
  await bot.publish({ orders: flow(target.url, '/mended') })
  const stranger = { id: 'cli:alan', surface: 'cli' } as const
  const refused = await replay(depsOf(bot), { runId: body.run, version: 'current', actor: stranger })
  assert.deepEqual(refused, { kind: 'not_allowed', who: '@ops-lead, role:operators' })
  const answer = await replay(depsOf(bot), { runId: body.run, version: 'current', actor })
  assert.equal(answer.kind, 'replayed')
  await bot.settle()
  assert.deepEqual(pathsOf(target), ['/first', '/broken', '/mended'])
  const old = await prisma.run.findUniqueOrThrow({
    where: { id: body.run },
    include: { outcome: true, exceptions: true },
  })
  assert.deepEqual([old.outcome?.kind, old.exceptions[0]?.settledAs], ['ignored', 'replayed'])
  const fresh = await prisma.run.findFirstOrThrow({
    where: { replayOf: body.run },
    include: { outcome: true },
  })
  assert.equal(fresh.outcome?.kind, 'achieved')
  const ledger = await readLedger(prisma)
  assert.deepEqual([ledger.accepted, ledger.outcomes, ledger.unaccounted], [2, 2, 0])
  assert.deepEqual(await countLedger(prisma), ledger)

  const original = await replay(depsOf(bot), {
    runId: body.run,
    version: 'original',
    actor,
    repeatDone: true,
  })
  assert.equal(original.kind, 'replayed')
  await bot.settle()
  assert.deepEqual(pathsOf(target).slice(3), ['/first', '/broken'])
})

test('of two who replay a run at once, one does: no action is called beside itself', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/broken') })
  target.answerWith(200, 404)
  const { body } = await bot.send('orders', { id: 'o-1', amount: 5 })
  await bot.settle()
  await bot.publish({ orders: flow(target.url, '/mended') })
  const wish = { runId: body.run, version: 'current', actor } as const
  const first = await replay(depsOf(bot), wish)
  assert.ok(first.kind === 'replayed')
  await bot.settle()
  const answers = await Promise.all([1, 2, 3].map(() => replay(depsOf(bot), wish)))
  assert.deepEqual(answers.map(({ kind }) => kind).toSorted(), ['already', 'already', 'replayed'])
  await bot.settle()
  assert.deepEqual(pathsOf(target), ['/first', '/broken', '/mended'])
  assert.equal((await readLedger(bot.app.db.prisma)).unaccounted, 0)
})

test('an edited event takes the place of what arrived, which stays as it was', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/second') })
  const { body } = await bot.send('orders', { id: 'o-1', amount: 'many' })
  await bot.settle()
  const event = { id: 'o-1', amount: 7 }
  const answer = await replay(depsOf(bot), { runId: body.run, version: 'original', actor, event })
  await bot.settle()
  assert.ok(answer.kind === 'replayed')
  assert.deepEqual(target.requests[0]?.body, { amount: 7 })
  const { prisma } = bot.app.db
  const kept = await prisma.event.findUniqueOrThrow({ where: { id: body.event } })
  assert.equal(Buffer.from(kept.body).toString(), '{"id":"o-1","amount":"many"}')
  assert.equal((await readLedger(prisma)).unaccounted, 0)
})

test('a bulk replay says first how many of what, is done once each, and can be cancelled', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { prisma } = bot.app.db
  await bot.publish({ orders: flow(target.url, '/second') })
  for (const amount of [1, 2, 3]) await bot.send('orders', { id: `o-${amount}`, amount })
  await bot.settle()
  const deps = depsOf(bot)
  const wish = {
    workflow: 'orders',
    since: new Date(Date.now() - 60_000),
    until: new Date(Date.now() + 1000),
    version: 'current',
    repeatDone: true,
    perMinute: 6000,
    actor,
  } as const
  const plan = await planBatch(deps, { ...wish, name: 'two', where: 'record.amount > 1.0' })
  assert.ok(plan.kind === 'planned')
  assert.deepEqual([plan.total, plan.of], [2, { achieved: 2 }])
  assert.equal((await planBatch(deps, { ...wish, name: 'two' })).kind, 'invalid')
  assert.equal((await planBatch(deps, { ...wish, name: 'bad', where: 'record.amout > 1.0' })).kind, 'invalid')
  const other = await planBatch(deps, { ...wish, name: 'other' })
  assert.ok(other.kind === 'planned')
  assert.equal(await cancelBatch(deps, other.batchId, actor), true)
  assert.equal(await startBatch(deps, other.batchId, actor), false)
  // Started and queued together: a batch that runs without a job would run for ever.
  const away = { ...deps.queue, enqueue: () => Promise.reject(new Error('away')) }
  await assert.rejects(startBatch({ ...deps, queue: away }, plan.batchId, actor), /away/)
  assert.equal(await startBatch(deps, plan.batchId, actor), true)
  const until = Date.now() + 15_000
  while ((await readBatches(prisma, { name: 'two' }))[0]?.state !== 'done') {
    assert.ok(Date.now() < until, 'the batch is never done')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await bot.settle()
  assert.equal(await prisma.run.count({ where: { replayOf: { not: null } } }), 2)
  assert.equal(pathsOf(target).filter((path) => path === '/first').length, 5)
})

test('a bulk replay stops by itself when what it makes fails', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { prisma } = bot.app.db
  await bot.publish({ orders: flow(target.url, '/second') })
  for (let n = 0; n < 12; n += 1) await bot.send('orders', { id: `o-${n}`, amount: 1 })
  await bot.settle()
  target.answerWith(...Array.from({ length: 100 }, () => 500))
  const deps = depsOf(bot)
  const plan = await planBatch(deps, {
    name: 'storm',
    workflow: 'orders',
    since: new Date(Date.now() - 60_000),
    until: new Date(Date.now() + 1000),
    version: 'current',
    repeatDone: true,
    perMinute: 300,
    actor,
  })
  assert.ok(plan.kind === 'planned')
  await startBatch(deps, plan.batchId, actor)
  const until = Date.now() + 20_000
  let batch = (await readBatches(prisma, { name: 'storm' }))[0]
  while (batch?.state === 'running') {
    assert.ok(Date.now() < until, 'the batch never stops')
    await new Promise((resolve) => setTimeout(resolve, 20))
    batch = (await readBatches(prisma, { name: 'storm' }))[0]
  }
  assert.equal(batch?.state, 'stopped')
  assert.ok(batch.replayed < 12)
})

test('a bulk replay to a target that rests stops before it begins', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { db } = bot.app
  await bot.publish({ orders: flow(target.url, '/second') })
  await bot.send('orders', { id: 'o-1', amount: 1 })
  await bot.settle()
  const { host } = new URL(target.url)
  // As another process would say whose breaker opened.
  await restTarget(db.prisma, host, 60_000)
  const deps = depsOf(bot)
  const plan = await planBatch(deps, {
    name: 'resting',
    workflow: 'orders',
    since: new Date(Date.now() - 60_000),
    until: new Date(Date.now() + 1000),
    version: 'current',
    repeatDone: true,
    perMinute: 300,
    actor,
  })
  assert.ok(plan.kind === 'planned')
  await startBatch(deps, plan.batchId, actor)
  const read = async () => (await readBatches(db.prisma, { name: 'resting' }))[0]
  while ((await read())?.state === 'running') await new Promise(setImmediate)
  const batch = await read()
  assert.deepEqual([batch?.state, batch?.because, batch?.replayed], ['stopped', `${host} fails and rests`, 0])
})
