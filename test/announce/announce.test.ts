// What happens here is told to who subscribes, signed, until it is taken; what never is, is somebody's exception.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import { eraseSubject } from '../../src/pipeline/retention/erase-subject.ts'
import { makeAnnouncer } from '../../src/pipeline/announce/announce.ts'
import { nextTryMs } from '../../src/domain/announcement.ts'
import { watchExceptions } from '../../src/pipeline/exception/watch.ts'
import { watchAnnouncements } from '../../src/pipeline/watch/announcements.ts'
import { makeLog } from '../../src/log.ts'
import { signalbox } from '../cli/command.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'
import { startTarget, type Target } from '../target.ts'

const SECRET = `whsec_${Buffer.from('what the warehouse knows').toString('base64')}`

const flow = (name: string, more = '') => `workflow: ${name}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true, id: event.id } }
${more}
subject: event.id
fields: { id: { type: string }, amount: { type: number } }
rules:
  - { rule: large, when: 'record.amount > 100', route: look }
  - { rule: rest, when: 'true', route: go }
routes:
  look: { exception: { reason: needs_judgement, text: "Look at \${record.id}" } }
  go: { outcome: achieved }
`
const subscription = (url: string, more = '') => `
subscriptions:
  warehouse:
    events: [run.completed, exception.opened, exception.resolved]
    ${more}
    http: { url: "${url}/news", sign: "\${secret.WAREHOUSE}" }
`

interface Teller {
  bot: Bot
  target: Target
  tell: (at?: Date) => Promise<number>
}

async function start(t: TestContext): Promise<Teller> {
  const target = await startTarget(t)
  // Without the scheduler, whose look at what was given up is taken here.
  const bot = await startBot(t, { env: { WAREHOUSE: SECRET }, roles: ['web', 'worker', 'notifier'] })
  const { send, close } = makeSendHttp(
    { allowed: new Set(['127.0.0.1']), allowLoopback: true },
    makeTargets(),
  )
  t.after(close)
  const { db, catalog } = bot.app
  const secret = (name: string) => (name === 'WAREHOUSE' ? SECRET : undefined)
  const tell = async (at?: Date) => {
    const clock = () => at ?? new Date()
    const announcer = makeAnnouncer({ db, catalog, sendHttp: send, secret, clock, log: makeLog('silent') })
    await announcer.look()
    return announcer.idle()
  }
  return { bot, target, tell }
}

interface Told {
  type: string
  timestamp: string
  data: { run?: Record<string, unknown>; exception?: Record<string, unknown> }
}
const toldOf = ({ requests }: Target, path = '/news'): Told[] =>
  requests
    .filter((request) => request.path === path)
    .map(({ text, headers }) => new Webhook(SECRET).verify(text, headers as Record<string, string>) as Told)

test('a subscription is told of runs and exceptions, signed, by ids and names alone', async (t) => {
  const { bot, target, tell } = await start(t)
  await bot.publish(
    { orders: flow('orders'), others: flow('others') },
    subscription(target.url, 'workflows: [orders]'),
  )
  await bot.send('orders', { id: 'o-1', amount: 5, card: '4242' })
  await bot.send('orders', { id: 'o-2', amount: 500, card: '4242' })
  await bot.send('others', { id: 'o-3', amount: 5 })
  await bot.untilIdle()
  await tell()
  await until('both were told', () => target.requests.length >= 2, 60_000)
  const exception = await bot.app.db.prisma.exception.findFirstOrThrow()
  const resolving = { exceptionId: exception.id, actor: { id: 'cli:ops-lead', surface: 'cli' } } as const
  assert.equal((await bot.app.resolve({ ...resolving, resolution: { do: 'done' } })).kind, 'resolved')
  await tell()
  await until(
    'the resolution was told',
    () => toldOf(target).some(({ type }) => type === 'exception.resolved'),
    60_000,
  )
  const told = toldOf(target)
  const completed = told.find(({ type, data }) => type === 'run.completed' && data.run?.['subject'] === 'o-1')
  assert.equal(completed?.data.run?.['outcome'], 'achieved')
  assert.equal(completed.data.run['workflow'], 'orders')
  const opened = told.find(({ type }) => type === 'exception.opened')
  assert.equal(opened?.data.exception?.['reason'], 'needs_judgement')
  assert.equal((opened.data.exception['owner'] as { name: string } | null)?.name, '@ops-lead')
  assert.equal(
    told.some(({ data }) => data.run?.['workflow'] === 'others'),
    false,
  )
  assert.doesNotMatch(target.requests.map(({ text }) => text).join(), /4242|amount/)
  const erased = await eraseSubject(
    { db: bot.app.db, clock: () => new Date() },
    { subject: 'o-1', reason: 'asked to', actor: { id: 'cli:ops-lead', surface: 'cli' } },
  )
  assert.ok(
    erased.kind === 'erased' &&
      erased.outOfReach.includes('the subject, of which warehouse was told (1 announcement)'),
    JSON.stringify(erased),
  )
})

