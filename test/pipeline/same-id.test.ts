// Two deliveries with one id: the same content is a repeat, other content is something new that its owner is asked about.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { eraseSubject } from '../../src/pipeline/retention/erase-subject.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { type Bot, SHIPPED_SECRETS, startBot } from '../bot.ts'

const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true, id: event.id } }
subject: event.id
fields: { status: { type: string, from: event.status }, amount: { type: number, from: event.amount } }
rules:
  - { rule: canceled, when: 'record.status == "canceled"', route: refund }
  - { rule: rest, when: 'true', route: close }
routes:
  refund: { outcome: achieved }
  close: { outcome: achieved }
`

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, '../../workflows', name), 'utf8')

const started = async (t: Parameters<typeof startBot>[0]) => {
  const bot = await startBot(t)
  await bot.publish({ orders: flow })
  return bot
}
const sent = async (bot: Bot, body: unknown) => {
  const answer = await bot.send('orders', body)
  await bot.untilIdle()
  return answer
}
const view = async (bot: Bot, run: string) => {
  const found = await readRun(bot.app.db.prisma, run)
  assert.ok(found)
  return found
}
const resolve = async (bot: Bot, run: string, resolution: Resolution) => {
  const open = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: run, state: 'open' } })
  const answer = await bot.app.resolve({
    exceptionId: open.id,
    actor: { id: 'cli:ops-lead', surface: 'cli' },
    resolution,
  })
  await bot.untilIdle()
  assert.equal(answer.kind, 'resolved')
}
const SHIPPED = '{"id":"o-1","status":"shipped","amount":1.50}'
const CANCELED = '{"id":"o-1","status":"canceled","amount":1.50,"by":{"who":"shop"}}'

describe('an event with the id of an earlier one', () => {
  test('and the same content, however written, is a repeat', async (t) => {
    const bot = await started(t)
    const first = await sent(bot, SHIPPED)
    for (const same of [SHIPPED, ' {"amount":1.5, "status":"ship\\u0070ed","id":"o-1"}\n'])
      assert.deepEqual((await sent(bot, same)).body, { ...first.body, duplicate: true })
    assert.equal((await view(bot, first.body.run)).event.redeliveries, 2)
  })

  test('and other content is an event of its own, and asks its owner; processed anyway, its rules decide it', async (t) => {
    const bot = await started(t)
    const first = await sent(bot, SHIPPED)
    const other = await sent(bot, CANCELED)
    assert.deepEqual([other.status, other.body.duplicate], [202, false])
    const run = await view(bot, other.body.run)
    const [exception] = run.exceptions
    assert.equal(exception?.reason, 'duplicate_suspected')
    assert.equal(
      exception?.detail,
      `${first.body.run} came with the same id and other content. What differs: status, by.`,
    )
    assert.equal(run.event.body, CANCELED)
    assert.equal(run.event.sameIdAs, first.body.run)
    assert.deepEqual((await view(bot, first.body.run)).event.changedIn, [other.body.run])
    assert.deepEqual((await sent(bot, CANCELED)).body, { ...other.body, duplicate: true })
    await resolve(bot, other.body.run, { do: 'process' })
    const decided = await view(bot, other.body.run)
    assert.deepEqual(
      [decided.outcome?.kind, decided.decisions.at(-1)?.rule, decided.exceptions.length],
      ['achieved', 'canceled', 1],
    )
    const ledger = await readLedger(bot.app.db.prisma)
    assert.deepEqual([ledger.accepted, ledger.duplicates, ledger.outcomes, ledger.unaccounted], [2, 1, 2, 0])
  })

  test('is dismissed where its owner says that it is the same', async (t) => {
    const bot = await started(t)
    await sent(bot, SHIPPED)
    const { body } = await sent(bot, CANCELED)
    await resolve(bot, body.run, { do: 'dismiss', note: 'sent by mistake' })
    assert.equal((await view(bot, body.run)).outcome?.kind, 'dismissed')
  })

  test('that lacks a field is asked about once it is fixed', async (t) => {
    const bot = await started(t)
    await sent(bot, SHIPPED)
    const { body } = await sent(bot, '{"id":"o-1","amount":2}')
    await resolve(bot, body.run, { do: 'fix', corrections: { status: 'canceled' } })
    assert.deepEqual(
      (await view(bot, body.run)).exceptions.map(({ reason, state }) => [reason, state]),
      [
        ['missing_field', 'resolved'],
        ['duplicate_suspected', 'open'],
      ],
    )
  })

  test('comes once of each content, also when all arrive at the same time', async (t) => {
    const bot = await started(t)
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, at) => bot.send('orders', [SHIPPED, CANCELED, '[1]'][at % 3])),
    )
    await bot.untilIdle()
    assert.equal(all.filter(({ status }) => status === 202).length - 10, 2, 'a list has no id: each is new')
    const asked = await bot.app.db.prisma.exception.count({ where: { reason: 'duplicate_suspected' } })
    assert.equal(asked, 1)
    assert.equal((await readLedger(bot.app.db.prisma)).unaccounted, 0)
  })

  test('that was erased cannot be compared: its owner is asked', async (t) => {
    const bot = await started(t)
    const first = await sent(bot, SHIPPED)
    const erased = await eraseSubject(
      { db: bot.app.db, clock: () => new Date() },
      { subject: 'o-1', reason: 'asked for', actor: { id: 'cli:ops-lead', surface: 'cli' } },
    )
    assert.equal(erased.kind, 'erased')
    const other = await sent(bot, SHIPPED)
    assert.equal(other.body.duplicate, false)
    const run = await view(bot, other.body.run)
    assert.match(
      run.exceptions[0]?.detail ?? '',
      /its event was erased: whether this one says the same cannot be told/,
    )
    assert.deepEqual((await sent(bot, SHIPPED)).body, { ...other.body, duplicate: true })
    assert.equal((await view(bot, first.body.run)).event.changedIn[0], other.body.run)
  })
})

test('an id or a header of any length names its event, set apart from what is ours', async (t) => {
  const bot = await started(t)
  const long = 'x'.repeat(1000)
  const known = async (body: object, headers?: Record<string, string>) => {
    const first = await bot.send('orders', body, headers)
    assert.deepEqual((await bot.send('orders', body, headers)).body, { ...first.body, duplicate: true })
    return (await view(bot, first.body.run)).event.dedupeKey ?? ''
  }
  const hash = `sha256:${createHash('sha256').update(long).digest('hex')}`
  assert.equal(await known({ id: long, amount: 1 }), hash)
  assert.equal(
    await known({ amount: 2 }, { 'webhook-id': `${long}y` }).then((key) => key.length),
    hash.length,
  )
  assert.equal(await known({ id: hash, amount: 1 }), `sender:${hash}`)
  assert.equal(await known({ id: 'y'.repeat(255), amount: 1 }), 'y'.repeat(255))
})

test('the shipped order-delivery takes each status of an order', async (t) => {
  const bot = await startBot(t, { env: SHIPPED_SECRETS })
  await bot.publish({ 'order-delivery': fileOf('order-delivery.yaml') }, fileOf('signalbox.yaml'))
  const order = { order_id: '7', order_estimated_delivery_date: '10/18/2017 0:00' }
  const runs = []
  for (const order_status of ['shipped', 'canceled', 'shipped'])
    runs.push((await bot.send('order-delivery', { ...order, order_status })).body)
  await bot.untilIdle()
  assert.deepEqual(
    runs.map(({ duplicate }) => duplicate),
    [false, false, true],
  )
  assert.equal((await view(bot, runs[1]?.run ?? '')).route, 'refund')
})

test('an id from a header is found however the sender writes it, and what the file reads is kept', async (t) => {
  const bot = await startBot(t)
  const file = flow
    .replace('id: event.id', `id: 'headers["x-event-id"]'`)
    .replace('from: event.status', `from: 'headers["x-status"]'`)
  await bot.publish({ orders: file })
  const headers = { 'X-Event-Id': 'e1', 'X-Status': 'canceled', 'X-Other': 'no', Authorization: 'Bearer x' }
  const first = await bot.send('orders', { id: 'o-1', amount: 1 }, headers)
  const again = await bot.send('orders', { id: 'o-1', amount: 1 }, { ...headers, 'X-Other': 'another' })
  await bot.untilIdle()
  assert.deepEqual(again.body, { ...first.body, duplicate: true })
  assert.equal((await view(bot, first.body.run)).decisions[0]?.rule, 'canceled')
  const kept = await bot.app.db.prisma.event.findUniqueOrThrow({ where: { id: first.body.event } })
  const { 'x-event-id': id, 'x-status': status, ...others } = kept.headers as Record<string, string>
  assert.deepEqual([id, status], ['e1', 'canceled'])
  assert.ok(!('x-other' in others || 'authorization' in others))
  await assert.rejects(
    bot.publish({ orders: file.replace('x-event-id', 'X-Event-Id') }),
    /headers have their names in lower case here: headers\["x-event-id"\]/,
  )
})
