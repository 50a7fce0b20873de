// Replaying: linked, counted, and without doing again what was done.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import { readBatches } from '../../src/db/runs/replay-batches.ts'
import { openCircuit } from '../../src/db/open-circuits.ts'
import { pause, resume } from '../../src/pipeline/resume/pauses.ts'
import { replay, type ReplayDeps } from '../../src/pipeline/resume/replay.ts'
import { type BatchRequest, planBatch } from '../../src/pipeline/resume/plan-batch.ts'
import { cancelBatch, startBatch } from '../../src/pipeline/resume/replay-batch.ts'
import { replayPart } from '../../src/pipeline/resume/replay-part.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import type { Actor } from '../../src/domain/exceptions/resolution.ts'
import { until } from '../until.ts'

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
      - { action: first, http: { url: "${target}/first", json: { amount: "\${record.amount}" } } }
      - { action: second, http: { url: "${target}${second}" }, retry: { attempts: 1 } }
    outcome: achieved
`
const as = (handle: string) => ({ id: `cli:${handle}`, surface: 'cli' }) as const
const actor = as('ops-lead')
/** All runs of the last minute, again and with all their actions. */
const requestFor = (name: string, other: Partial<BatchRequest> = {}): BatchRequest => ({
  name,
  workflow: 'orders',
  since: new Date(Date.now() - 60_000),
  until: new Date(Date.now() + 1000),
  version: 'current',
  repeatDone: true,
  perMinute: 6000,
  actor,
  ...other,
})
const batchCalled = async ({ app }: Bot, name: string) => (await readBatches(app.db.prisma, { name }))[0]
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
  await bot.untilIdle()
  await bot.publish({ orders: flow(target.url, '/mended') })
  const stranger = { id: 'cli:alan', surface: 'cli' } as const
  const refused = await replay(depsOf(bot), { runId: body.run, version: 'current', actor: stranger })
  assert.deepEqual(refused, { kind: 'not_allowed', who: '@ops-lead, role:operators' })
  const answer = await replay(depsOf(bot), { runId: body.run, version: 'current', actor })
  assert.equal(answer.kind, 'replayed')
  await bot.untilIdle()
  assert.deepEqual(pathsOf(target), ['/first', '/broken', '/mended'])
  const old = await prisma.run.findUniqueOrThrow({
    where: { id: body.run },
    include: { outcome: true, exceptions: true },
  })
  assert.deepEqual([old.outcome?.kind, old.exceptions[0]?.resolvedAs], ['ignored', 'replayed'])
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
  await bot.untilIdle()
  assert.deepEqual(pathsOf(target).slice(3), ['/first', '/broken'])
})

test('of two who replay a run at once, one does: no action is called beside itself', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/broken') })
  target.answerWith(200, 404)
  const { body } = await bot.send('orders', { id: 'o-1', amount: 5 })
  await bot.untilIdle()
  await bot.publish({ orders: flow(target.url, '/mended') })
  const request = { runId: body.run, version: 'current', actor } as const
  const first = await replay(depsOf(bot), request)
  assert.ok(first.kind === 'replayed')
  await bot.untilIdle()
  const answers = await Promise.all([1, 2, 3].map(() => replay(depsOf(bot), request)))
  assert.deepEqual(answers.map(({ kind }) => kind).toSorted(), ['already', 'already', 'replayed'])
  await bot.untilIdle()
  assert.deepEqual(pathsOf(target), ['/first', '/broken', '/mended'])
  assert.equal((await readLedger(bot.app.db.prisma)).unaccounted, 0)
})

test('a replay that waits goes on only when no other replay of its run does: nothing is done beside itself or twice', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { db, pauses } = bot.app
  await bot.publish({ orders: flow(target.url, '/second') })
  target.answerWith(200, 404, 404)
  const { body } = await bot.send('orders', { id: 'o-1', amount: 5 })
  await bot.untilIdle()
  const request = { runId: body.run, version: 'current', actor } as const
  await replay(depsOf(bot), request)
  await bot.untilIdle()
  const held = await db.prisma.exception.findFirstOrThrow({ where: { state: 'open' } })
  const id = `target:${new URL(target.url).host}`
  await pause(db, { id, actor }, new Date())
  await pauses.refresh()
  const other = await replay(depsOf(bot), request)
  assert.ok(other.kind === 'replayed')
  const retry = () => bot.app.resolve({ exceptionId: held.id, actor, resolution: { do: 'retry' } })
  const because = `${other.runId} replays the same run and is on its way.`
  assert.deepEqual(await retry(), { kind: 'not_applicable', because })
  const parked = () => db.prisma.run.count({ where: { id: other.runId, parkedBy: id } })
  while ((await parked()) === 0) await new Promise(setImmediate)
  await resume(db, { id, actor }, new Date())
  await pauses.refresh()
  await sweep({ ...depsOf(bot), log: pino({ level: 'silent' }) }, new Date())
  await bot.untilIdle()
  const answers = await Promise.all([retry(), retry()])
  assert.deepEqual(answers.map(({ kind }) => kind).toSorted(), ['already_resolved', 'resolved'])
  await bot.untilIdle()
  assert.deepEqual(pathsOf(target), ['/first', '/second', '/second', '/second'])
  assert.equal(await db.prisma.outcome.count({ where: { kind: 'achieved' } }), 2)
})

test('an edited event takes the place of what arrived, which stays as it was', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/second') })
  const { body } = await bot.send('orders', { id: 'o-1', amount: 'many' })
  await bot.untilIdle()
  const event = Buffer.from('{ "id": "o-1",\n  "amount": 7.0 }\n')
  const answer = await replay(depsOf(bot), { runId: body.run, version: 'current', actor, event })
  await bot.untilIdle()
  assert.ok(answer.kind === 'replayed')
  assert.deepEqual(target.requests[0]?.body, { amount: 7 })
  const { prisma } = bot.app.db
  const kept = await prisma.event.findUniqueOrThrow({ where: { id: body.event } })
  assert.equal(Buffer.from(kept.body).toString(), '{"id":"o-1","amount":"many"}')
  const edited = await prisma.event.findFirstOrThrow({ where: { source: 'replay' } })
  assert.deepEqual(Buffer.from(edited.body), event, 'kept byte by byte')
  assert.equal((await readLedger(prisma)).unaccounted, 0)
})

test('another event goes by the current version and its reviews, never by the one that decided then', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/second') })
  const { body } = await bot.send('orders', { id: 'o-1', amount: 5 })
  await bot.untilIdle()
  const runsBefore = await bot.app.db.prisma.run.count()
  const sent = target.requests.length
  const answer = await replay(depsOf(bot), {
    runId: body.run,
    version: 'original',
    actor,
    repeatDone: true,
    event: Buffer.from('{"id":"o-2","amount":400000}'),
  })
  assert.deepEqual(answer, {
    kind: 'already',
    because: 'another event is a start, and those go by the current version',
  })
  await bot.untilIdle()
  assert.deepEqual([await bot.app.db.prisma.run.count(), target.requests.length], [runsBefore, sent])
})

test('whoever may resolve what a run waits for replays what arrived, and no other event', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({
    orders: flow(target.url, '/second')
      .replace('rules: [', `rules: [{ rule: large, when: 'record.amount > 50.0', route: ask }, `)
      .replace(
        'routes:',
        `routes:
  ask:
    review: { by: ["@ada", "@grace"], approvals: 2 }
    actions: [{ action: large, http: { url: "${target.url}/large", json: { amount: "\${record.amount}" } } }]
    outcome: achieved`,
      )
      .concat('access: { read: "@joan", start: "@joan", replay: ["@joan", "@katherine"] }'),
  })
  const version = 'current'
  const event = Buffer.from('{"id":"other","amount":49}')
  const refusedTo = async (what: Omit<Parameters<typeof replay>[1], 'version'>) => {
    const answer = await replay(depsOf(bot), { ...what, version })
    return answer.kind === 'not_allowed' ? answer.who : answer.kind
  }
  const { body: review } = await bot.send('orders', { id: 'o-1', amount: 100 })
  target.answerWith(422)
  const { body: failed } = await bot.send('orders', { id: 'o-2', amount: 5 })
  await bot.untilIdle()
  const { prisma } = bot.app.db
  const { people } = await bot.control.state()
  const alan = people.find(({ handle }) => handle === 'alan')?.id ?? ''
  await prisma.exception.updateMany({ where: { runId: failed.run }, data: { ownerId: alan } })
  const may = '@ops-lead, role:operators, @joan, @katherine'
  const start = '@ops-lead, role:operators, @joan'
  // One of two approvers decides a review with the other, and not by replaying it.
  assert.equal(await refusedTo({ runId: review.run, actor: as('ada') }), may)
  assert.equal(await refusedTo({ runId: review.run, actor: as('ada'), event }), may)
  assert.equal(await refusedTo({ runId: failed.run, actor: as('alan'), event }), may)
  assert.equal(await refusedTo({ runId: failed.run, actor: as('alan'), repeatDone: true }), may)
  // Another event is a run that somebody starts.
  assert.equal(await refusedTo({ runId: failed.run, actor: as('katherine'), event }), start)
  await bot.untilIdle()
  assert.deepEqual(pathsOf(target), ['/first'])
  assert.equal(await prisma.exception.count({ where: { state: 'open' } }), 2)
  assert.equal(await refusedTo({ runId: failed.run, actor: as('alan') }), 'replayed')
  assert.equal(await refusedTo({ runId: review.run, actor: as('joan'), event }), 'replayed')
})

test('a bulk replay says first how many of what, is done once each, and can be cancelled', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { prisma } = bot.app.db
  await bot.publish({ orders: flow(target.url, '/second') })
  for (const amount of [1, 2, 3]) await bot.send('orders', { id: `o-${amount}`, amount })
  await bot.untilIdle()
  const deps = depsOf(bot)
  const request = requestFor('')
  const plan = await planBatch(deps, { ...request, name: 'two', where: 'record.amount > 1.0' })
  assert.ok(plan.kind === 'planned', JSON.stringify(plan))
  assert.deepEqual([plan.total, plan.of], [2, { achieved: 2 }])
  assert.equal((await planBatch(deps, { ...request, name: 'two' })).kind, 'invalid')
  assert.equal(
    (await planBatch(deps, { ...request, name: 'bad', where: 'record.amout > 1.0' })).kind,
    'invalid',
  )
  const other = await planBatch(deps, { ...request, name: 'other' })
  assert.ok(other.kind === 'planned')
  assert.deepEqual(await cancelBatch(deps, 'other', actor), { kind: 'moved' })
  assert.deepEqual(await startBatch(deps, 'other', actor), { kind: 'not_now', state: 'cancelled' })
  // Started and queued together: a batch that runs without a job would run for ever.
  const away = { ...deps.queue, enqueue: () => Promise.reject(new Error('away')) }
  await assert.rejects(startBatch({ ...deps, queue: away }, 'two', actor), /away/)
  assert.deepEqual(await startBatch(deps, 'two', actor), { kind: 'moved' })
  await until('the batch is done', async () => (await batchCalled(bot, 'two'))?.state === 'done')
  await bot.untilIdle()
  assert.equal(await prisma.run.count({ where: { replayOf: { not: null } } }), 2)
  assert.equal(pathsOf(target).filter((path) => path === '/first').length, 5)
})

test('who may replay many: the workflow’s owner and operators, asked when planned, started and cancelled', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/second') })
  await bot.send('orders', { id: 'o-1', amount: 1 })
  await bot.untilIdle()
  const deps = depsOf(bot)
  const request = requestFor('again', { repeatDone: false })
  const refused = { kind: 'not_allowed', who: '@ops-lead, role:operators' }
  for (const surface of ['cli', 'slack'] as const) {
    const stranger = { id: surface === 'cli' ? 'cli:alan' : 'U0NOBODY', surface }
    assert.deepEqual(await planBatch(deps, { ...request, actor: stranger }), refused)
    assert.deepEqual(await readBatches(bot.app.db.prisma, 'all'), [], 'nothing is planned')
  }
  assert.equal((await planBatch(deps, request)).kind, 'planned')
  const stranger = { id: 'cli:alan', surface: 'cli' } as const
  assert.deepEqual(await startBatch(deps, 'again', stranger), refused)
  assert.deepEqual(await cancelBatch(deps, 'again', stranger), refused)
  assert.deepEqual(await startBatch(deps, 'unheard of', actor), { kind: 'unknown' })
  assert.equal((await readBatches(bot.app.db.prisma, { name: 'again' }))[0]?.state, 'planned')
  const { run } = (await bot.send('orders', { id: 'o-2', amount: 1 })).body
  await bot.untilIdle()
  const one = { runId: run, version: 'current', actor: stranger } as const
  assert.deepEqual(await replay(deps, one), refused, 'one that ended is asked about as well')
})

test('a bulk replay stops by itself when what it makes fails', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/second') })
  for (let n = 0; n < 30; n += 1) await bot.send('orders', { id: `o-${n}`, amount: 1 })
  await bot.untilIdle()
  target.answerWith(...Array.from({ length: 100 }, () => 500))
  const deps = depsOf(bot)
  const plan = await planBatch(deps, requestFor('storm', { perMinute: 300 }))
  assert.ok(plan.kind === 'planned')
  await startBatch(deps, 'storm', actor)
  const batch = await until('the batch stops', async () => {
    const now = await batchCalled(bot, 'storm')
    return now?.state !== 'running' && now
  })
  assert.equal(batch.state, 'stopped')
  assert.ok(batch.replayed < 12)
})

test('a part of a bulk replay waits while it is paused; run a second time it begins no second chain', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow(target.url, '/second') })
  for (const amount of [1, 2, 3]) await bot.send('orders', { id: `o-${amount}`, amount })
  await bot.untilIdle()
  const deps = depsOf(bot)
  const plan = await planBatch(deps, requestFor('slow', { perMinute: 1 }))
  assert.ok(plan.kind === 'planned')
  // Its jobs are in our hands.
  const asked: unknown[] = []
  const queue = {
    ...deps.queue,
    enqueue: async (...[, , jobs]: [unknown, unknown, unknown[]]) => void asked.push(...jobs),
  }
  await startBatch({ ...deps, queue }, 'slow', actor)
  const data = { batchId: plan.batchId, done: 0 }
  for (const id of ['all', 'workflow:orders']) {
    await pause(deps.db, { id, actor }, new Date())
    await replayPart({ ...deps, queue }, data)
    const [waiting] = await readBatches(bot.app.db.prisma, { name: 'slow' })
    assert.deepEqual([waiting?.state, waiting?.replayed], ['running', 0], 'while it is paused')
    await resume(deps.db, { id, actor }, new Date())
  }
  assert.deepEqual(asked, [{ data }, { data, afterMs: 5000 }, { data, afterMs: 5000 }])
  const part = () => replayPart(deps, data)
  await Promise.all([part(), part()])
  await part()
  const [batch] = await readBatches(bot.app.db.prisma, { name: 'slow' })
  assert.deepEqual([batch?.replayed, await bot.app.queue.depth('replay')], [1, 1])
})

test('a bulk replay tells nobody by its condition what they may not read', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const masked = flow(target.url, '/second').replace(
    'from: event.amount',
    'from: event.amount, personal: true',
  )
  await bot.publish({
    orders: `${masked}\naccess: { read: ["@ops-lead", "@grace"], replay: ["@ops-lead", "@grace"] }\n`,
  })
  await bot.send('orders', { id: 'o-471', amount: 1 })
  await bot.untilIdle()
  const planned = (name: string, where: string, who: Actor = actor) =>
    planBatch(depsOf(bot), { ...requestFor(name), where, actor: who })
  // A copy of a masked value tells it as well as the field: whoever may not reveal asks nothing.
  const grace = { id: 'cli:grace', surface: 'cli' } as const
  for (const where of ['record.amount > 0.0', 'size(string(event)) > 3', 'record.id.startsWith("o")']) {
    const answer = await planned('told', where, grace)
    assert.equal(
      answer.kind === 'invalid' && answer.problem,
      '"orders" masks amount: only @ops-lead may replay with a condition, because how many runs it finds tells what is masked.',
      where,
    )
  }
  assert.equal((await planBatch(depsOf(bot), { ...requestFor('all'), actor: grace })).kind, 'planned')
  const asked = { action: 'runs.asked' }
  assert.equal(await bot.app.db.prisma.audit.count({ where: asked }), 0)
  assert.equal((await planned('found', 'record.amount > 0.0')).kind, 'planned')
  const look = await bot.app.db.prisma.audit.findFirst({ where: asked })
  assert.deepEqual(
    [look?.actor, look?.after],
    ['cli:ops-lead', { where: 'record.amount > 0.0', masked: ['amount'] }],
  )
  const outsider = { id: 'cli:linus', surface: 'cli' } as const
  assert.equal((await planned('outside', 'true', outsider)).kind, 'not_allowed')
})

test('a bulk replay that stopped goes on once those of its runs that failed are resolved', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { prisma } = bot.app.db
  await bot.publish({ orders: flow(target.url, '/second').replace(/ +- \{ action: first.*\n/, '') })
  for (let n = 0; n < 30; n += 1) await bot.send('orders', { id: `o-${n}`, amount: 1 })
  await bot.untilIdle()
  target.answerWith(429, 429, 429, 429, 429)
  const deps = depsOf(bot)
  await planBatch(deps, requestFor('mended', { perMinute: 300 }))
  const runsOn = async () => {
    assert.deepEqual(await startBatch(deps, 'mended', actor), { kind: 'moved' })
    return until('the batch stops', async () => {
      const now = await batchCalled(bot, 'mended')
      return now?.state !== 'running' && now
    })
  }
  assert.equal((await runsOn())?.state, 'stopped')
  await bot.untilIdle()
  for (const { id: exceptionId } of await prisma.exception.findMany({ where: { state: 'open' } }))
    await bot.app.resolve({ exceptionId, actor, resolution: { do: 'dismiss', note: 'done by hand' } })
  const batch = await runsOn()
  assert.deepEqual([batch?.state, batch?.replayed], ['done', 30])
})

test('a bulk replay to a host that its records bring stops too, and says where the host comes from', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { db } = bot.app
  const { host } = new URL(target.url)
  await bot.publish({
    orders: flow('http://${record.host}', '/second').replace(
      'fields: {',
      'fields: { host: { type: string, secret: true },',
    ),
  })
  await bot.send('orders', { id: 'o-1', amount: 1, host })
  await bot.untilIdle()
  const because = async (name: string, workflow: string) => {
    await openCircuit(
      db.prisma,
      { target: host, shown: 'host from record.host', workflows: [workflow] },
      60_000,
    )
    const plan = await planBatch(depsOf(bot), requestFor(name, { perMinute: 300 }))
    assert.ok(plan.kind === 'planned')
    await startBatch(depsOf(bot), name, actor)
    const ended = await until('the batch ends', async () => {
      const batch = await batchCalled(bot, name)
      return batch?.state === 'running' ? undefined : batch
    })
    return [ended.state, ended.because]
  }
  // Of another workflow, the same words mean another host.
  assert.deepEqual(await because('first', 'another'), ['done', null])
  assert.deepEqual(await because('second', 'orders'), [
    'stopped',
    'host from record.host is failing and paused',
  ])
})

test('a bulk replay to a target whose circuit is open stops before it begins', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { db } = bot.app
  await bot.publish({ orders: flow(target.url, '/second') })
  await bot.send('orders', { id: 'o-1', amount: 1 })
  await bot.untilIdle()
  const { host } = new URL(target.url)
  // As another process would say whose breaker opened.
  await openCircuit(db.prisma, { target: host, shown: host }, 60_000)
  const deps = depsOf(bot)
  const plan = await planBatch(deps, requestFor('resting', { perMinute: 300 }))
  assert.ok(plan.kind === 'planned')
  await startBatch(deps, 'resting', actor)
  const read = async () => (await readBatches(db.prisma, { name: 'resting' }))[0]
  while ((await read())?.state === 'running') await new Promise(setImmediate)
  const batch = await read()
  assert.deepEqual(
    [batch?.state, batch?.because, batch?.replayed],
    ['stopped', `${host} is failing and paused`, 0],
  )
})