test('what is not taken is sent again under its id, waits while it is paused, and is given up after three days', async (t) => {
  const { bot, target, tell } = await start(t)
  await bot.publish({ orders: flow('orders') }, subscription(target.url))
  const { prisma } = bot.app.db
  await prisma.pause.create({
    data: { id: 'subscription:warehouse', pausedAt: new Date(), pausedBy: 'cli:test' },
  })
  await bot.send('orders', { id: 'o-1', amount: 5 })
  await bot.untilIdle()
  assert.equal(await tell(), 0)
  assert.equal(target.requests.length, 0)
  await prisma.pause.deleteMany({})

  target.answerWith(...Array.from({ length: 10 }, () => 500))
  let at = new Date()
  const states: string[] = []
  for (let n = 0; n < 10; n += 1) {
    await tell(at)
    await until(
      'it is put back',
      async () => (await prisma.announcement.findFirstOrThrow()).takenUntil === null,
      60_000,
    )
    const { state, nextAt, attempts } = await prisma.announcement.findFirstOrThrow()
    states.push(`${state} ${attempts}`)
    at = new Date(Math.max(nextAt.getTime(), at.getTime()) + 1000)
  }
  assert.equal(states.at(-1), 'dead 10', states.join())
  assert.equal(new Set(target.requests.map(({ headers }) => headers['webhook-id'])).size, 1)
  assert.equal(target.requests.length, 10)
  assert.ok(at.getTime() - Date.now() > 3 * 86_400_000)

  const watched = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
  assert.deepEqual(await watchAnnouncements(watched), { opened: 1, closed: 0 })
  assert.deepEqual(await watchAnnouncements(watched), { opened: 0, closed: 0 })
  const { detail } = await prisma.exception.findFirstOrThrow()
  assert.match(detail, /“warehouse” was not told of 1 event: the target answered 500/)

  const listed = await signalbox(bot.env, 'subscriptions')
  assert.match(listed.stdout, /warehouse +\S+\/news +\d+ +\d+ +1 +the target answered 500/)
  const again = await signalbox(bot.env, 'subscriptions', 'warehouse', '--again')
  assert.match(again.stdout, /1 announcement is sent again/)
  await tell()
  await until(
    'none is dead',
    async () => (await prisma.announcement.count({ where: { state: 'dead' } })) === 0,
    60_000,
  )
  await until('it was sent again', () => toldOf(target).length >= 11, 60_000)
  assert.deepEqual(await watchAnnouncements(watched), { opened: 0, closed: 1 })
})

test('a sender is called back where its event says, on the hosts of the workflow alone', async (t) => {
  const { bot, target, tell } = await start(t)
  const { host } = new URL(target.url)
  const callback = `callback: { url: event.?back.orValue(""), hosts: ["http://${host}"], secret: secret.WAREHOUSE }`
  await bot.publish({ orders: flow('orders', callback) })
  await bot.send('orders', { id: 'o-1', amount: 5, back: `${target.url}/back/o-1` })
  await bot.send('orders', { id: 'o-2', amount: 5 })
  await bot.send('orders', { id: 'o-3', amount: 5, back: 'https://evil.example/o-3' })
  await bot.send('orders', { id: 'o-4', amount: 5, back: `http://user:pw@${host}/o-4` })
  await bot.send('orders', { id: 'o-5', amount: 5, back: 'not an address' })
  await bot.untilIdle()
  await tell()
  const { prisma } = bot.app.db
  await until(
    'all are told',
    async () => (await prisma.announcement.count({ where: { state: 'waiting' } })) === 0,
    60_000,
  )
  assert.deepEqual(
    target.requests.map(({ path }) => path),
    ['/back/o-1'],
  )
  const [told] = toldOf(target, '/back/o-1')
  assert.equal(told?.type, 'run.completed')
  assert.equal(told.data.run?.['subject'], 'o-1')
  const dead = await prisma.announcement.findMany({ where: { state: 'dead' } })
  assert.equal(dead.length, 3)
  assert.ok(
    dead.every(({ error }) => /not one of the hosts/.test(error ?? '') && !/evil|pw@/.test(error ?? '')),
  )
  assert.equal(await prisma.announcement.count(), 4, 'who asked for nothing is not listed')
})

const takes = (name: string, callback = '') =>
  flow(name, callback).replace(/^trigger: .*$/m, 'trigger: { source: shop }')

