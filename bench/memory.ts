// npm run bench:memory — resident memory of one process with all roles while it takes as many events as it can and
// works them off, and how long `npm start` takes until it is ready: on both databases, or on the one that is named
// (npm run bench:memory -- PostgreSQL). BENCH_SECONDS=600 for ten minutes.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost } from './aims.ts'
import { load } from './load.ts'
import { orderWorkflows } from './order-workflows.ts'
import { ofStart } from './processor-time.ts'
import { benchDatabase, emptyDatabase, type Measured, measured, report } from './server.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60)
const MB = 1024 * 1024
const LIMIT_MB = { PostgreSQL: 200, embedded: 350 }
type Kind = keyof typeof LIMIT_MB
const mb = (bytes: number) => Math.round(bytes / MB)

/** What a process has resident now, in bytes. */
async function residentOf({ child }: Measured): Promise<number> {
  child.send('memory')
  const [{ rss }] = (await once(child, 'message')) as [{ rss: number }]
  return rss
}

/**
 * Most and last resident memory of a full load, and what it is at rest before. Of a second start: the first compiles,
 * and makes the embedded database, in the same process.
 */
async function underLoad(databaseUrl: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-memory-'))
  const start = () =>
    measured('own-bot.ts', ['web,worker,notifier,scheduler'], {
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      BENCH_PUBLISH: JSON.stringify(orderWorkflows),
    })
  const first = await start()
  const afterFirstStart = await residentOf(first)
  await first.stop()
  const bot = await start()
  const samples: number[] = []
  try {
    const atRest = await residentOf(bot)
    const loading = new AbortController()
    const sampling = (async () => {
      while (!loading.signal.aborted) {
        samples.push(await residentOf(bot))
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    })()
    const { perSecond } = await load({
      url: bot.url,
      path: '/hooks/orders',
      connections: 32,
      seconds: SECONDS,
      body: (n) => JSON.stringify({ order_id: `m-${n}`, status: 'delivered', amount: n % 500 }),
    })
    loading.abort()
    await sampling
    const half = samples.slice(Math.floor(samples.length / 2)).toSorted((a, b) => a - b)
    return {
      'events /s': perSecond,
      'first start MB': mb(afterFirstStart),
      'at rest MB': mb(atRest),
      'half way MB': mb(samples[Math.floor(samples.length / 2)] ?? 0),
      'typical MB': mb(half[Math.floor(half.length / 2)] ?? 0),
      'most MB': mb(Math.max(...samples)),
    }
  } finally {
    await bot.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const kinds = Object.keys(LIMIT_MB) as Kind[]
const named = process.argv[2]
const asked = named === undefined ? kinds : kinds.filter((kind) => kind === named)
if (asked.length === 0) throw new Error(`There is no database ${named}; there are ${kinds.join(', ')}.`)
const rows: Record<string, unknown>[] = []
for (const kind of asked) {
  const database =
    kind === 'embedded' ? undefined : await benchDatabase('signalbox_bench_memory', orderWorkflows)
  const loaded = await underLoad(database?.url ?? '')
  await database?.drop()
  const fresh = kind === 'embedded' ? undefined : await emptyDatabase('signalbox_bench_memory')
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-start-'))
  const env = { DATA_DIR: dataDir, DATABASE_URL: fresh?.url ?? '' }
  const cold = await ofStart(env)
  const again = await ofStart(env)
  rmSync(dataDir, { recursive: true, force: true })
  await fresh?.drop()
  rows.push({
    database: kind,
    ...loaded,
    'first start s': Number((cold.tookMs / 1000).toFixed(1)),
    'next start s': Number((again.tookMs / 1000).toFixed(1)),
  })
}
const aims = rows.map(({ database, 'most MB': most }) =>
  atMost(`resident memory at full load, ${String(database)}`, Number(most), LIMIT_MB[database as Kind], 'MB'),
)
report('memory', { rows, aims, about: { seconds: SECONDS } })
