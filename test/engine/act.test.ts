// What actions do to the world, end to end: chains of workflows, pauses, targets that rest.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { MOST_CIRCUIT_WAITS } from '../../src/domain/backoff.ts'
import { pause, resume } from '../../src/pipeline/resume/pauses.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const flow = (key: string, action: string, attempts = 2) => `
workflow: ${key}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: 'has(event.id) ? event.id : ""' } }
fields: { id: { type: string, from: event.id } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { actions: [{ action: tell, ${action}, retry: { attempts: ${attempts}, first: 1s } }], outcome: achieved } }
`
const emitTo = (workflow: string) => `emit: { workflow: ${workflow}, event: { id: "\${record.id}" } }`
const actor = { id: 'cli:test', surface: 'cli' } as const
const logOf = ({ app: { db, queue, catalog } }: Bot) => ({
  db,
  queue,
  catalog,
  log: { warn: () => {} } as never,
  cardsChanged: () => {},
})

test('an emit starts the other workflow once; workflows that call each other in a circle stop with a person', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ ping: flow('ping', emitTo('pong')), pong: flow('pong', emitTo('ping')) })
  await bot.send('ping', { id: 'e-1' })
  await bot.untilIdle()
  const { prisma } = bot.app.db
  const runs = await prisma.run.findMany({ include: { exceptions: true, event: true } })
  assert.equal(runs.length, 9)
  const held = runs.filter(({ state }) => state === 'held')
  assert.deepEqual(
    held.map(({ exceptions }) => exceptions.map(({ reason }) => reason)),
    [['action_refused']],
  )
  assert.equal(runs.filter(({ event }) => event.source === 'emit').length, 8)
  assert.equal((await readLedger(prisma)).unaccounted, 0)
})

test('nothing is sent of a route that lacks what a later action needs', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const second = `, { action: more, http: { url: "${target.url}/more", headers: { X-Key: "\${secret.NOT_THERE}" } } }], outcome`
  const orders = flow('orders', `http: { url: "${target.url}/" }`).replace('], outcome', second)
  await bot.publish({ orders })
  const { body } = await bot.send('orders', { id: 'o-1' })
  await bot.untilIdle()
  const open = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  assert.match(open.detail, /secret\.NOT_THERE.*not set/)
  assert.equal(target.requests.length, 0)
})

test('what is paused is captured and waits; when the pause ends it goes on', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow('orders', `http: { url: "${target.url}/" }`) })
  const { db } = bot.app
  const host = new URL(target.url).host
  for (const id of ['workflow:orders', 'all', `target:${host}`]) {
    target.requests.length = 0
    assert.equal(await pause(db, { id, actor }, new Date()), true)
    assert.equal(await pause(db, { id, actor }, new Date()), false)
    await bot.app.pauses.refresh()
    const { status, body } = await bot.send('orders', { id })
    assert.equal(status, 202)
    const parked = async () => (await db.prisma.run.findUniqueOrThrow({ where: { id: body.run } })).parkedBy
    while ((await parked()) === null) await new Promise(setImmediate)
    assert.equal(await parked(), id)
    assert.equal(target.requests.length, 0)
    assert.equal(await resume(db, { id, actor }, new Date()), true)
    await bot.app.pauses.refresh()
    assert.equal(await sweep(logOf(bot), new Date()), 1)
    await bot.untilIdle()
    assert.equal(target.requests.length, 1)
  }
  const audit = await db.prisma.audit.findMany({ where: { actor: actor.id } })
  assert.equal(audit.length, 6)
})

test('a run that is to wait for a pause that has ended meanwhile is due at once', async (t) => {
  const bot = await startBot(t, { roles: ['web'] })
  await bot.publish({ orders: flow('orders', 'http: { url: "http://127.0.0.1:9/" }') })
  const { db, pauses } = bot.app
  const { body } = await bot.send('orders', { id: 'o-1' })
  const now = new Date()
  const waits = async (id: string) => {
    await pauses.park([body.run], id, now)
    const { parkedBy, leaseUntil } = await db.prisma.run.findUniqueOrThrow({ where: { id: body.run } })
    return [parkedBy, Number(leaseUntil) > now.getTime()]
  }
  for (const id of ['workflow:orders', 'all']) {
    assert.deepEqual(await waits(id), [null, false])
    await pause(db, { id, actor }, now)
    assert.deepEqual(await waits(id), [id, true])
    await resume(db, { id, actor }, now)
  }
})

test('while a circuit is open, runs wait without using up their tries; after some waits a person is told', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ orders: flow('orders', `http: { url: "${target.url}/" }`, 50) })
  target.answerWith(...Array.from({ length: 300 }, () => 500))
  for (let n = 0; n < 6; n += 1) await bot.send('orders', { id: `o-${n}` })
  const { prisma } = bot.app.db
  // Their next try is not before the target has rested: the lease says until when they wait, and 60 s more.
  const waiting = () =>
    prisma.run.count({ where: { state: 'in_flight', leaseUntil: { gt: new Date(Date.now() + 80_000) } } })
  await until('they wait', async () => (await waiting()) >= 6)
  assert.equal(await prisma.attempt.count(), target.requests.length)
  assert.equal(await prisma.exception.count(), 0)
  const resting = await prisma.openCircuit.findMany()
  assert.deepEqual(
    resting.map(({ target: host }) => host),
    [new URL(target.url).host],
  )

  await prisma.run.updateMany({ data: { circuitWaits: MOST_CIRCUIT_WAITS } })
  const runs = await prisma.run.findMany({ select: { id: true } })
  await bot.app.db.transaction((tx) =>
    bot.app.queue.enqueue(
      tx,
      'act',
      runs.map(({ id }) => ({ data: { runId: id } })),
    ),
  )
  await bot.untilIdle()
  const told = await prisma.exception.findMany()
  assert.deepEqual(
    told.map(({ reason }) => reason),
    Array.from({ length: 6 }, () => 'action_failed'),
  )
  // The last answer there was, though the last call was held back.
  const called = await prisma.attempt.groupBy({ by: ['runId'] })
  assert.equal(told.filter(({ data }) => (data as { status?: number }).status === 500).length, called.length)
})
