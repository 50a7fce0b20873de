// Orders of a CSV through the webhooks: every one is accounted for, and each route gets what a plain script over the
// same file finds.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { orderEvents, SMALL_ORDERS } from '../../demo/events.ts'
import { sendEvents } from '../../demo/send.ts'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import { countRoutes } from '../../src/db/runs/route-counts.ts'
import { signatureHeaders } from '../senders/senders.ts'
import { SHIPPED_SECRETS, startBot } from '../bot.ts'
import { plainRoutes } from './plain-routes.ts'

const ROOT = join(import.meta.dirname, '../..')
const REAL_ORDERS = join(ROOT, '../shared/data/olist-orders.csv')
const fileOf = (name: string) => readFileSync(join(ROOT, 'workflows', name), 'utf8')

async function goesWhereItShould(csv: string, t: Parameters<typeof startBot>[0]): Promise<void> {
  const bot = await startBot(t, { env: SHIPPED_SECRETS })
  await bot.publish({ 'order-delivery': fileOf('order-delivery.yaml') }, fileOf('signalbox.yaml'))
  const events = await orderEvents(csv)
  const { prisma } = bot.app.db
  const to = {
    url: bot.app.url ?? '',
    sign: (_workflow: string, body: string) => ({
      'content-type': 'application/json',
      ...signatureHeaders({ preset: 'standard-webhooks' }, SHIPPED_SECRETS['ORDER_HOOK'] ?? '', {
        body,
        at: new Date(),
      }),
    }),
  }

  const sent = await sendEvents(to, events)
  assert.deepEqual(sent, { accepted: events.length, duplicates: 0, refused: [] })
  const again = await sendEvents(to, events.slice(0, 20))
  assert.equal(again.duplicates, Math.min(20, events.length))

  await bot.untilIdle()
  const counts = await countRoutes(prisma, 'order-delivery')
  const went = Object.fromEntries(counts.map(({ route, reason, n }) => [route ?? reason, n]))
  assert.deepEqual(went, plainRoutes(csv))

  const ledger = await readLedger(prisma)
  assert.equal(ledger.accepted, events.length)
  assert.equal(ledger.unaccounted, 0)
  assert.deepEqual(await countLedger(prisma), ledger)
}

test('each made-up order goes the way a plain script finds, and the ledger adds up', (t) =>
  goesWhereItShould(SMALL_ORDERS, t))

test(
  'so does each of 2,499 real ones',
  { skip: !existsSync(REAL_ORDERS) && 'the real orders are not on this machine' },
  (t) => goesWhereItShould(REAL_ORDERS, t),
)
