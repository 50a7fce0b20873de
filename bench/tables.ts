// npm run bench:tables — a reference table of 200,000 rows imported by the signalbox command beside a running bot that gets
// 30 webhooks a second, on both databases; several times, because from the fourth on an old version goes too.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { atMost } from './aims.ts'
import { percentile } from './load.ts'
import { orderWorkflows } from './order-workflows.ts'
import { benchDatabase, measured, report } from './server.ts'

const ROWS = Number(process.env['BENCH_ROWS'] ?? 200_000)
const IMPORTS = Number(process.env['BENCH_IMPORTS'] ?? 5)
const PER_SECOND = 30
const ALONE_MS = 10_000
const BIN = join(import.meta.dirname, '../bin/signalbox.js')

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function writeCsv(file: string): void {
  const tiers = ['gold', 'silver', 'bronze', '']
  const lines = Array.from(
    { length: ROWS },
    (_, n) => `c${n * 7919},"Customer, No. ${n}",${tiers[n % 4]},buyer-${n}@shop.example`,
  )
  writeFileSync(file, `id,name,tier,mail\n${lines.join('\n')}\n`)
}

/** Sends at the times they are due until `work` is over; how long each answer took, sorted. */
async function beside(url: string, name: string, work: Promise<unknown>): Promise<number[]> {
  const pool = new Pool(url, { connections: 16 })
  const took: number[] = []
  const send = async (n: number, dueAt: number) => {
    const body = JSON.stringify({ order_id: `${name}-${n}`, status: 'delivered', amount: n % 500 })
    const headers = { 'content-type': 'application/json' }
    const answer = await pool.request({ path: '/hooks/orders', method: 'POST', headers, body })
    await answer.body.dump()
    if (answer.statusCode >= 300) throw new Error(`a webhook was answered ${answer.statusCode}`)
    took.push(performance.now() - dueAt)
  }
  const over = new AbortController()
  const ended = work.finally(() => over.abort())
  const sent: Promise<void>[] = []
  const startedAt = performance.now()
  for (let n = 0; !over.signal.aborted; n += 1) {
    const dueAt = startedAt + (n * 1000) / PER_SECOND
    const waitMs = dueAt - performance.now()
    if (waitMs > 0) await wait(waitMs)
    sent.push(send(n, dueAt))
  }
  await Promise.all([ended, ...sent])
  await pool.close()
  return took.toSorted((a, b) => a - b)
}

async function importFile(file: string, env: Record<string, string>): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [BIN, 'table', 'import', 'customers', file, '--key', 'id'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`signalbox table import ended with ${code}`)
  return performance.now() - startedAt
}

async function measure(database: string, databaseUrl?: string): Promise<Record<string, unknown>[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-tables-'))
  const file = join(dataDir, 'customers.csv')
  writeCsv(file)
  const env = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl ?? '' }
  const bot = await measured('own-bot.ts', ['web,worker,notifier,scheduler'], {
    ...env,
    BENCH_PUBLISH: JSON.stringify(orderWorkflows),
  })
  const row = (what: string, seconds: number, took: number[]) => ({
    database,
    what,
    seconds: Number((seconds / 1000).toFixed(1)),
    webhooks: took.length,
    'p50 ms': Math.round(percentile(took, 50)),
    'p99 ms': Math.round(percentile(took, 99)),
    'most ms': Math.round(took.at(-1) ?? Number.NaN),
  })
  try {
    await beside(bot.url, 'warm', wait(5000))
    const rows = [row('no import', ALONE_MS, await beside(bot.url, 'alone', wait(ALONE_MS)))]
    for (let n = 1; n <= IMPORTS; n += 1) {
      const importing = importFile(file, env)
      const took = await beside(bot.url, `import-${n}`, importing)
      rows.push(row(`import ${n}`, await importing, took))
    }
    return rows
  } finally {
    await bot.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

// A word keeps to one of the databases.
const only = process.argv[2]
const rows: Record<string, unknown>[] = []
if (only !== 'embedded') {
  const database = await benchDatabase('signalbox_bench_tables', orderWorkflows)
  rows.push(...(await measure('PostgreSQL', database.url)))
  await database.drop()
}
if (only !== 'server') rows.push(...(await measure('embedded')))
const imports = rows.filter(({ what }) => what !== 'no import')
const aims = imports.flatMap(({ database, what, seconds, 'p99 ms': p99 }) => [
  atMost(`${String(what)} of ${ROWS} rows, ${String(database)}`, Number(seconds), 20, 's'),
  atMost(`p99 of webhooks beside ${String(what)}, ${String(database)}`, Number(p99), 200, 'ms'),
])
report('tables', { rows, aims, about: { rows: ROWS, perSecond: PER_SECOND } })
