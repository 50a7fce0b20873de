// An upgrade without a stop: the previous release and this one on one database under 30 events a second, in both orders.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { emptyDatabase, isOnServer } from '../database.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'
import { previousRelease, startRelease, THIS } from './previous-release.ts'
import { orders, startTraffic } from './traffic.ts'

const BESIDE_MS = 15_000

for (const order of ['the old one first', 'the new one first'])
  test(`the previous release and this one side by side, ${order}: 0 lost, 0 doubled, 0 deadlocks`, async (t) => {
    if (!isOnServer()) return t.skip('an embedded database has one process')
    const previous = await previousRelease(t)
    const { options, env, remove } = await emptyDatabase()
    const workflows = mkdtempSync(join(tmpdir(), 'signalbox-workflows-'))
    t.after(async () => {
      rmSync(workflows, { recursive: true })
      await remove()
    })
    const target = await startTarget(t)
    writeFileSync(join(workflows, 'orders.yaml'), orders(target.url))
    const start = (dir: string) =>
      startRelease(t, dir, { DATABASE_URL: env.DATABASE_URL, WORKFLOWS_DIR: workflows })
    const [first, second] = order === 'the old one first' ? [previous, THIS] : [THIS, previous]
    const running = [await start(first)]
    const traffic = startTraffic(async (n) => {
      const { url } = running[n % running.length] ?? { url: '' }
      const body = JSON.stringify({ id: `e-${n}` })
      const headers = { 'content-type': 'application/json' }
      return (await fetch(`${url}/hooks/orders`, { method: 'POST', headers, body })).status
    })
    await pause(3000)
    running.push(await start(second))
    await pause(BESIDE_MS)
    const answers = await traffic.stop()
    const db = await openDatabase(options)
    t.after(() => db.close())
    await until('nothing is in flight', async () => (await countLedger(db.prisma)).inFlight === 0, 120_000)
    const ledger = await countLedger(db.prisma)
    const open = await db.prisma.exception.count()
    const [row] = await db.prisma.$queryRaw<{ deadlocks: bigint }[]>`
      SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`
    t.diagnostic(
      `${ledger.accepted} accepted, ${row?.deadlocks} deadlocks, answers ${[...new Set(answers)].join()}`,
    )
    assert.equal(row?.deadlocks, 0n)
    assert.deepEqual([ledger.unaccounted, ledger.accepted, open], [0, answers.length, 0])
    assert.deepEqual([...new Set(answers)], [202])
    assert.equal(
      new Set(target.requests.map(({ headers }) => headers['idempotency-key'])).size,
      ledger.accepted,
    )
    assert.equal(target.requests.length, ledger.accepted)
    for (const bot of running) await bot.stop()
  })
