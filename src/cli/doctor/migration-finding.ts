// What the doctor says of migrations: which are missing, and of one that was cut off, whether what it makes is there.
import { migrationState, standsUnrecorded } from '../../db/migrations/state.ts'
import type { Database } from '../../db/store/open.ts'
import type { Finding } from './findings.ts'

const FIXES = 'the next start, or signalbox doctor --fix,'

async function saidOfUnfinished(prisma: Database['prisma'], name: string): Promise<string> {
  const isThere = await standsUnrecorded(prisma, name)
  if (isThere === undefined)
    return `${name} was interrupted, and nothing tells whether it was applied. It is safe to apply twice: ${FIXES} applies it`
  return isThere
    ? `${name} was interrupted after it was applied and before it was recorded: ${FIXES} records it`
    : `${name} was interrupted before it took effect: ${FIXES} applies it`
}

export async function migrationsFinding({ prisma }: Database): Promise<Finding> {
  const check = 'migrations'
  const { applied, missing, newer, unfinished } = await migrationState(prisma)
  if (newer.length > 0)
    return { check, state: 'fail', detail: `the database is newer than this program: ${newer.join(', ')}` }
  if (missing.length === 0) return { check, state: 'ok', detail: `${applied.length} applied` }
  if (applied.length + unfinished.length === 0)
    return {
      check,
      state: 'fail',
      detail: 'this database has no Signalbox tables yet: start the bot, or run signalbox apply',
    }
  const said = await Promise.all(unfinished.map((name) => saidOfUnfinished(prisma, name)))
  const rest = missing.filter((name) => !unfinished.includes(name))
  if (rest.length > 0) said.push(`not applied: ${rest.join(', ')}; ${FIXES} applies them`)
  return { check, state: 'fail', detail: said.join('; ') }
}

/** Applies what is missing and finishes what was cut off, where there is something of Signalbox. Resolves with the names. */
export async function fixMigrations(db: Database): Promise<string[]> {
  const { applied, unfinished } = await migrationState(db.prisma)
  return applied.length + unfinished.length === 0 ? [] : db.migrate()
}
