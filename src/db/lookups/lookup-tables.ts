// Reference tables: imported whole, as a new version (lookup-imports.ts); the newest counts.
import type { JsonObject } from '../../domain/values/json.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

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
