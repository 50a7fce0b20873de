// Migrations of the busiest tables beside a bot that takes 30 events a second: none lost, none doubled, no deadlock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { setTimeout as pause } from 'node:timers/promises'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { applyMigrations } from '../../src/db/migrations/apply.ts'
import { onSession } from '../../src/db/migrations/session.ts'
import { startBot } from '../bot.ts'
import { isOnServer, testDatabase } from '../database.ts'
import { startTarget } from '../target.ts'
import { orders, startTraffic } from './traffic.ts'

const MIGRATIONS = 10
const BUSY = ['outcome', 'run', 'exception', 'event', 'attempt', 'record', 'decision']

test('under 30 events/s: every migration gets its turn, 0 lost, 0 doubled, 0 deadlocks', async (t) => {
  if (!isOnServer()) return t.skip('an embedded database has one session')
  const database = await testDatabase()
  const target = await startTarget(t)
  const bot = await startBot(t, { database })
  await bot.publish({ orders: orders(target.url) })
  const traffic = startTraffic(async (n) => (await bot.send('orders', { id: `e-${n}` })).status)
  await pause(1000)
  let waits = 0
  const scripts = Array.from({ length: MIGRATIONS }, (_, n) => ({
    name: `9_${n}`,
    script: BUSY.map((name) => `ALTER TABLE "${name}" ADD COLUMN "x_${n}" INTEGER;`).join('\n'),
  }))
  await onSession(new Client({ connectionString: database.options.databaseUrl }), async (inTransaction) => {
    for (const migration of scripts) {
      assert.equal(
        (await applyMigrations(inTransaction, { waits: () => (waits += 1) }, [migration])).length,
        1,
      )
      await pause(500)
    }
  })
  const statuses = await traffic.stop()
  await bot.untilIdle()
  const { accepted, unaccounted } = await countLedger(bot.app.db.prisma)
  const [{ deadlocks } = { deadlocks: -1n }] = await bot.app.db.prisma.$queryRaw<{ deadlocks: bigint }[]>`
    SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`
  t.diagnostic(
    `${accepted} accepted, ${waits} waits, ${deadlocks} deadlocks, answers ${[...new Set(statuses)].join()}`,
  )
  assert.equal(deadlocks, 0n)
  assert.deepEqual([unaccounted, accepted], [0, statuses.filter((status) => status === 202).length])
  assert.equal(target.requests.length, accepted)
  assert.equal(new Set(target.requests.map(({ headers }) => headers['idempotency-key'])).size, accepted)
})
