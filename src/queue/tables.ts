// The queue's tables: made and migrated by their owner (`apply`, or a start that may), from pg-boss's own scripts. Left to
// itself pg-boss writes the building of indexes into a table (pgboss.bam) and runs what stands there: whoever writes that
// table has the owner run it. So that runner is never started; a script builds its indexes itself.
import { getConstructionPlans, getMigrationPlans, PgBoss } from 'pg-boss'
import release from 'pg-boss/package.json' with { type: 'json' }
import type { Database } from '../db/store/open.ts'
import { type JobName, policies } from './jobs.ts'

const OURS = release.pgboss.schema
const STOPS_WITHIN_MS = 1000

async function versionOf({ prisma }: Database): Promise<number | undefined> {
  const [table] = await prisma.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('pgboss.version') IS NOT NULL AS there`
  if (!table?.there) return undefined
  const [row] = await prisma.$queryRaw<{ version: number }[]>`SELECT version FROM pgboss.version`
  return row?.version
}

/** Whether a newer release has migrated the queue: this one goes on with it, and changes nothing. */
export const isNewer = async (db: Database): Promise<boolean> => ((await versionOf(db)) ?? 0) > OURS

/** The tables that queues have for themselves, as the catalog says, which only their owner changes. */
async function partitions({ prisma }: Database): Promise<{ tableName: string; policy: 'standard' }[]> {
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    SELECT relname::text AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = to_regclass('pgboss.job') AND relname <> 'job_common'`
  return rows.map(({ name }) => ({ tableName: name, policy: 'standard' }))
}

/** All of a script in one transaction of ours. Its tables are small: jobs that are done leave after minutes. */
const inOne = (script: string): string =>
  script.replaceAll(/^\s*(?:BEGIN|COMMIT);\s*$/gm, '').replaceAll(' INDEX CONCURRENTLY ', ' INDEX ')

async function migrateTables(db: Database, from: number | undefined): Promise<void> {
  const { backend = 'postgres' } = db.boss
  const script =
    from === undefined
      ? getConstructionPlans('pgboss', { backend })
      : getMigrationPlans('pgboss', from, { backend, partitionTables: await partitions(db) })
  try {
    await db.script(inOne(script))
  } catch (error) {
    // Another process may have done it meanwhile.
    if (((await versionOf(db)) ?? 0) < OURS) throw error
  }
}

async function createQueues(db: Database, names: JobName[]): Promise<void> {
  const boss = new PgBoss({ ...db.boss, schedule: false, supervise: false, migrate: false })
  boss.on('error', () => {})
  await boss.start()
  try {
    for (const name of names) await boss.createQueue(name, policies[name])
  } finally {
    await boss.stop({ timeout: STOPS_WITHIN_MS })
  }
}

/** Makes or migrates what is not there yet. Where nothing is left to do, it takes no right but to read. */
export async function makeQueueTables(db: Database): Promise<void> {
  const version = await versionOf(db)
  if (version === undefined || version < OURS) await migrateTables(db, version)
  const rows = await db.prisma.$queryRaw<{ name: string }[]>`SELECT name FROM pgboss.queue`
  const there = new Set(rows.map(({ name }) => name))
  const missing = (Object.keys(policies) as JobName[]).filter((name) => !there.has(name))
  if (missing.length > 0) await createQueues(db, missing)
}
