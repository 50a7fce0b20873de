// npm run bench:runs — whole runs a second, from captured event to outcome: one process of ours, two, and a
// hand-written worker beside them, one and two of it (what a second process can bring on this machine), each on the same
// backlog.
import { atLeast } from './aims.ts'
import { load } from './load.ts'
import { type BenchDatabase, benchDatabase, measured, report } from './server.ts'

const RUNS = Number(process.env['BENCH_RUNS'] ?? 20_000)

/** Captures the backlog through our own web role, with nobody working on it. */
async function backlog(database: BenchDatabase): Promise<number> {
  const web = await measured('own-bot.ts', ['web'], { DATABASE_URL: database.url })
  let sent = 0
  while (sent < RUNS) {
    const prefix = `b${sent}`
    const { requests } = await load({
      url: web.url,
      path: '/hooks/orders',
      connections: 32,
      seconds: 3,
      body: (n) => JSON.stringify({ order_id: `${prefix}-${n}`, status: 'delivered', amount: n % 500 }),
    })
    sent += requests
  }
  await web.stop()
  await database.client.query('ANALYZE')
  return sent
}

const inFlight = async (database: BenchDatabase): Promise<number> => {
  const { rows } = await database.client.query<{ n: string }>(
    `SELECT count(*) AS n FROM run WHERE state = 'in_flight'`,
  )
  return Number(rows[0]?.n)
}

/** Runs a second between the first and the last 5 % of the backlog: start-up is another figure. */
async function drain(name: string, start: (database: BenchDatabase) => Promise<{ stop(): Promise<void> }[]>) {
  const database = await benchDatabase('signalbox_bench_runs')
  try {
    const all = await backlog(database)
    const workers = await start(database)
    let from: { at: number; left: number } | undefined
    for (;;) {
      const left = await inFlight(database)
      const at = performance.now()
      if (left < all * 0.95) from ??= { at, left }
      if (from && left < all * 0.05) {
        for (const worker of workers) await worker.stop()
        const perSecond = Math.round(((from.left - left) / (at - from.at)) * 1000)
        return { name, runs: all, perSecond }
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    await database.drop()
  }
}

const own = (database: BenchDatabase) => measured('own-bot.ts', ['worker'], { DATABASE_URL: database.url })
const peerOn = (database: BenchDatabase) => measured('peer-worker.ts', [database.url, database.versionId])
const peer = await drain('hand-written', async (database) => [await peerOn(database)])
const twoPeers = await drain('two hand-written', async (database) =>
  Promise.all([peerOn(database), peerOn(database)]),
)
const one = await drain('one process', async (database) => [await own(database)])
const two = await drain('two processes', async (database) => Promise.all([own(database), own(database)]))
const rows = [peer, twoPeers, one, two].map((row) => ({
  ...row,
  '÷ hand-written': (row.perSecond / peer.perSecond).toFixed(2),
  '÷ one process': (row.perSecond / one.perSecond).toFixed(2),
}))
const aims = [
  atLeast('one process, of the hand-written worker', one.perSecond / peer.perSecond, 0.3),
  atLeast('one process, of the hand-written worker (next goal)', one.perSecond / peer.perSecond, 0.5),
  atLeast('two processes, of one', two.perSecond / one.perSecond, 1.1),
]
report('runs', { rows, aims, about: { runs: RUNS } })
