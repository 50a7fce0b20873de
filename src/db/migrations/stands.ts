// Whether what a migration makes is there. Earlier versions recorded a migration before and after its script, in other
// transactions: where they were cut off, only the database can say on which side of the script. The script itself was one
// transaction: all of it stands, or nothing.
import { type Change, changesOf, type Thing } from './changes.ts'
import type { Session } from './session.ts'

interface Trace {
  thing: Thing
  isMade: boolean
}

// An index is dropped without naming its table.
const nameOf = ({ kind, table = '', name }: Thing) => `${kind} ${kind === 'index' ? '' : table} ${name}`

const tracesOfChange = (change: Change): Trace[] => {
  // A function that is replaced was there before.
  const isReplaced = /^create\s+or\s+replace/i.test(change.text)
  if (change.does === 'make' && !isReplaced) return [{ thing: change.thing, isMade: true }]
  if (change.does === 'drop') return [{ thing: change.thing, isMade: false }]
  if (change.does !== 'rename') return []
  return [
    { thing: change.thing, isMade: false },
    { thing: { ...change.thing, name: change.to }, isMade: true },
  ]
}

/** What tells before from after: made, dropped or renamed, once, and not a part of a table that is renamed or dropped. */
export function tracesOf(script: string): Trace[] {
  const found = changesOf(script).flatMap(tracesOfChange)
  const names = found.map(({ thing }) => nameOf(thing))
  const gone = new Set(
    found.flatMap(({ thing, isMade }) => (thing.kind === 'table' && !isMade ? thing.name : [])),
  )
  return found.filter(
    ({ thing }) =>
      names.filter((name) => name === nameOf(thing)).length === 1 && !gone.has(thing.table ?? ''),
  )
}

const table = `to_regclass(format('%I', $1::text))`
const QUESTIONS: Record<Thing['kind'], string> = {
  table: `SELECT ${table} IS NOT NULL AS there`,
  index: `SELECT to_regclass(format('%I', $2::text)) IS NOT NULL AS there WHERE $1::text IS NOT NULL`,
  function: `SELECT EXISTS (SELECT FROM pg_proc WHERE proname = $2 AND pronamespace = current_schema()::regnamespace) AS there
    WHERE $1::text IS NOT NULL`,
  column: `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${table} AND attname = $2 AND NOT attisdropped) AS there`,
  trigger: `SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ${table} AND tgname = $2) AS there`,
  constraint: `SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${table} AND conname = $2) AS there`,
}

async function isThere({ rows }: Pick<Session, 'rows'>, thing: Thing): Promise<boolean> {
  const values = thing.kind === 'table' ? [thing.name] : [thing.table ?? '', thing.name]
  const [answer] = await rows<{ there: boolean }>(QUESTIONS[thing.kind], values)
  return answer?.there === true
}

/** Whether the script has taken effect; undefined where it leaves nothing that would tell, and may be run again. */
export async function stands(session: Pick<Session, 'rows'>, script: string): Promise<boolean | undefined> {
  const traces = tracesOf(script)
  if (traces.length === 0) return undefined
  for (const { thing, isMade } of traces) if ((await isThere(session, thing)) !== isMade) return false
  return true
}
