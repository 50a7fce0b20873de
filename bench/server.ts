// What every bench needs: a PostgreSQL database of its own with the example workflow, and processes to measure.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from 'pg'
import { type Database, openDatabase } from '../src/db/store/open.ts'
import { makeLog } from '../src/log.ts'
import { openQueue } from '../src/queue/queue.ts'
import { makeQueueTables } from '../src/queue/tables.ts'
import { checkAll } from '../src/workflow/file/load.ts'
import { publish } from '../src/workflow/publish/publish.ts'
import { type Aim, aimLines, loadLine } from './aims.ts'
import { orders } from './order-workflows.ts'

/** Of the last minute, as the bench begins: what it does itself is no disturbance. */
const loadAtStart = loadavg()[0] ?? 0

export interface BenchDatabase {
  url: string
  /** The version of `orders`. */
  versionId: string
  client: Client
  drop(): Promise<void>
}

/** Publishes workflows given as YAML. */
export async function publishSources(db: Database, sources: string[], standardsFile?: string): Promise<void> {
  const files = sources.map((source, at) => ({ file: `bench-${at}.yaml`, source }))
  const { workflows, standards, problems } = checkAll(files, standardsFile, 'signalbox.yaml', {})
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(`a bench's workflow is wrong: ${JSON.stringify(errors)}`)
  await publish(db, {
    workflows,
    standards: { content: standards, source: '' },
    actor: { id: 'bench', surface: 'engine' },
    at: new Date(),
  })
}

/** An empty database on the server of BENCH_DATABASE_URL (default: the local one), durable as it is set up there. */
export async function emptyDatabase(name: string): Promise<{ url: string; drop(): Promise<void> }> {
  const server = process.env['BENCH_DATABASE_URL'] ?? 'postgresql://root@127.0.0.1:5432/postgres'
  const admin = new Client({ connectionString: server })
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

/** The same with our tables, the queue's and these workflows in it, under this signalbox.yaml. */
export async function benchDatabase(
  name: string,
  workflows = [orders()],
  standardsFile?: string,
): Promise<BenchDatabase> {
  const { url, drop } = await emptyDatabase(name)
  const db = await openDatabase({ databaseUrl: url, dataDir: '.' })
  await db.migrate()
  await makeQueueTables(db)
  const queue = await openQueue({ db, log: makeLog('error'), works: false })
  await publishSources(db, workflows, standardsFile)
  const { id: versionId } = await db.prisma.workflowVersion.findFirstOrThrow({
    where: { workflowKey: 'orders' },
  })
  await queue.stop(1000)
  await db.close()
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    'CREATE TABLE peer_job (id uuid PRIMARY KEY, data jsonb, created_at timestamptz DEFAULT now())',
  )
  return {
    url,
    versionId,
    client,
    async drop() {
      await client.end()
      await drop()
    },
  }
}

export interface Measured {
  url: string
  child: ChildProcess
  stop(): Promise<void>
}

/** The flags with which `npm start`, the image and the unit of systemd run it. */
export const AS_STARTED = ['--max-semi-space-size=2']
/** What the image and the unit set besides: glibc keeps two heaps, not eight for each core. */
const AS_DEPLOYED = { MALLOC_ARENA_MAX: '2' }
const RUNTIME = pathToFileURL(join(import.meta.dirname, '../src/runtime.js')).href

/** Forks a script that says its port when it listens. */
export async function measured(
  script: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Measured> {
  const child = fork(join(import.meta.dirname, script), args, {
    env: { ...process.env, ...AS_DEPLOYED, ...env },
    execArgv: script === 'own-bot.ts' ? [...AS_STARTED, '--import', RUNTIME] : [],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

export interface Report {
  rows: Record<string, unknown>[]
  aims: Aim[]
  /** What it was taken with: seconds, sizes. */
  about?: Record<string, unknown>
}

/** Prints rows and aims, and keeps them, with what they were taken on, in bench/results/<name>.json. */
export function report(name: string, { rows, aims, about = {} }: Report): void {
  console.log(`\n${name}  (${cpus().length} cores)`)
  console.table(rows)
  console.log(loadLine(loadAtStart))
  for (const line of aimLines(aims, loadAtStart)) console.log(line)
  const results = join(import.meta.dirname, 'results')
  mkdirSync(results, { recursive: true })
  const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, load: loadAtStart, node: process.version }
  writeFileSync(
    join(results, `${name}.json`),
    `${JSON.stringify({ at: new Date(), machine, ...about, aims, rows }, null, 2)}\n`,
  )
}
