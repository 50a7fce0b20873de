// The primary is gone under traffic and its standby promoted: the bot goes on by itself. What was answered with 202 is
// there, because the standby had it first.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { startBot } from '../bot.ts'
import { findBinaries, startPostgres, startStandby, type TestServer } from '../suite/postgres.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'
import { orders, startTraffic } from './traffic.ts'

const binaries = findBinaries()
const LEASE_ENDS_WITHIN_MS = 180_000

async function ask<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Row>(statement)
  await client.end()
  return rows
}

const ends = [
  { how: 'is killed', end: (server: TestServer) => server.crash(), withinMs: 15_000 },
  // What is asked of it waits for ten seconds before the bot looks around, and for connect_timeout to pass it by.
  { how: 'falls silent', end: async (server: TestServer) => server.freeze(), withinMs: 60_000 },
]
for (const { how, end, withinMs } of ends)
  test(
    `the primary ${how} and the standby is promoted, under 30 events/s: 0 lost, 0 doubled, and nobody starts the bot again`,
    { skip: binaries === undefined && 'this machine has no PostgreSQL binaries' },
    async (t) => {
      const first = await startPostgres(binaries ?? '')
      t.after(() => first.stop())
      const second = await startStandby(binaries ?? '', first.url, 'second')
      t.after(() => second.stop())
      await ask(first.url, "ALTER SYSTEM SET synchronous_standby_names = 'second'")
      await ask(first.url, 'SELECT pg_reload_conf()')
      await until('the standby is synchronous', async () => {
        const [row] = await ask<{ state: string }>(
          first.url,
          'SELECT sync_state AS state FROM pg_stat_replication',
        )
        return row?.state === 'sync'
      })
      await assert.rejects(openDatabase({ databaseUrl: second.url, dataDir: '' }), {
        message:
          /^127\.0\.0\.1:\d+ \(DATABASE_URL\) is a standby, which takes no writes: name the primary, or all hosts/,
      })
      // The standby stands first, so that it is asked, and passed by, from the beginning.
      const both = new URL(first.url)
      both.searchParams.set('connect_timeout', '2')
      const databaseUrl = both.href.replace(both.host, `${new URL(second.url).host},${both.host}`)
      const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-test-'))
      const target = await startTarget(t)
      const bot = await startBot(t, {
        database: {
          kind: 'server',
          options: { databaseUrl, dataDir },
          env: { DATABASE_URL: databaseUrl, DATA_DIR: dataDir },
          remove: async () => {},
        },
      })
      const place = () => bot.app.db.endpoints()[0]?.endpoint.place
      assert.equal(place(), both.host)
      await bot.publish({ orders: orders(target.url) })
      const sent: { at: number; status: number }[] = []
      const traffic = startTraffic(async (n) => {
        // With headers of its own: to sign, the sender would ask the database.
        const { status } = await bot.send('orders', { id: `e-${n}` }, {})
        sent.push({ at: Date.now(), status })
        return status
      })
      t.after(() => traffic.stop())
      await pause(5000)
      await end(first)
      const killedAt = Date.now()
      await pause(2000)
      await ask(second.url, 'SELECT pg_promote()')
      const promotedAt = Date.now()
      await until(
        'hooks answer again',
        () => sent.some(({ at, status }) => at > promotedAt && status === 202),
        withinMs,
      )
      const backAfterMs = Date.now() - promotedAt
      await pause(5000)
      const statuses = await traffic.stop()
      await until(
        'nothing is in flight',
        async () => (await countLedger(bot.app.db.prisma)).inFlight === 0,
        LEASE_ENDS_WITHIN_MS,
      )
      const { accepted, unaccounted } = await countLedger(bot.app.db.prisma)
      const said = statuses.filter((status) => status === 202).length
      const keys = new Set(target.requests.map(({ headers }) => headers['idempotency-key']))
      t.diagnostic(
        `${said} answered with 202, ${accepted} there, ${statuses.length - said} refused in ${promotedAt - killedAt} ms ` +
          `without a primary, hooks back ${backAfterMs} ms after the promotion, ${keys.size} done, ${target.requests.length} calls`,
      )
      assert.equal(place(), new URL(second.url).host)
      assert.deepEqual(new Set(statuses), new Set([202, 503]))
      assert.equal(unaccounted, 0)
      // One whose commit stood, and whose answer the crash cut off, is there without a 202: its sender comes again.
      assert.ok(accepted >= said)
      assert.equal(keys.size, accepted)
      // Listening goes on at the new one.
      await until('the queue listens there', async () => {
        const [row] = await ask<{ n: number }>(
          second.url,
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'signalbox-listen'",
        )
        return row?.n === 2
      })
    },
  )
