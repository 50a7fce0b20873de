// What a record gets beyond its event: tables, HTTP lookups, the workflow's own past; with source, time and age.
import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { recordedRuns } from '../../src/db/runs/recorded.ts'
import { openCircuit } from '../../src/db/open-circuits.ts'
import { MOST_CIRCUIT_WAITS } from '../../src/domain/backoff.ts'
import { importTable } from '../../src/pipeline/enrich/import-table.ts'
import { type Bot, startBot } from '../bot.ts'

interface Carrier {
  url: string
  asked: string[]
  /** Status and body by path; default 200 {"state":"moving"}. */
  answers: Map<string, { status: number; body: string }>
  /** Paths that get no answer until released. */
  hold(path: string): () => void
}

async function startCarrier(t: { after(clean: () => void): void }): Promise<Carrier> {
  const asked: string[] = []
  const answers: Carrier['answers'] = new Map()
  const held = new Map<string, Promise<void>>()
  async function answer(path: string, response: ServerResponse): Promise<void> {
    asked.push(path)
    await held.get(path)
    const { status, body } = answers.get(path) ?? { status: 200, body: '{"state":"moving"}' }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }
  const server = createServer((request, response) => void answer(request.url ?? '', response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers,
    hold(path) {
      const { promise, resolve } = Promise.withResolvers<void>()
      held.set(path, promise)
      return resolve
    },
  }
}

const flow = (enrich: string, rule = 'record.key != "never"') => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.key } }
fields:
  key: { type: string, from: event.key }
  customer_id: { type: string, missing: ignore, from: event.customer }
  parcel: { type: string, missing: ignore, from: event.parcel }
