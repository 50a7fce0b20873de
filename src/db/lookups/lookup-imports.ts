// The import of a reference table: whoever claims its name writes rows of the next version in short transactions, which the bot's
// work goes between, and at the end one that makes the version count. Until then lookups read the version before. What an
// import that was killed has written is left over (lookup-leftovers.ts).
import { newId } from '../store/ids.ts'
import type { Tx } from '../store/open.ts'

/** Who does not write a part for so long is gone, and another import may begin. A part takes milliseconds. */
const SILENT_S = 30
const KEPT_VERSIONS = 3

export interface Claim {
  name: string
  id: string
  version: number
}
export interface RunningImport {
  startedBy: string
  startedAt: Date
  rows: number
  written: number
}

/** Claims the table's next version. Undefined: another import has it. */
export async function claimImport(
  tx: Tx,
  { name, rows, by }: { name: string; rows: number; by: string },
): Promise<Claim | undefined> {
  const id = newId('imp')
  // Rows that are left over count too: their version is not given out again while they stand.
  const [claimed] = await tx.$queryRaw<{ version: number }[]>`
    INSERT INTO lookup_import AS i (name, id, version, rows, started_by)
    SELECT ${name}, ${id}, 1 + greatest(
      (SELECT coalesce(max(version), 0) FROM lookup_table WHERE name = ${name}),
      (SELECT coalesce(max(version), 0) FROM lookup_row WHERE name = ${name})), ${rows}::int, ${by}
    ON CONFLICT (name) DO UPDATE
    SET id = excluded.id, version = greatest(excluded.version, i.version + 1), rows = excluded.rows, written = 0,
        started_by = excluded.started_by, started_at = now(), renewed_at = now()
    WHERE i.renewed_at < now() - make_interval(secs => ${SILENT_S})
    RETURNING version`
  return claimed && { name, id, version: claimed.version }
}

/** The import that has the claim, if any. */
export async function runningImport(tx: Tx, name: string): Promise<RunningImport | null> {
  return tx.lookupImport.findUnique({
    where: { name },
    select: { startedBy: true, startedAt: true, rows: true, written: true },
  })
}

/** So many rows as a JSON array of {key, value}. */
export interface Part {
  rows: number
  json: string
}

/** Writes a part. False: the claim is another's by now, and nothing was written. */
export async function writePart(tx: Tx, { name, id }: Claim, { rows, json }: Part): Promise<boolean> {
  // Renewing locks the claim: nobody takes it over between this and the rows. As jsonb at once: json would be read twice.
  const [claim] = await tx.$queryRaw<{ held: boolean }[]>`
    WITH held AS (
      UPDATE lookup_import SET renewed_at = now(), written = written + ${rows}::int
      WHERE name = ${name} AND id = ${id} RETURNING version
    ),
    done AS (
      INSERT INTO lookup_row (name, version, key, value)
      SELECT ${name}, held.version, row.key, row.value
      FROM held, jsonb_to_recordset(${json}::jsonb) AS row(key text, value jsonb)
    )
    SELECT EXISTS (SELECT FROM held) AS held`
  return claim?.held === true
}

export interface NewVersion {
  keyColumn: string
  rows: number
  /** The date of what is in it. */
  asOf: Date
  at: Date
  by: string
}

/** Makes the version count, in the caller's transaction. False: the claim is another's by now. */
export async function finishImport(
  tx: Tx,
  claim: Claim,
  { keyColumn, rows, asOf, at, by }: NewVersion,
): Promise<boolean> {
  const { name, version } = claim
  if (!(await dropClaim(tx, claim))) return false
  await tx.lookupTable.create({
    data: { name, version, keyColumn, rows, asOf, importedAt: at, importedBy: by },
  })
  const kept = await tx.lookupTable.findMany({
    where: { name },
    select: { version: true },
    orderBy: { version: 'desc' },
    take: KEPT_VERSIONS,
  })
  await tx.lookupTable.deleteMany({ where: { name, version: { lt: kept.at(-1)?.version ?? version } } })
  return true
}

/** Gives the claim up; false when it was not held any more. */
export async function dropClaim(tx: Tx, { name, id }: Claim): Promise<boolean> {
  return (await tx.lookupImport.deleteMany({ where: { name, id } })).count > 0
}

/** Takes the claims away from imports that are gone, unless somebody imports anew. */
export async function dropSilentClaims(tx: Tx): Promise<void> {
  await tx.$executeRaw`DELETE FROM lookup_import WHERE renewed_at < now() - make_interval(secs => ${SILENT_S})`
}
