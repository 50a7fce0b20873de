// The bytes of a delivery stand once, and go with the last of the runs that it started.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { originalBody } from '../../src/db/runs/original-body.ts'
import { countDeliveries } from '../../src/db/digest/delivery-ledger.ts'
import { eraseSubject } from '../../src/pipeline/retention/erase-subject.ts'
import { prune } from '../../src/pipeline/retention/prune.ts'
import { type Bot, startBot } from '../bot.ts'
import { SECRET, sendTo, standards, taker } from './sources.ts'

const NAME = 'Grace Hopper'
const byCustomer = taker('by-customer', 'source: shop').replace(
  'subject: event.id',
  'subject: event.customer',
)
const byId = taker('by-id', 'source: shop')
const erase = ({ app: { db } }: Bot, subject: string) =>
  eraseSubject(
    { db, clock: () => new Date() },
    { subject, reason: 'she asked', actor: { id: 'cli:ada', surface: 'cli' } },
  )
const inTwoDays = () => new Date(Date.now() + 2 * 86_400_000)
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

test('a delivery is emptied with the last run that has it; what other workflows hold is said', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET } })
  const { prisma } = bot.app.db
  await bot.publish({ 'by-customer': byCustomer, 'by-id': byId }, standards())
  const { body } = await sendTo(bot, '/in/shop', { id: 'e1', customer: 'c-7', name: NAME })
  await bot.untilIdle()
  const [customers, ids] = ['by-customer', 'by-id'].map(
    (key) => body.runs.find(({ workflow }) => workflow === key)?.run ?? '',
  ) as [string, string]
  const bytes = async () => text((await prisma.delivery.findFirstOrThrow()).body)

  const chainFault = async () => (await verifyChain(prisma)).fault
  assert.equal(await chainFault(), undefined)
  const first = await erase(bot, 'c-7')
  assert.equal(first.kind, 'erased')
  assert.match(
    first.kind === 'erased' ? first.outOfReach.join('\n') : '',
    /1 event of a source that other workflows took too/,
  )
  assert.match((await readRun(prisma, customers))?.event.body ?? '', /erased/)
  assert.deepEqual(await originalBody(prisma, customers), {})
  assert.match((await readRun(prisma, ids))?.event.body ?? '', /Grace Hopper/)
  assert.match(await bytes(), /Grace Hopper/)
  assert.equal((await countDeliveries(prisma)).unaccounted, 0)

  const second = await erase(bot, 'e1')
  assert.doesNotMatch(second.kind === 'erased' ? second.outOfReach.join('\n') : '', /of a source/)
  assert.equal(await bytes(), '')
  const left = await prisma.$queryRaw<{ text: string }[]>`
    SELECT to_jsonb(d)::text AS text FROM delivery d UNION ALL SELECT to_jsonb(e)::text FROM event e`
  const marker = Buffer.from(NAME).toString('hex')
  assert.deepEqual(
    left.filter((row) => row.text.includes(NAME) || row.text.includes(marker)),
    [],
  )
  const { contentHash } = await prisma.delivery.findFirstOrThrow()
  assert.equal(contentHash, null)
  assert.equal((await countDeliveries(prisma)).unaccounted, 0)
  assert.equal(await chainFault(), undefined)
  // What is erased cannot be compared: the same event is asked about.
  const again = await sendTo(bot, '/in/shop', { id: 'e1', customer: 'c-7', name: NAME })
  assert.equal(again.status, 202)
})

test('retention empties it after its last run', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET } })
  const { db } = bot.app
  await bot.publish({ 'by-customer': byCustomer, 'by-id': byId }, `${standards()}retention: { payloads: 1d }`)
  await sendTo(bot, '/in/shop', { id: 'r1', customer: 'c-8', name: NAME })
  await bot.untilIdle()
  await prune({ db, clock: inTwoDays }, { actor: { id: 'engine', surface: 'engine' } })
  const delivery = await db.prisma.delivery.findFirstOrThrow()
  assert.deepEqual([delivery.body.length, delivery.erased, delivery.wanted], [0, 2, 2])
  assert.equal(await db.prisma.event.count({ where: { deliveryId: { not: null } } }), 0)
})

test('nothing else of a delivery is ever changed', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET } })
  const { prisma } = bot.app.db
  await bot.publish({ 'by-id': byId }, standards())
  await sendTo(bot, '/in/shop', { id: 'k1' })
  for (const change of [
    `UPDATE delivery SET body = ''`,
    `UPDATE delivery SET wanted = 0`,
    `UPDATE delivery SET type = 'other'`,
    `UPDATE delivery SET redeliveries = -1`,
    `DELETE FROM delivery`,
    `UPDATE event SET delivery_id = NULL`,
  ])
    await assert.rejects(prisma.$executeRawUnsafe(change), change)
})

test('bytes that are taken out of a delivery past its trigger are missed in the audit', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET } })
  const { prisma } = bot.app.db
  await bot.publish({ 'by-id': byId }, standards())
  const { body } = await sendTo(bot, '/in/shop', { id: 't1' })
  await bot.untilIdle()
  await prisma.$executeRaw`ALTER TABLE delivery DISABLE TRIGGER kept`
  await prisma.$executeRaw`UPDATE delivery SET body = ''`
  const { fault } = await verifyChain(prisma)
  assert.deepEqual(fault, { kind: 'emptied', run: body.runs[0]?.run, part: 'payloads' })
})
