// npm run bench:latency — from a webhook to its card in the local Slack: 100 events a second, 1 % of them exceptions,
// with a real bot process and a real local Slack process, on both databases.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import type { Control } from '../src/local-slack/control-client.ts'
import { atMost } from './aims.ts'
import { paced, percentile } from './load.ts'
import { localSlack } from './local-slack.ts'
import { orderWorkflows, stoppingStatuses } from './order-workflows.ts'
import { benchDatabase, measured, report } from './server.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 110)
const PER_SECOND = 100
const STOP_EVERY = 100
const WORKFLOWS = ['orders', 'refunds', 'returns', 'leads']
const CARDS_WITHIN_MS = 15_000

/** When each exception's card was first there for a person to see, by its subject. */
function watchCards(control: Control, signal: AbortSignal): Map<string, number> {
  const seenAt = new Map<string, number>()
  const watch = async () => {
    for await (const event of control.feed(undefined, signal)) {
      if (event.kind !== 'message' || !event.isNew) continue
      const at = performance.now()
      for (const [subject] of JSON.stringify(event.message).matchAll(/\bstop-\d+/g))
        if (!seenAt.has(subject)) seenAt.set(subject, at)
    }
  }
  void watch().catch(() => {})
  return seenAt
}

async function deliver(pool: Pool, workflow: string, event: object): Promise<void> {
  const { statusCode, body } = await pool.request({
    path: `/hooks/${workflow}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  })
  await body.dump()
  if (statusCode !== 202) throw new Error(`${JSON.stringify(event)} was answered ${statusCode}`)
}

/** One exception of each workflow and its card, before anything is measured: the first of all reads Slack's channels. */
async function warmUp(url: string, seenAt: Map<string, number>): Promise<void> {
  const pool = new Pool(url, { connections: 1 })
  for (const [at, workflow] of WORKFLOWS.entries())
    await deliver(pool, workflow, { order_id: `stop-0000${at}`, status: 'delivered', amount: 5000 })
  const until = performance.now() + CARDS_WITHIN_MS
  while (seenAt.size < WORKFLOWS.length && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 50))
  await pool.close()
  // Slack takes about one message a second in a channel: what is measured does not wait for these.
  await new Promise((resolve) => setTimeout(resolve, 1500))
}

async function send(url: string, isStop: (n: number) => boolean): Promise<Map<string, number>> {
  const pool = new Pool(url, { connections: 16 })
  const sentAt = new Map<string, number>()
  let stops = 0
  await paced({ perSecond: PER_SECOND, seconds: SECONDS }, (n) => {
    const stop = isStop(n)
    if (stop) stops += 1
    const id = stop ? `stop-${n}` : `go-${n}`
    const status = stop
      ? stoppingStatuses[Math.floor(stops / WORKFLOWS.length) % stoppingStatuses.length]
      : 'delivered'
    const workflow = WORKFLOWS[(stop ? stops : n) % WORKFLOWS.length] as string
    if (stop) sentAt.set(id, performance.now())
    return deliver(pool, workflow, { order_id: id, status, amount: n % 500 })
  })
  await pool.close()
  return sentAt
}

interface Round {
  name: string
  databaseUrl?: string
  /** Roles of each process; the first has the web. */
  processes: string[]
  isStop: (n: number) => boolean
}

async function measure({ name, databaseUrl, processes, isStop }: Round) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-latency-'))
  const slack = await localSlack(dataDir)
  const env = {
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl ?? '',
    BENCH_SLACK: JSON.stringify(slack.config),
    BENCH_PUBLISH: JSON.stringify(orderWorkflows),
  }
  const bots = []
  for (const roles of processes) bots.push(await measured('own-bot.ts', [roles], env))
  const over = new AbortController()
  try {
    const url = bots[0]?.url ?? ''
    const seenAt = watchCards(slack.control, over.signal)
    await warmUp(url, seenAt)
    const sentAt = await send(url, isStop)
    const until = performance.now() + CARDS_WITHIN_MS
    while (performance.now() < until && [...sentAt.keys()].some((id) => !seenAt.has(id)))
      await new Promise((resolve) => setTimeout(resolve, 50))
    const took = [...sentAt].flatMap(([id, at]) => (seenAt.get(id) ?? Number.NaN) - at)
    const sorted = took.filter((ms) => !Number.isNaN(ms)).toSorted((a, b) => a - b)
    return {
      name,
      cards: sorted.length,
      missing: took.length - sorted.length,
      'p50 ms': Math.round(percentile(sorted, 50)),
      'p99 ms': Math.round(percentile(sorted, 99)),
      'most ms': Math.round(sorted.at(-1) ?? Number.NaN),
    }
  } finally {
    over.abort()
    for (const bot of bots) await bot.stop()
    await slack.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const evenly = (n: number) => n % STOP_EVERY === 0
const byChance = () => Math.random() < 1 / STOP_EVERY
const all = 'web,worker,notifier,scheduler'
const rounds: Omit<Round, 'databaseUrl'>[] = [
  { name: 'one process, an exception each second', processes: [all], isStop: evenly },
  { name: 'one process, exceptions by chance', processes: [all], isStop: byChance },
  {
    name: 'web, worker and notifier apart',
    processes: ['web', 'worker', 'notifier'],
    isStop: evenly,
  },
]
// A word keeps to one of the databases.
const only = process.argv[2]
const rows: Record<string, unknown>[] = []
for (const round of only === 'embedded' ? [] : rounds) {
  const database = await benchDatabase('signalbox_bench_latency', orderWorkflows)
  rows.push({ database: 'PostgreSQL', ...(await measure({ ...round, databaseUrl: database.url })) })
  await database.drop()
}
if (only !== 'server') rows.push({ database: 'embedded', ...(await measure(rounds[0] as Round)) })
const aims = rows.map(({ database, name, 'p99 ms': p99 }) =>
  atMost(`p99 from webhook to card, ${String(database)}, ${String(name)}`, Number(p99), 300, 'ms'),
)
report('latency', { rows, aims, about: { seconds: SECONDS, perSecond: PER_SECOND } })