test('a slow subscriber holds up no other, and calls to a target that is paused wait', async (t) => {
  const { bot, target, tell } = await start(t)
  const slow = createServer(() => {}).listen(0, '127.0.0.1')
  await once(slow, 'listening')
  t.after(async () => {
    slow.closeAllConnections()
    slow.close()
  })
  const slowUrl = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`
  const two = `
subscriptions:
  asleep: { events: [run.completed], http: { url: "${slowUrl}", timeout: 20s } }
  awake: { events: [run.completed], http: { url: "${target.url}/awake" } }
`
  await bot.publish({ orders: flow('orders') }, two)
  for (let n = 0; n < 20; n += 1) await bot.send('orders', { id: `o-${n}`, amount: 5 })
  await bot.untilIdle()
  void tell()
  await until('all are told while the other sleeps', () => target.requests.length === 20, 60_000)
  const { prisma } = bot.app.db
  await prisma.pause.create({
    data: { id: `target:${new URL(target.url).host}`, pausedAt: new Date(), pausedBy: 'cli:test' },
  })
  await bot.send('orders', { id: 'later', amount: 5 })
  await bot.untilIdle()
  await until(
    'it waits for the target',
    async () =>
      (await prisma.announcement.count({
        where: { subscription: 'awake', error: { contains: 'paused' } },
      })) === 1,
    60_000,
  )
  assert.equal(target.requests.length, 20)
})

test('a sender whose events several workflows take is called back by each that says so', async (t) => {
  const { bot, target, tell } = await start(t)
  const { host } = new URL(target.url)
  await bot.publish(
    {
      orders: takes(
        'orders',
        `callback: { url: event.back, hosts: ["http://${host}"], secret: secret.WAREHOUSE }`,
      ),
      others: takes('others'),
    },
    'sources: { shop: { verify: { scheme: none }, allow_unsigned: true, id: event.id } }',
  )
  const body = JSON.stringify({ id: 'o-1', amount: 5, back: `${target.url}/back/o-1` })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(`${bot.app.url}/in/shop`, { method: 'POST', headers, body })).status, 202)
  await bot.untilIdle()
  await tell()
  await until('it is called back', () => target.requests.length === 1, 60_000)
  assert.equal(toldOf(target, '/back/o-1')[0]?.data.run?.['workflow'], 'orders')
})

test('a run that was rolled back is told to nobody', async (t) => {
  const { bot, target } = await start(t)
  await bot.publish({ orders: flow('orders') }, subscription(target.url))
  await bot.send('orders', { id: 'o-1', amount: 500 })
  await bot.untilIdle()
  const { db } = bot.app
  await db.prisma.announcement.deleteMany({})
  await assert.rejects(
    db.transaction(async (tx) => {
      await tx.$executeRaw`UPDATE exception SET state = 'resolved', resolved_as = 'done', resolved_by = 'U1', resolved_at = now()`
      assert.equal(await tx.announcement.count(), 1)
      throw new Error('rolled back')
    }),
    /rolled back/,
  )
  assert.equal(await db.prisma.announcement.count(), 0)
})

test('a digest is told by its id and its week', async (t) => {
  const { bot, target, tell } = await start(t)
  await bot.publish(
    { orders: flow('orders') },
    subscription(target.url).replace(
      '[run.completed, exception.opened, exception.resolved]',
      '[digest.posted]',
    ),
  )
  const [from, to] = [new Date('2026-01-05T00:00:00Z'), new Date('2026-01-12T00:00:00Z')]
  await bot.app.db.prisma.digest.create({
    data: {
      id: 'dig_1',
      name: 'weekly',
      windowStart: from,
      windowEnd: to,
      channel: 'C1',
      figures: {},
      submittedAt: new Date(),
      submittedBy: 'cli:test',
    },
  })
  await tell()
  await until('it was told', () => target.requests.length === 1, 60_000)
  const [told] = toldOf(target)
  assert.equal(told?.type, 'digest.posted')
  assert.deepEqual((told.data as { digest?: unknown }).digest, {
    id: 'dig_1',
    name: 'weekly',
    from: from.toISOString(),
    to: to.toISOString(),
  })
})

test('an escalation reaches a pager, in the words that it takes, and is given up within the hour', async (t) => {
  const { bot, target, tell } = await start(t)
  const pager = `
subscriptions:
  pager:
    events: [exception.escalated]
    http:
      url: "${target.url}/v2/enqueue"
      json:
        routing_key: "\${secret.WAREHOUSE}"
        dedup_key: "\${event.data.exception.id}"
        payload: { summary: "\${event.data.run.workflow}: \${event.data.exception.reason}", step: "\${event.data.exception.escalation}" }
`
  const sla = 'sla: { respond: 30m, escalate: [{ after: 30m, to: "@ada" }] }'
  await bot.publish({ orders: flow('orders', sla) }, pager)
  await bot.send('orders', { id: 'o-1', amount: 500 })
  await bot.untilIdle()
  const { prisma } = bot.app.db
  const hourLater = new Date(Date.now() + 3_600_000)
  await watchExceptions({
    ...bot.app,
    clock: () => hourLater,
    cardsChanged: () => {},
    log: makeLog('silent'),
  })
  const { id } = await prisma.exception.findFirstOrThrow()
  await tell(hourLater)
  await until('the pager was called', () => target.requests.length === 1, 60_000)
  assert.deepEqual(target.requests[0]?.body, {
    routing_key: SECRET,
    dedup_key: id,
    payload: { summary: 'orders: needs_judgement', step: 1 },
  })
  assert.ok([1, 2, 3, 4, 5].every((n) => (nextTryMs('exception.escalated', n) ?? 0) > 0))
  assert.equal(nextTryMs('exception.escalated', 6), undefined)
})
