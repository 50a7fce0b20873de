// Takes the locks of a migration before its first statement. Waiting for a lock while holding another is how a migration
// and the events beside it come to wait for each other; PostgreSQL looks for that after a second (deadlock_timeout), and
// then undoes either of the two. So the first lock is waited for with nothing in hand, the others for a moment only, and
// whoever does not get them lets go of everything and tries again (patience.ts).
import { type Change, changesOf, referenced } from './changes.ts'
import type { Session } from './session.ts'

/** With nothing in hand: how long whoever comes after us waits behind us at most. */
const FIRST_WAIT_MS = 800
/** With something in hand. All of a migration's tables together stay below a second. */
const NEXT_WAIT_MS = 100

/** ALTER TABLE and DROP keep everybody out; an index, a trigger, a foreign key or a write only those who write. */
type Mode = 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE'
type Wanted = [table: string, mode: Mode]

function wantedBy(change: Change): Wanted[] {
  const parents = referenced(change.text).map((table): Wanted => [table, 'SHARE ROW EXCLUSIVE'])
  switch (change.does) {
    case 'write':
      return [[change.table, 'SHARE ROW EXCLUSIVE']]
    case 'other':
      return change.table === undefined ? parents : [[change.table, 'ACCESS EXCLUSIVE'], ...parents]
    case 'make': {
      const { kind, table } = change.thing
      if (table === undefined) return parents
      const isLight = kind === 'index' || kind === 'trigger'
      return [[table, isLight ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE'], ...parents]
    }
    default: {
      const { kind, table, name } = change.thing
      const own = kind === 'table' ? name : table
      return own === undefined ? parents : [[own, 'ACCESS EXCLUSIVE'], ...parents]
    }
  }
}

/** The tables that the script touches and that were there before, each with the strongest lock it asks for. */
export function locksOf(script: string): Map<string, Mode> {
  const wanted = new Map<string, Mode>()
  for (const [table, mode] of changesOf(script).flatMap(wantedBy))
    if (wanted.get(table) !== 'ACCESS EXCLUSIVE') wanted.set(table, mode)
  return wanted
}

const waitAtMost = (session: Session, ms: number) => session.run(`SET LOCAL lock_timeout = ${ms}`)

/** Takes them all, or throws 55P03 (lock_not_available). What the script still waits for, it waits for a moment only. */
export async function takeLocks(session: Session, script: string): Promise<void> {
  const wanted = locksOf(script)
  const there = await session.rows<{ name: string; quoted: string }>(
    `SELECT name, format('%I', name) AS quoted FROM unnest($1::text[]) AS name
     WHERE to_regclass(format('%I', name)) IS NOT NULL ORDER BY name`,
    [[...wanted.keys()]],
  )
  await waitAtMost(session, FIRST_WAIT_MS)
  for (const { name, quoted } of there) {
    await session.run(`LOCK TABLE ${quoted} IN ${wanted.get(name)} MODE`)
    await waitAtMost(session, NEXT_WAIT_MS)
  }
}
