// npm run bench:intake — how long a webhook waits for its answer while one process with all roles works off a backlog of
// runs with an HTTP action, beside the same process with nothing else to do.
import { Pool } from 'undici'
import { atMost } from './aims.ts'
import { actingOrders, backlog } from './drain.ts'
import { paced, percentile } from './load.ts'
import { benchDatabase, measured, report } from './server.ts'

const RUNS = Number(process.env['BENCH_RUNS'] ?? 50_000)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 20)
const PER_SECOND = 50

/** Milliseconds that each webhook took, in order. */
async function times(url: string, prefix: string): Promise<number[]> {
  const pool = new Pool(url, { connections: 16 })
  const took: number[] = []
  await paced({ perSecond: PER_SECOND, seconds: SECONDS }, async (n) => {
    const at = performance.now()
    const body = JSON.stringify({ order_id: `${prefix}-${n}`, status: 'delivered', amount: 1 })
    const headers = { 'content-type': 'application/json' }
    const answer = await pool.request({ path: '/hooks/orders', method: 'POST', headers, body })
    await answer.body.dump()
    if (answer.statusCode !== 202) throw new Error(`a webhook was answered ${answer.statusCode}`)
    took.push(performance.now() - at)
  })
  await pool.close()
  return took.toSorted((a, b) => a - b)
}

const target = await measured('target.ts', [])
const database = await benchDatabase('signalbox_bench_intake', [actingOrders(target.url)])
const start = () =>
  measured('own-bot.ts', ['web,worker,notifier,scheduler'], {
    DATABASE_URL: database.url,
    ALLOW_PRIVATE_TARGETS: new URL(target.url).hostname,
  })
const ended = async () =>
  Number((await database.client.query<{ n: string }>('SELECT count(*) AS n FROM outcome')).rows[0]?.n)

const idle = await start()
await times(idle.url, 'warm')
const quiet = await times(idle.url, 'quiet')
await idle.stop()
const runs = await backlog(database, RUNS)
const bot = await start()
const before = await ended()
const busy = await times(bot.url, 'busy')
const drained = (await ended()) - before
await bot.stop()
await database.drop()
await target.stop()

const row = (name: string, sorted: number[]) => ({
  name,
  'p50 ms': percentile(sorted, 50).toFixed(1),
  'p99 ms': percentile(sorted, 99).toFixed(1),
  'most ms': sorted.at(-1)?.toFixed(1),
})
report('intake', {
  rows: [row('nothing else to do', quiet), row(`${drained} runs worked off meanwhile`, busy)],
  aims: [atMost('p99 of a webhook, of idle', percentile(busy, 99) / percentile(quiet, 99), 3)],
  about: { runs, seconds: SECONDS, perSecond: PER_SECOND },
})
