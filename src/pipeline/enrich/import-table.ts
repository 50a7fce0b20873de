// A CSV file becomes a reference table: all of it or nothing, with every problem of the file named by its line.
import { CsvError, parse } from 'csv-parse/sync'
import { addAudit } from '../../db/audit.ts'
import { insertTable } from '../../db/lookup-tables.ts'
import type { Database } from '../../db/open.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Actor } from '../../domain/settling.ts'

export interface CsvImport {
  name: string
  csv: string
  keyColumn: string
  /** The date of what is in the file. */
  asOf: Date
  at: Date
  actor: Actor
}
export type Imported =
  { kind: 'imported'; version: number; rows: number } | { kind: 'wrong'; problems: string[] }

const MOST_ROWS = 200_000
const MOST_PROBLEMS = 20
const NAME = /^[a-z][a-z0-9_]{0,59}$/

type Row = { record: Record<string, string>; info: { lines: number } }

/** Cells are text; empty ones are left out, so that `has(…)` tells. */
function toRows(csv: string, keyColumn: string): { key: string; value: JsonObject }[] | string[] {
  let read: Row[]
  try {
    read = parse(csv, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as Row[]
  } catch (error) {
    if (error instanceof CsvError) return [error.message]
    throw error
  }
  const [first] = read
  if (!first) return ['the file has no rows']
  if (!Object.hasOwn(first.record, keyColumn))
    return [`there is no column "${keyColumn}"; the file has ${Object.keys(first.record).join(', ')}`]
  if (read.length > MOST_ROWS) return [`the file has more than ${MOST_ROWS} rows`]
  const lineOf = new Map<string, number>()
  const problems: string[] = []
  const rows = read.map(({ record, info: { lines } }) => {
    const key = record[keyColumn] ?? ''
    const earlier = lineOf.get(key)
    if (key === '') problems.push(`line ${lines}: ${keyColumn} is empty`)
    else if (earlier !== undefined)
      problems.push(`line ${lines}: ${keyColumn} "${key}" stands on line ${earlier} too`)
    else lineOf.set(key, lines)
    return { key, value: Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== '')) }
  })
  return problems.length > 0 ? problems.slice(0, MOST_PROBLEMS) : rows
}

const isProblems = (read: ReturnType<typeof toRows>): read is string[] => typeof read[0] === 'string'

/** Imports a file as the table's next version; lookups see it from the commit on. */
export async function importTable(db: Database, given: CsvImport): Promise<Imported> {
  const { name, csv, keyColumn, asOf, at, actor } = given
  if (!NAME.test(name))
    return { kind: 'wrong', problems: [`"${name}" is no name for a table: a-z, 0-9 and _, a letter first`] }
  const rows = toRows(csv, keyColumn)
  if (isProblems(rows)) return { kind: 'wrong', problems: rows }
  const version = await db.transaction(async (tx) => {
    const made = await insertTable(tx, { name, keyColumn, rows, asOf, at, by: actor.id })
    await addAudit(tx, {
      at,
      actor,
      action: 'table.imported',
      target: name,
      after: { version: made, rows: rows.length, asOf: asOf.toISOString() },
    })
    return made
  })
  return { kind: 'imported', version, rows: rows.length }
}
