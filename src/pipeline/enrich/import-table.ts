// A CSV file becomes the next version of a reference table: all of it or nothing. Its rows are written a part at a time, so that
// webhooks and runs go in between; lookups see the version from the commit that ends the import.
import { addAudit } from '../../db/audit/audit.ts'
import {
  type Claim,
  claimImport,
  dropClaim,
  finishImport,
  type RunningImport,
  runningImport,
  writePart,
} from '../../db/lookups/lookup-imports.ts'
import { deleteLeftovers } from '../../db/lookups/lookup-leftovers.ts'
import type { Database } from '../../db/store/open.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import { failPoint } from '../../fail-point.ts'
import { type PartSize, readCsv } from './read-csv.ts'

export interface CsvImport {
  name: string
  csv: Uint8Array
  keyColumn: string
  /** The date of what is in the file. */
  asOf: Date
  at: Date
  actor: Actor
  /** Asked between two parts: ends the import with nothing imported. */
  signal?: AbortSignal
  /** How many rows stand, after each part; waited for. */
  onWritten?: (written: number, rows: number) => void | Promise<void>
}
export type Imported =
  | { kind: 'imported'; version: number; rows: number }
  | { kind: 'wrong'; problems: string[] }
  /** Another import of the table is under way; null: it ended just now. */
  | { kind: 'busy'; running: RunningImport | null }
  /** This import was silent for so long that its claim was given away. */
  | { kind: 'overtaken' }
  | { kind: 'stopped' }

const NAME = /^[a-z][a-z0-9_]{0,59}$/
/**
 * PGlite runs a statement on the bot's own thread: one must not take longer than a webhook may wait. It has one session, and after
 * each part everybody else's transactions come first: with parts of 250 rows an import waited four times as often.
 */
const EMBEDDED: PartSize = { rows: 1000, characters: 150_000 }
const SERVER: PartSize = { rows: 1000, characters: 1_000_000 }

async function write(db: Database, claim: Claim, given: CsvImport, read: Rows): Promise<Imported> {
  const { name, keyColumn, asOf, at, actor, signal, onWritten } = given
  let written = 0
  for (const part of read.parts) {
    if (signal?.aborted) return { kind: 'stopped' }
    if (!(await writePart(db.prisma, claim, part))) return { kind: 'overtaken' }
    failPoint('import-part')
    written += part.rows
    await onWritten?.(written, read.rows)
  }
  const { version } = claim
  const isHeld = await db.transaction(async (tx) => {
    const table = { keyColumn, rows: read.rows, asOf, at, by: actor.id }
    if (!(await finishImport(tx, claim, table))) return false
    await addAudit(tx, {
      at,
      actor,
      action: 'table.imported',
      target: name,
      after: { version, rows: read.rows, asOf: asOf.toISOString() },
    })
    failPoint('import-finished')
    return true
  })
  failPoint('import-committed')
  return isHeld ? { kind: 'imported', version, rows: read.rows } : { kind: 'overtaken' }
}

type Rows = Extract<ReturnType<typeof readCsv>, { kind: 'rows' }>

/** Imports a file. An import that is killed leaves the version before as it is; its rows go with the next, or in a day. */
export async function importTable(db: Database, given: CsvImport): Promise<Imported> {
  const { name, csv, keyColumn, actor } = given
  if (!NAME.test(name))
    return { kind: 'wrong', problems: [`"${name}" is no name for a table: a-z, 0-9 and _, a letter first`] }
  const read = readCsv(csv, { keyColumn, part: db.kind === 'server' ? SERVER : EMBEDDED })
  if (read.kind === 'wrong') return read
  const claim = await claimImport(db.prisma, { name, rows: read.rows, by: actor.id })
  if (!claim) return { kind: 'busy', running: await runningImport(db.prisma, name) }
  const answer = await write(db, claim, given, read)
  if (answer.kind === 'stopped') await dropClaim(db.prisma, claim)
  await deleteLeftovers(db.prisma)
  return answer
}
