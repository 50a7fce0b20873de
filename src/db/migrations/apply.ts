// Applies migrations: a script and its record are one transaction, so that whoever is killed in the middle leaves nothing
// behind. Prisma's engine writes its record before and after the script, and refuses everything later once it was cut off
// in between.
import { type LockPatience, withPatience } from './patience.ts'
import { takeLocks } from './locks.ts'
import { ensureTable, finish, type Migration, readMigrations, readRecords, record } from './records.ts'
import type { InTransaction, Session } from './session.ts'
import { stands } from './stands.ts'

// Two replicas that start at once: one migrates, the other waits. The number is ours alone. A transaction's lock, not a
// session's: it is gone with whoever held it, and a pooler may stand in between.
const MIGRATION_LOCK = 7_146_295_301n

/** Whether something was left to do: another replica may have done it since we looked. */
async function applyOne(session: Session, migration: Migration): Promise<boolean> {
  await session.run(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
  await ensureTable(session)
  const known = (await readRecords(session)).filter(({ name }) => name === migration.name)
  if (known.some(({ isFinished }) => isFinished)) return false
  const [unfinished, ...more] = known
  const isThere = unfinished !== undefined && (await stands(session, migration.script)) === true
  if (!isThere) {
    await takeLocks(session, migration.script)
    await session.run(migration.script)
  }
  if (unfinished === undefined) await record(session, migration)
  for (const { id } of unfinished ? [unfinished, ...more] : []) await finish(session, id, migration)
  return true
}

/** Applies what is not applied yet, and finishes what an earlier version left; resolves with the names of those. */
export async function applyMigrations(
  inTransaction: InTransaction,
  patience: LockPatience = {},
  migrations?: Migration[],
): Promise<string[]> {
  const applied: string[] = []
  const records = await inTransaction((session) => readRecords(session))
  const done = new Set(records.flatMap(({ name, isFinished }) => (isFinished ? name : [])))
  for (const migration of migrations ?? (await readMigrations())) {
    if (done.has(migration.name)) continue
    const isApplied = await withPatience(migration.name, patience, () =>
      inTransaction((session) => applyOne(session, migration)),
    )
    if (isApplied) applied.push(migration.name)
  }
  return applied
}
