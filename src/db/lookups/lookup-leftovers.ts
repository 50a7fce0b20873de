// Rows of reference tables that nobody will read: of versions that went, and of imports that were killed. They go a part at a
// time, so that the bot's work goes in between. Any number may do this at once.
import { dropSilentClaims } from './lookup-imports.ts'
import type { Tx } from '../store/open.ts'

interface Version {
  name: string
  version: number
}

/** Versions of which there are rows, and neither a table nor an import. Reads one row of each version, by the primary key. */
async function leftVersions(tx: Tx): Promise<Version[]> {
  return tx.$queryRaw<Version[]>`
    WITH RECURSIVE there AS (
      (SELECT name, version FROM lookup_row ORDER BY name, version LIMIT 1)
      UNION ALL
      SELECT next.name, next.version FROM there CROSS JOIN LATERAL (
        SELECT name, version FROM lookup_row AS row WHERE (row.name, row.version) > (there.name, there.version)
        ORDER BY name, version LIMIT 1) AS next
    )
    SELECT name, version FROM there
    WHERE NOT EXISTS (SELECT FROM lookup_table AS t WHERE t.name = there.name AND t.version = there.version)
      AND NOT EXISTS (SELECT FROM lookup_import AS i WHERE i.name = there.name AND i.version = there.version)`
}

/** Deletes the next rows of a version; resolves with the last key among them, null when there are none. */
async function deletePart(
  tx: Tx,
  { name, version, after, most }: Version & { after: string; most: number },
): Promise<string | null> {
  // Asked again whether it is left over: once its rows are gone, its number may be given to a new import. From the last key
  // on, because what was deleted still stands in the index until it is vacuumed. A range costs half of a join on the keys.
  const [part] = await tx.$queryRaw<{ last: string | null }[]>`
    WITH part AS (
      SELECT max(key) AS last FROM (
        SELECT key FROM lookup_row WHERE name = ${name} AND version = ${version} AND key > ${after}
          AND NOT EXISTS (SELECT FROM lookup_table WHERE name = ${name} AND version = ${version})
          AND NOT EXISTS (SELECT FROM lookup_import WHERE name = ${name} AND version = ${version})
        ORDER BY key LIMIT ${most}) AS next
    ),
    gone AS (
      DELETE FROM lookup_row AS row USING part
      WHERE row.name = ${name} AND row.version = ${version} AND row.key > ${after} AND row.key <= part.last
    )
    SELECT last FROM part`
  return part?.last ?? null
}

/** A few milliseconds, also on the embedded database. */
const ROWS_A_STATEMENT = 1000

export async function deleteLeftovers(tx: Tx): Promise<void> {
  await dropSilentClaims(tx)
  for (const { name, version } of await leftVersions(tx)) {
    let after: string | null = ''
    while (after !== null) after = await deletePart(tx, { name, version, after, most: ROWS_A_STATEMENT })
  }
}
