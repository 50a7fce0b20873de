// Which migrations of this program a database has, as `readyz` and `doctor` ask.
import type { Tx } from '../store/open.ts'
import { migrationNames, readMigration, readRecords } from './records.ts'
import type { Session } from './session.ts'
import { stands } from './stands.ts'

export interface MigrationState {
  applied: string[]
  /** Of this program, and not (or not wholly) applied. */
  missing: string[]
  /** Applied, and unknown to this program: a newer one was here. */
  newer: string[]
  /** Among the missing: begun by an earlier version and cut off. */
  unfinished: string[]
}

const sessionOf = (tx: Tx): Pick<Session, 'rows'> => ({
  rows: (sql, values = []) => tx.$queryRawUnsafe(sql, ...values),
})

export async function migrationState(tx: Tx): Promise<MigrationState> {
  const wanted = await migrationNames()
  const records = await readRecords(sessionOf(tx))
  const there = new Set(records.flatMap(({ name, isFinished }) => (isFinished ? name : [])))
  const begun = new Set(records.map(({ name }) => name))
  const missing = wanted.filter((name) => !there.has(name))
  return {
    applied: wanted.filter((name) => there.has(name)),
    missing,
    newer: [...there].filter((name) => !wanted.includes(name)),
    unfinished: missing.filter((name) => begun.has(name)),
  }
}

/** Throws, with their names, when migrations of this program are missing in the database. */
export async function allApplied(tx: Tx): Promise<void> {
  const { missing } = await migrationState(tx)
  if (missing.length > 0) throw new Error(`not applied: ${missing.join(', ')}`)
}

/** Whether nothing is left to apply. */
export const isUpToDate = async (tx: Tx): Promise<boolean> => (await migrationState(tx)).missing.length === 0

/** Whether what a migration makes is in the database, recorded or not; undefined where it leaves nothing that would tell. */
export const standsUnrecorded = async (tx: Tx, name: string): Promise<boolean | undefined> =>
  stands(sessionOf(tx), (await readMigration(name)).script)
