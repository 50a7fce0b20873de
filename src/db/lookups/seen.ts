// A workflow's own history by value: which runs met the same value before.
import { createHash } from 'node:crypto'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

export interface Sighting {
  workflow: string
  name: string
  value: string
  /** The run, or for a replay the run it goes back to: a replay is no repetition of its own root. */
  root: string
  receivedAt: Date
  since: Date
}
export interface History {
  count: number
  last: Date | null
}

// A btree row has at most 2704 bytes: a long value is noted by its hash.
const LONGEST_BYTES = 1000
const noted = (value: string): string =>
  Buffer.byteLength(value) <= LONGEST_BYTES
    ? value
    : `sha256:${createHash('sha256').update(value).digest('hex')}`

/**
 * Notes the values and tells of each how often it was noted before, and received when last. Who notes the same value
 * at the same time waits, so that of equal events exactly one is the first; asked again, each is told the same.
 * Needs a transaction of its own.
 */
export async function noteAndCount(tx: Tx, sightings: Sighting[]): Promise<History[]> {
  const input = jsonText(sightings.map((one, at) => ({ ...one, value: noted(one.value), at })))
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(key) FROM (
      SELECT DISTINCT hashtextextended(workflow || ' ' || name || ' ' || value, 0) AS key
      FROM json_to_recordset(${input}::json) AS t(workflow text, name text, value text) ORDER BY 1
    ) AS keys`
  await tx.$executeRaw`
    INSERT INTO seen (workflow_key, name, value, root, received_at)
    SELECT workflow, name, value, root, min("receivedAt") FROM json_to_recordset(${input}::json) AS t(
      workflow text, name text, value text, root text, "receivedAt" timestamptz)
    GROUP BY 1, 2, 3, 4 ORDER BY 5, 4
    ON CONFLICT DO NOTHING`
  return tx.$queryRaw<History[]>`
    SELECT count(before.root)::int AS count, max(before.received_at) AS last
    FROM json_to_recordset(${input}::json) AS t(
      at int, workflow text, name text, value text, root text, since timestamptz)
    JOIN seen AS own ON own.workflow_key = t.workflow AND own.name = t.name AND own.value = t.value
      AND own.root = t.root
    LEFT JOIN seen AS before ON before.workflow_key = t.workflow AND before.name = t.name
      AND before.value = t.value AND before.noted < own.noted AND before.received_at >= t.since
    GROUP BY t.at ORDER BY t.at`
}
