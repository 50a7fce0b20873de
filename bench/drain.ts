// A backlog of captured runs, worked off: what every bench of whole runs measures.
import { load } from './load.ts'
import { orders } from './order-workflows.ts'
import { type BenchDatabase, benchDatabase, measured } from './server.ts'

const RUNS = Number(process.env['BENCH_RUNS'] ?? 20_000)

export interface Drained {
  name: string
  runs: number
  perSecond: number
  /** Of all connections, between the same two moments. */
  commitsPerRun: number
}
type Worker = { stop(): Promise<void> }

/** Orders that are told to a target, one HTTP call each. */
export const actingOrders = (targetUrl: string): string => {
  const body = 'json: { order: "${record.order_id}", amount: "${record.amount}" }'
  return orders(
    `{ actions: [{ action: notify, http: { url: "${targetUrl}/notify", ${body} } }], outcome: achieved }`,
  )
}

/** Captures the backlog through our own web role, with nobody working on it. */
export async function backlog(database: BenchDatabase, runs = RUNS): Promise<number> {
  const web = await measured('own-bot.ts', ['web'], { DATABASE_URL: database.url })
  let sent = 0
  while (sent < runs) {
    const prefix = `b${sent}`
    const { requests } = await load({
      url: web.url,
      path: '/hooks/orders',
      connections: 32,
      seconds: 1,
      body: (n) => JSON.stringify({ order_id: `${prefix}-${n}`, status: 'delivered', amount: n % 500 }),
    })
    sent += requests
  }
  await web.stop()
  await database.client.query('ANALYZE')
  return sent
}

async function standing({ client }: BenchDatabase): Promise<{ left: number; commits: number }> {
  const { rows } = await client.query<{ left: string; commits: string }>(
    `SELECT (SELECT count(*) FROM run WHERE state = 'in_flight') AS left,
            (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits`,
  )
  return { left: Number(rows[0]?.left), commits: Number(rows[0]?.commits) }
}

/** Runs a second between the first and the last 5 % of the backlog: start-up is another figure. */
export async function drain(
  name: string,
  start: (database: BenchDatabase) => Promise<Worker[]>,
  workflows?: string[],
): Promise<Drained> {
  const database = await benchDatabase('signalbox_bench_runs', workflows)
  try {
    const all = await backlog(database)
    const workers = await start(database)
    let from: { at: number; left: number; commits: number } | undefined
    let looks = 0
    for (;;) {
      const { left, commits } = await standing(database)
      const at = performance.now()
      if (from) looks += 1
      if (left < all * 0.95) from ??= { at, left, commits }
      if (from && left < all * 0.05) {
        for (const worker of workers) await worker.stop()
        const perSecond = Math.round(((from.left - left) / (at - from.at)) * 1000)
        // Each look of ours is a commit too.
        const commitsPerRun = Number(((commits - from.commits - looks) / (from.left - left)).toFixed(3))
        return { name, runs: all, perSecond, commitsPerRun }
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    await database.drop()
  }
}
