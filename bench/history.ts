// npm run bench:history — what a million runs of history cost: captures, status, ledger and digest beside the same on
// an empty database, in the same minute.
import { windowBefore } from '../src/domain/digest/digest-window.ts'
import { readDigestFigures } from '../src/db/digest/digest-figures.ts'
import { findRuns } from '../src/db/runs/find-runs.ts'
import { countLedger, readLedger } from '../src/db/digest/ledger.ts'
import { type Database, openDatabase } from '../src/db/store/open.ts'
import { readRun } from '../src/db/runs/run-view.ts'
import { workflowHealth } from '../src/db/workflows/workflow-health.ts'
import { atMost } from './aims.ts'
import { load, percentile } from './load.ts'
import { writeLongHistory } from './long-history.ts'
import { orderWorkflows } from './order-workflows.ts'
import { type BenchDatabase, benchDatabase, measured, report } from './server.ts'

const RUNS = Number(process.env['BENCH_HISTORY'] ?? 1_000_000)
const DAYS = Number(process.env['BENCH_DAYS'] ?? 60)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5)
const WORKFLOWS = ['leads', 'orders', 'refunds', 'returns']
const stamp = Date.now().toString(36)
let round = 0

interface Side {
  bench: BenchDatabase
  db: Database
  web: { url: string; stop(): Promise<void> }
}

async function side(name: string): Promise<Side> {
  const bench = await benchDatabase(name, orderWorkflows)
  const db = await openDatabase({ databaseUrl: bench.url, dataDir: '.' })
  return { bench, db, web: await measured('own-bot.ts', ['web'], { DATABASE_URL: bench.url }) }
}

async function captures({ web }: Side): Promise<number> {
  round += 1
  const prefix = `${stamp}-${round}`
  const { perSecond } = await load({
    url: web.url,
    path: '/hooks/orders',
    connections: 32,
    seconds: SECONDS,
    body: (n) => JSON.stringify({ order_id: `${prefix}-${n}`, status: 'delivered', amount: n % 500 }),
  })
  return perSecond
}

const ms = (value: number) => Number(value.toFixed(1))

interface Times {
  p50: number
  p99: number
}

const timesOf = (took: number[]): Times => {
  const sorted = took.toSorted((a, b) => a - b)
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99) }
}

/** Runs to ask for, from all over the history. */
async function sample(bench: BenchDatabase): Promise<{ id: string; subject: string }[]> {
  const { rows } = await bench.client.query<{ id: string; subject: string }>(
    `SELECT id, subject FROM run WHERE subject LIKE 'old-%7' OR subject LIKE 'old-%3' LIMIT 20000`,
  )
  return Array.from({ length: 200 }, (_, at) => rows[(at * 97) % rows.length] as (typeof rows)[number])
}

type Ask = (n: number) => Promise<unknown>

/** What is asked, and how often. */
async function questions({ db, bench }: Side): Promise<Record<string, { count: number; ask: Ask }>> {
  const { prisma } = db
  const some = await sample(bench)
  const at = new Date()
  const window = windowBefore(at, 'Europe/Berlin')
  const of = (n: number) => some[n % some.length] as (typeof some)[number]
  const count = some.length
  return {
    'status of a run': { count, ask: (n) => readRun(prisma, of(n).id) },
    'status by subject': { count, ask: (n) => findRuns(prisma, { subject: of(n).subject }) },
    'status of a workflow': {
      count,
      ask: async (n) => {
        const key = WORKFLOWS[n % WORKFLOWS.length] as string
        await findRuns(prisma, { workflow: key })
        await workflowHealth(prisma, { key, at })
      },
    },
    ledger: { count, ask: () => readLedger(prisma) },
    'digest of last week': { count: 30, ask: () => readDigestFigures(db, window, at) },
  }
}

/** Each question asked of both in turn, so that a noise of the machine meets both. */
async function readings(one: Side, other: Side): Promise<Record<string, { one: Times; other: Times }>> {
  const ofOther = await questions(other)
  const found: Record<string, { one: Times; other: Times }> = {}
  for (const [what, { count, ask }] of Object.entries(await questions(one))) {
    const [took, tookOther]: [number[], number[]] = [[], []]
    const asked = ofOther[what]?.ask as Ask
    for (let n = 0; n < count; n += 1) {
      for (const [of, asks] of [
        [took, ask],
        [tookOther, asked],
      ] as const) {
        const at = performance.now()
        await asks(n)
        of.push(performance.now() - at)
      }
    }
    found[what] = { one: timesOf(took), other: timesOf(tookOther) }
  }
  return found
}

const empty = await side('signalbox_bench_empty')
const full = await side('signalbox_bench_full')
try {
  // A few runs, so that there is something to ask for.
  await writeLongHistory(
    { client: empty.bench.client, db: empty.db },
    { runs: 400, days: 1, workflows: WORKFLOWS },
  )
  const startedAt = performance.now()
  await writeLongHistory(
    { client: full.bench.client, db: full.db },
    { runs: RUNS, days: DAYS, workflows: WORKFLOWS },
  )
  console.log(
    `${RUNS} runs over ${DAYS} days written in ${Math.round((performance.now() - startedAt) / 1000)} s`,
  )
  const [told, counted] = [await readLedger(full.db.prisma), await countLedger(full.db.prisma)]
  if (told.unaccounted !== 0 || told.accepted !== counted.accepted || told.outcomes !== counted.outcomes)
    throw new Error(`the history does not add up: ${JSON.stringify({ told, counted })}`)
  // Before the captures, which leave runs in flight that nobody works off here.
  const read = await readings(empty, full)
  const rounds: { empty: number; full: number }[] = []
  // Side by side and in turn, so that a noise of the machine meets both.
  await captures(empty)
  await captures(full)
  for (let n = 0; n < 3; n += 1) rounds.push({ empty: await captures(empty), full: await captures(full) })
  const median = (of: 'empty' | 'full') => rounds.map((one) => one[of]).toSorted((a, b) => a - b)[1] as number
  const captured = median('empty') / median('full')
  const aims = [
    atMost('captures, empty of full', captured, 1.3),
    ...Object.entries(read).map(([what, { one, other }]) =>
      atMost(`${what}, p50 of that of the empty database`, other.p50 / one.p50, 1.3),
    ),
    ...Object.entries(read)
      .filter(([what]) => what.startsWith('status'))
      .map(([what, { other }]) => atMost(`${what}, p99`, other.p99, 50, 'ms')),
  ]
  report('history', {
    rows: [
      {
        what: 'captures /s at 32',
        'empty p50': median('empty'),
        'history p50': median('full'),
        ratio: captured.toFixed(2),
      },
      ...Object.entries(read).map(([what, { one, other }]) => ({
        what: `${what}, ms`,
        'empty p50': ms(one.p50),
        'history p50': ms(other.p50),
        'history p99': ms(other.p99),
        ratio: (other.p50 / one.p50).toFixed(2),
      })),
    ],
    aims,
    about: { runs: RUNS, days: DAYS, seconds: SECONDS },
  })
} finally {
  for (const { web, db, bench } of [empty, full]) {
    await web.stop()
    await db.close()
    await bench.drop()
  }
}