enrich:
${enrich}
rules: [{ rule: wanted, when: '${rule}', route: yes }, { rule: rest, when: 'true', route: no }]
routes: { "yes": { outcome: achieved }, "no": { outcome: ignored } }
`
const recordOf = async (bot: Bot, id: string) => {
  const run = await bot.app.db.prisma.run.findUniqueOrThrow({
    where: { id },
    include: { record: true, exceptions: true, outcome: true },
  })
  return {
    fields: run.record?.fields as Record<string, unknown>,
    sources: run.record?.sources as Record<string, Record<string, unknown>>,
    open: run.exceptions
      .filter(({ state }) => state === 'open')
      .map(({ reason, detail }) => ({ reason, detail })),
    outcome: run.outcome?.kind,
  }
}
const csv = (rows: string) => ({
  name: 'customers',
  csv: Buffer.from(`id,tier\n${rows}`),
  keyColumn: 'id',
  actor: { id: 'cli:test', surface: 'cli' } as const,
})

test('a reference table answers with its version and date; too old is stale; without a row a person is asked', async (t) => {
  let now = new Date('2026-03-02T10:00:00Z')
  const bot = await startBot(t, { clock: () => now })
  const at = now
  const { db } = bot.app
  assert.equal((await importTable(db, { ...csv('c1,gold\nc2,\n'), asOf: at, at })).kind, 'imported')
  assert.deepEqual(await importTable(db, { ...csv('c1,a\nc1,b'), asOf: at, at }), {
    kind: 'wrong',
    problems: ['line 3: id "c1" stands on line 2 too'],
  })
  await importTable(db, { ...csv('c1,silver\nc2,\n'), asOf: at, at })
  await bot.publish({
    orders: flow(
      '  customer: { lookup: customers, key: record.customer_id, max_age: 7d }',
      'has(record.customer.tier) && record.customer.tier == "silver"',
    ),
  })
  const known = await bot.send('orders', { key: '1', customer: 'c1' })
  const empty = await bot.send('orders', { key: '2', customer: 'c2' })
  const nobody = await bot.send('orders', { key: '3', customer: 'c9' })
  await bot.untilIdle()
  const first = await recordOf(bot, known.body.run)
  assert.deepEqual(first.fields['customer'], { id: 'c1', tier: 'silver' })
  assert.deepEqual(first.sources['customer'], {
    from: 'table',
    table: 'customers',
    version: 2,
    observedAt: at.toISOString(),
  })
  assert.equal(first.outcome, 'achieved')
  assert.equal((await recordOf(bot, empty.body.run)).outcome, 'ignored')
  assert.deepEqual((await recordOf(bot, nobody.body.run)).open, [
    { reason: 'lookup_failed', detail: 'customer: the table "customers" has no row "c9"' },
  ])
  now = new Date('2026-03-10T10:00:00Z')
  const old = await bot.send('orders', { key: '4', customer: 'c1' })
  await bot.untilIdle()
  assert.equal((await recordOf(bot, old.body.run)).open[0]?.reason, 'stale_data')
  const unanswered = (await recordedRuns(db.prisma, 'orders', { last: 10 })).map(
    (one) => [one.run, one.unanswered] as const,
  )
  assert.deepEqual(
    Object.fromEntries(unanswered),
    {
      [known.body.run]: [],
      [empty.body.run]: [],
      [nobody.body.run]: ['customer'],
      [old.body.run]: ['customer'],
    },
    'a rehearsal knows what stopped',
  )
})

test('a fresh answer is used again, an old one fetched anew, and one that cannot be is stale', async (t) => {
  let now = new Date('2026-03-02T10:00:00Z')
  const carrier = await startCarrier(t)
  const bot = await startBot(t, { clock: () => now })
  await bot.publish({
    orders: flow(
      `  carrier: { http: { url: "${carrier.url}/\${record.parcel}", timeout: 2s }, max_age: 1h }`,
    ),
  })
  const send = async (key: string) => {
    const { body } = await bot.send('orders', { key, parcel: 'p1' })
    await bot.untilIdle()
    return recordOf(bot, body.run)
  }
  const first = await send('1')
  assert.deepEqual(first.fields['carrier'], { state: 'moving' })
  assert.equal(first.sources['carrier']?.['observedAt'], now.toISOString())
  now = new Date('2026-03-02T10:59:00Z')
  assert.equal((await send('2')).sources['carrier']?.['observedAt'], '2026-03-02T10:00:00.000Z')
  assert.equal(carrier.asked.length, 1)
  now = new Date('2026-03-02T11:01:00Z')
  assert.equal((await send('3')).sources['carrier']?.['observedAt'], now.toISOString())
  assert.equal(carrier.asked.length, 2)
  now = new Date('2026-03-02T13:00:00Z')
  carrier.answers.set('/p1', { status: 400, body: 'no' })
  assert.equal((await send('4')).open[0]?.reason, 'stale_data')
})

test('what a lookup answers wrongly or not at all is asked, filled in or left out, as the workflow says', async (t) => {
  const carrier = await startCarrier(t)
  const bot = await startBot(t)
  await bot.publish({
    orders: flow(
      `  a: { http: { url: "${carrier.url}/\${record.parcel}" }, missing: default, default: { state: unknown } }
  b: { http: { url: "${carrier.url}/b/\${record.parcel}" }, missing: ignore }
  c: { http: { url: "${carrier.url}/c/\${record.parcel}" } }`,
    ),
  })
  carrier.answers.set('/p1', { status: 404, body: '' })
  carrier.answers.set('/b/p1', { status: 200, body: '<html>' })
  carrier.answers.set('/c/p1', { status: 500, body: '' })
  const { body } = await bot.send('orders', { key: '1', parcel: 'p1' })
  await bot.untilIdle()
  const { fields, sources, open } = await recordOf(bot, body.run)
  assert.deepEqual(fields, { key: '1', parcel: 'p1', a: { state: 'unknown' } })
  assert.equal(sources['a']?.['from'], 'default')
  assert.match(String(sources['b']?.['because']), /not JSON/)
  assert.deepEqual(
    open.map(({ reason }) => reason),
    ['lookup_failed'],
  )
  assert.equal(carrier.asked.filter((path) => path === '/c/p1').length, 3)
})

test('a slow lookup holds up only its own run', async (t) => {
  const carrier = await startCarrier(t)
  const bot = await startBot(t)
  await bot.publish({
    orders: flow(`  carrier: { http: { url: "${carrier.url}/\${record.parcel}", timeout: 20s } }`),
  })
  const release = carrier.hold('/slow')
  const slow = await bot.send('orders', { key: 'slow', parcel: 'slow' })
  const { prisma } = bot.app.db
  const fast = await Promise.all(['a', 'b', 'c'].map((key) => bot.send('orders', { key, parcel: 'p1' })))
  while ((await prisma.outcome.count()) < fast.length) await new Promise(setImmediate)
  assert.equal((await recordOf(bot, slow.body.run)).outcome, undefined)
  release()
  await bot.untilIdle()
  assert.equal((await recordOf(bot, slow.body.run)).outcome, 'achieved')
})

test('a lookup whose target’s circuit is open is waited for, five times; then a person is told which', async (t) => {
  const carrier = await startCarrier(t)
  const { host } = new URL(carrier.url)
  const bot = await startBot(t)
  const { db, queue } = bot.app
  await bot.publish({ orders: flow(`  carrier: { http: { url: "${carrier.url}/\${record.parcel}" } }`) })
  await openCircuit(db.prisma, { target: host, shown: host }, 3_600_000)
  const { body } = await bot.send('orders', { key: '1', parcel: 'p1' })
  const rested = async (times: number) => {
    const deadline = Date.now() + 20_000
    for (;;) {
      const { circuitWaits, state } = await db.prisma.run.findUniqueOrThrow({ where: { id: body.run } })
      if (circuitWaits === times) return assert.equal(state, 'in_flight')
      assert.ok(Date.now() < deadline, `it waited ${circuitWaits} times, not ${times}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  // Each rest is over at once: time is given, not waited for.
  const goOn = () => db.transaction((tx) => queue.enqueue(tx, 'enrich', [{ data: { runId: body.run } }]))
  for (let times = 1; times <= MOST_CIRCUIT_WAITS; times += 1) {
    await rested(times)
    assert.equal(await db.prisma.exception.count(), 0)
    await goOn()
  }
  await bot.untilIdle()
  const { open, outcome } = await recordOf(bot, body.run)
  assert.deepEqual(open, [
    {
      reason: 'lookup_failed',
      detail: `carrier: ${host}: ${host} failed 5 times in a row: circuit open`,
    },
  ])
  assert.equal(outcome, undefined)
  assert.deepEqual(carrier.asked, [])
})

test('history tells how often the same value came before within its window, also in one burst', async (t) => {
  const bot = await startBot(t)
  await bot.publish({
    orders: flow(
      '  before: { history: { same: record.customer_id, within: 1d } }',
      'record.before.count == 0.0',
    ),
  })
  const sent = await Promise.all(['1', '2', '3'].map((key) => bot.send('orders', { key, customer: 'c1' })))
  const other = await bot.send('orders', { key: '4', customer: 'c2' })
  await bot.untilIdle()
  const outcomes = await Promise.all(sent.map(async ({ body }) => (await recordOf(bot, body.run)).outcome))
  assert.deepEqual(outcomes.map(String).toSorted(), ['achieved', 'ignored', 'ignored'])
  assert.equal((await recordOf(bot, other.body.run)).outcome, 'achieved')
})
