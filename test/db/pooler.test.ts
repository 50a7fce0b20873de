// A pooler before the server: what works through it works, and what cannot is refused with what to set.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { emptyDatabase, isOnServer, testDatabase } from '../database.ts'
import { findPgBouncer, startPgBouncer } from '../suite/pgbouncer.ts'
import { startTarget } from '../target.ts'

const EVENTS = 60
const binary = findPgBouncer()
const skip = !isOnServer()
  ? 'an embedded database has no pooler'
  : binary === undefined && 'this machine has no PgBouncer'

const through = (t: TestContext, url: string | undefined, mode: 'session' | 'transaction' | 'statement') =>
  startPgBouncer(t, { binary: binary ?? '', url: url ?? '', mode })

const orders = (target: string) => `
workflow: orders
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields: { amount: { type: number, from: event.amount } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { actions: [{ action: one, http: { url: "${target}/one" } }], outcome: achieved } }
`

describe('behind PgBouncer', { skip }, () => {
  test('by transaction, with DIRECT_DATABASE_URL: migrations, queue, actions and cards work, all at once', async (t) => {
    const direct = await emptyDatabase()
    const databaseUrl = await through(t, direct.options.databaseUrl, 'transaction')
    const env = { DATABASE_URL: databaseUrl, DIRECT_DATABASE_URL: direct.options.databaseUrl ?? '' }
    const target = await startTarget(t)
    const lines: string[] = []
    const bot = await startBot(t, {
      database: { ...direct, options: { ...direct.options, databaseUrl } },
      env: { ...env, LOG_LEVEL: 'warn' },
      logTo: (line) => lines.push(line),
    })
    await bot.publish({ orders: orders(target.url) })
    // Each tenth lacks its amount, and waits for a person: a card.
    const sent = await Promise.all(
      Array.from({ length: EVENTS }, (_, n) =>
        bot.send('orders', n % 10 === 0 ? { id: `e-${n}` } : { id: `e-${n}`, amount: n }),
      ),
    )
    assert.deepEqual([...new Set(sent.map(({ status }) => status))], [202])
    await bot.untilIdle()
    const ledger = await countLedger(bot.app.db.prisma)
    const open = await bot.app.db.prisma.exception.count({ where: { state: 'open' } })
    assert.deepEqual([ledger.accepted, ledger.unaccounted, open], [EVENTS, 0, EVENTS / 10])
    assert.equal(target.requests.length, EVENTS - EVENTS / 10)
    assert.deepEqual(lines, [])
    const { stdout } = await signalbox({ ...direct.env, ...env }, 'doctor')
    assert.match(
      stdout,
      /ok +database +PostgreSQL [\d.]+ through a pooler \(transaction mode\) at 127\.0\.0\.1:\d+: primary, no TLS to the pooler, .* from there \(DATABASE_URL\)/,
    )
    assert.match(
      stdout,
      /ok +direct +PostgreSQL [\d.]+ at 127\.0\.0\.1:\d+: primary, .*, direct \(DIRECT_DATABASE_URL\)/,
    )
  })

  test('what is said through the pooler is heard: LISTEN goes past it', async (t) => {
    const direct = await testDatabase(t)
    const databaseUrl = await through(t, direct.options.databaseUrl, 'transaction')
    const db = await openDatabase({
      ...direct.options,
      databaseUrl,
      directDatabaseUrl: direct.options.databaseUrl,
    })
    t.after(() => db.close())
    const heard = Promise.withResolvers<string>()
    const listening = await db.listen?.('there', heard.resolve, () => {})
    t.after(() => listening?.close())
    await db.prisma.$executeRaw`SELECT pg_notify('there', 'yes')`
    assert.equal(await heard.promise, 'yes')
  })

  test('by session, it needs nothing more', async (t) => {
    const { options } = await testDatabase(t)
    const databaseUrl = await through(t, options.databaseUrl, 'session')
    const db = await openDatabase({ ...options, databaseUrl })
    t.after(() => db.close())
    assert.equal(db.endpoints()[0]?.endpoint.pooling, 'session')
    assert.deepEqual(await db.migrate(), [])
  })

  test('what cannot work is refused in one sentence that names the variable', async (t) => {
    const { options } = await testDatabase(t)
    const url = options.databaseUrl ?? ''
    const byTransaction = await through(t, url, 'transaction')
    const byStatement = await through(t, url, 'statement')
    const elsewhere = new URL(url)
    elsewhere.pathname = '/postgres'
    const refused = async (databaseUrl: string, directDatabaseUrl: string | undefined, said: RegExp) =>
      assert.rejects(openDatabase({ ...options, databaseUrl, directDatabaseUrl }), { message: said })
    await refused(
      byTransaction,
      undefined,
      /LISTEN needs one that stays: set DIRECT_DATABASE_URL to the server's own URL\.$/,
    )
    await refused(
      byTransaction,
      byTransaction,
      /DIRECT_DATABASE_URL leads to a pooler that gives every transaction/,
    )
    await refused(
      byTransaction,
      byStatement,
      /DIRECT_DATABASE_URL leads to a pooler that gives every transaction/,
    )
    await refused(
      byStatement,
      url,
      /allows no transactions \(statement pooling\): set its pool_mode to transaction\.$/,
    )
    await refused(
      byTransaction,
      elsewhere.href,
      /DIRECT_DATABASE_URL leads to another database \(postgres at /,
    )
  })
})
