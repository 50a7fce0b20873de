// The queue: pg-boss in the same database, so that a job commits with the rows it is about.
import { fromPrisma, PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import type { Database, Tx } from '../db/store/open.ts'
import { partsOf, recordInsert, splitNotify, type StatementParts } from './insert-statement.ts'
import { type JobName, type Jobs, policies } from './jobs.ts'
import { isNewer } from './tables.ts'
import { wakeUps } from './wake-ups.ts'

export interface Queue {
  /**
   * Puts jobs into the queue in the caller's transaction, to start in `afterMs` by the database's clock: replicas'
   * clocks may differ, and jump.
   */
  enqueue<N extends JobName>(tx: Tx, name: N, jobs: { data: Jobs[N]; afterMs?: number }[]): Promise<void>
  /**
   * pg-boss's own INSERT for this queue, for statements that write rows and the jobs about them in one round trip.
   * Whoever has committed it calls `wake`.
   */
  insertStatement(name: JobName): Promise<{ parts: StatementParts; wake: () => void }>
  /** Takes jobs up until stop(). The handler gets a batch; what it throws sends the whole batch back. */
  work<N extends JobName>(
    name: N,
    options: { batchSize: number; concurrency: number },
    handler: (jobs: Jobs[N][]) => Promise<void>,
  ): Promise<void>
  /** Jobs of a queue that wait or run. */
  depth(name: JobName): Promise<number>
  /** Of these queues, those with jobs that could run now and still wait for a worker. */
  backlogged(names: readonly JobName[]): Promise<Set<JobName>>
  /** Jobs that some process is working on, of any queue. */
  inHand(): Promise<number>
  /** Waits for what is in hand, hands back the rest. */
  stop(timeoutMs: number): Promise<void>
}

/**
 * How often a queue is looked into where PostgreSQL tells of what is written into it, for what nobody told of: a retry whose
 * time comes after the process that wrote it is gone, a part of a replay that such a process left behind.
 */
const LOOK_EVERY_SECONDS: Record<JobName, number> = { decide: 10, enrich: 10, act: 5, replay: 5 }
/** Of jobs that depend on each other, which we have none of. */
const FLOWS_EVERY_SECONDS = 3600
/** When a batch that was sent back comes again, as `patience` has it: seconds after it failed. */
const SENT_BACK_FOR = [1, 2, 4, 8, 16]
const WAKES_WITHIN_MS = 600_000

export interface QueueOptions {
  db: Database
  log: Logger
  /** Only a process that works jobs maintains the queue and listens. */
  works: boolean
}

/** Says something at most once at a time: whatever asks meanwhile is said once more afterwards. */
function coalesced(say: () => Promise<unknown>): () => void {
  let isSaying = false
  let isWanted = false
  async function go(): Promise<void> {
    isSaying = true
    while (isWanted) {
      isWanted = false
      // A hint and no more: who is not woken looks by itself within seconds.
      await say().catch(() => {})
    }
    isSaying = false
  }
  return () => {
    isWanted = true
    if (!isSaying) void go()
  }
}

/** Opens the queue, whose tables are there (`makeQueueTables`). */
export async function openQueue({ db, log, works }: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    ...db.boss,
    schedule: false,
    supervise: works,
    // pg-boss goes on with the tables of a newer release only where it may migrate. Commands refuse instead: with it,
    // pg-boss would run what stands in its table of commands.
    migrate: works && (await isNewer(db)),
    useListenNotify: works,
    flowIntervalSeconds: FLOWS_EVERY_SECONDS,
    application_name: 'signalbox-queue',
  })
  boss.on('error', (error) => log.error({ err: error }, 'queue fault'))
  await boss.start()
  async function readyInsert(name: JobName) {
    const recorded = await recordInsert(boss, name)
    const { text, wake } = db.kind === 'server' ? splitNotify(recorded) : { text: recorded, wake: undefined }
    return {
      parts: partsOf(text),
      wake: wake === undefined ? () => {} : coalesced(() => boss.getDb().executeSql(wake)),
    }
  }
  const workers = new Map<JobName, string>()
  const wakes = wakeUps((name: JobName) => {
    const id = workers.get(name)
    if (id !== undefined) boss.notifyWorker(id)
  })
  const statements = new Map<JobName, ReturnType<typeof readyInsert>>()
  return {
    async enqueue(tx, name, jobs) {
      if (jobs.length === 0) return
      const timed = jobs.map(({ data, afterMs }) =>
        afterMs === undefined ? { data } : { data, startAfter: `${Math.ceil(afterMs)} milliseconds` },
      )
      await boss.insert(name, timed, { db: fromPrisma(tx) })
      if (!workers.has(name)) return
      // A job that waits for its time is told of when it is written, and then no more. After minutes, seconds do not matter.
      for (const { afterMs } of jobs)
        if (afterMs !== undefined && afterMs < WAKES_WITHIN_MS) wakes.in(afterMs, name)
    },
    insertStatement(name) {
      const known = statements.get(name)
      if (known) return known
      const statement = readyInsert(name)
      statements.set(name, statement)
      statement.catch(() => statements.delete(name))
      return statement
    },
    async work(name, { batchSize, concurrency }, handler) {
      const options = {
        batchSize,
        localConcurrency: concurrency,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: LOOK_EVERY_SECONDS[name],
      }
      type Data = Parameters<typeof handler>[0][number]
      const worker = await boss.work<Data>(name, options, async (jobs) => {
        try {
          await handler(jobs.map((job) => job.data))
        } catch (error) {
          log.error({ err: error, queue: name, jobs: jobs.length }, 'jobs sent back')
          // pg-boss waits up to twice as long as it says.
          for (const seconds of SENT_BACK_FOR) wakes.in(2000 * seconds, name)
          throw error
        }
      })
      workers.set(name, worker)
    },
    async depth(name) {
      const [stats] = await boss.getQueueStats(name, { force: true })
      return stats ? stats.queuedCount + stats.activeCount : 0
    },
    async backlogged(names) {
      const { rows } = await boss.getDb().executeSql(
        `SELECT name FROM unnest($1::text[]) AS name WHERE EXISTS (
           SELECT FROM pgboss.job j WHERE j.name = name.name AND state < 'active' AND start_after <= now())`,
        [names],
      )
      return new Set((rows as { name: JobName }[]).map(({ name }) => name))
    },
    async inHand() {
      const { rows } = await boss
        .getDb()
        .executeSql(`SELECT count(*)::int AS n FROM pgboss.job WHERE name = ANY($1) AND state = 'active'`, [
          Object.keys(policies),
        ])
      return (rows[0] as { n: number } | undefined)?.n ?? 0
    },
    async stop(timeoutMs) {
      wakes.stop()
      await boss.stop({ graceful: true, timeout: timeoutMs, close: true })
    },
  }
}
