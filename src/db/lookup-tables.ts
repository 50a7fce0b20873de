// Reference tables: imported whole, as a new version; the newest counts. Earlier versions go when a newer is in.
import type { JsonObject } from '../domain/json.ts'
import type { Tx } from './open.ts'
import { jsonText } from './rows.ts'

export interface TableImport {
  name: string
  keyColumn: string
  rows: { key: string; value: JsonObject }[]
  /** The date of what is in it. */
  asOf: Date
  at: Date
  by: string
}

const KEPT_VERSIONS = 3
const ROWS_A_STATEMENT = 2000

/** Writes the next version; resolves with its number. The caller gives one transaction: readers see all or nothing. */
export async function insertTable(tx: Tx, table: TableImport): Promise<number> {
  const { name, keyColumn, rows, asOf, at, by } = table
  // Two imports of one table at once: one after the other.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`lookup table ${name}`}))`
  const last = await tx.lookupTable.aggregate({ where: { name }, _max: { version: true } })
  const version = (last._max.version ?? 0) + 1
  await tx.lookupTable.create({
    data: { name, version, keyColumn, rows: rows.length, asOf, importedAt: at, importedBy: by },
  })
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT)
    await tx.$executeRaw`
      INSERT INTO lookup_row (name, version, key, value)
      SELECT ${name}, ${version}::int, key, value
      FROM json_to_recordset(${jsonText(rows.slice(from, from + ROWS_A_STATEMENT))}::json) AS t(key text, value jsonb)`
  await tx.lookupTable.deleteMany({ where: { name, version: { lte: version - KEPT_VERSIONS } } })
  return version
}

export interface TableView {
  name: string
  version: number
  keyColumn: string
  rows: number
  asOf: Date
  importedAt: Date
  importedBy: string
}

/** The version of each table that counts. */
export async function listTables(tx: Tx): Promise<TableView[]> {
  return tx.lookupTable.findMany({ distinct: ['name'], orderBy: [{ name: 'asc' }, { version: 'desc' }] })
}

export interface TableAnswer {
  table: string
  key: string
  /** null: nobody imported such a table. */
  version: number | null
  asOf: Date | null
  /** null: no row of this key. */
  value: JsonObject | null
}

/** The newest rows of these keys, in one statement; every question gets an answer. */
export async function readRows(tx: Tx, asked: { table: string; key: string }[]): Promise<TableAnswer[]> {
  return tx.$queryRaw<TableAnswer[]>`
    WITH input AS (SELECT * FROM json_to_recordset(${jsonText(asked)}::json) AS t("table" text, key text)),
    newest AS (
      SELECT DISTINCT ON (name) name, version, as_of FROM lookup_table
      WHERE name IN (SELECT "table" FROM input) ORDER BY name, version DESC
    )
    SELECT input."table", input.key, newest.version, newest.as_of AS "asOf", row.value
    FROM input LEFT JOIN newest ON newest.name = input."table"
    LEFT JOIN lookup_row row ON row.name = newest.name AND row.version = newest.version AND row.key = input.key`
}
