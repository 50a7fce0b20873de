// Deliveries that came again: what stands of the first, and how often.
import type { StoredBody } from '../../domain/body/read-body.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { addCounts } from '../digest/counters.ts'
import { bodyOfE } from './event-body.ts'

/** By what a delivery is known again. `keyedBy`: see NewDelivery. */
export interface DeliveryKey {
  address: string
  keyedBy: string | null
  key: string
}

/** One text for a key, for maps. */
export const textOfKey = ({ address, key }: Pick<DeliveryKey, 'address' | 'key'>): string =>
  `${address}\n${key}`

export interface EarlierDelivery {
  /** null: a hook without a filter took it, as an event alone. */
  id: string | null
  /** SHA-256 of what came, in hex; null: erased. */
  contentHash: string | null
  /** Its bytes; empty: they are not kept. */
  body: StoredBody
  /** The events that it became, by workflow. */
  events: Map<string, string>
}

interface EarlierRow {
  address: string
  key: string
  id: string | null
  contentHash: string | null
  body: Uint8Array | null
  contentType: string
  events: Record<string, string> | null
}

/** Those among these keys that are taken. */
export async function readEarlier(tx: Tx, keys: DeliveryKey[]): Promise<Map<string, EarlierDelivery>> {
  // One after the other, by index: as a join, all deliveries might be read.
  const rows = await tx.$queryRaw<EarlierRow[]>`
    SELECT input.address, input.key, d.id, coalesce(d.content_type, e.content_type) AS "contentType",
           coalesce(d.body, e.body) AS body,
           CASE WHEN d.id IS NOT NULL THEN d.content_hash
                WHEN octet_length(e.body) > 0 THEN encode(sha256(e.body), 'hex') END AS "contentHash",
           CASE WHEN d.id IS NULL THEN json_build_object(e.workflow_key, e.id)
                ELSE (SELECT json_object_agg(workflow_key, id) FROM event WHERE delivery_id = d.id) END AS events
    FROM json_to_recordset(${jsonText(keys)}::json) AS input(address text, "keyedBy" text, key text)
    LEFT JOIN LATERAL (
      SELECT id, content_hash, content_type, body FROM delivery WHERE address = input.address AND dedupe_key = input.key LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
      SELECT e.id, e.workflow_key, e.content_type, ${bodyOfE} AS body FROM event e
      WHERE d.id IS NULL AND e.workflow_key = input."keyedBy" AND e.dedupe_key = input.key LIMIT 1
    ) e ON true
    WHERE d.id IS NOT NULL OR e.id IS NOT NULL`
  return new Map(
    rows.map(({ id, contentHash, body, contentType, events, ...key }) => [
      textOfKey(key),
      {
        id,
        contentHash,
        body: { body: body ?? new Uint8Array(), contentType },
        events: new Map(Object.entries(events ?? {})),
      },
    ]),
  )
}

/** A run that a delivery started. */
export interface StartedByDelivery {
  workflow: string
  event: string
  run: string
}

export interface Repeated {
  /** null: a hook without a filter took it, as an event alone. */
  delivery: string | null
  runs: StartedByDelivery[]
}

/**
 * Counts repeats on deliveries that came before and on their runs; resolves with both by key. A run whose payload was erased
 * is not told any more.
 */
export async function countRepeats(
  tx: Tx,
  repeats: (DeliveryKey & { n: number })[],
  at: Date,
): Promise<Map<string, Repeated>> {
  const input = jsonText(repeats)
  const deliveries = await tx.$queryRaw<{ address: string; key: string; id: string }[]>`
    UPDATE delivery SET redeliveries = redeliveries + n
    FROM json_to_recordset(${input}::json) AS input(address text, key text, n int)
    WHERE delivery.address = input.address AND delivery.dedupe_key = input.key
    RETURNING input.address, input.key, delivery.id`
  const rows = await tx.$queryRaw<(StartedByDelivery & { address: string; key: string; n: number })[]>`
    WITH input AS (
      SELECT * FROM json_to_recordset(${input}::json) AS t(address text, "keyedBy" text, key text, n int)
    ), its AS (
      SELECT input.address, input.key, n, e.id FROM input
      JOIN delivery d ON d.address = input.address AND d.dedupe_key = input.key JOIN event e ON e.delivery_id = d.id
      UNION
      SELECT input.address, input.key, n, e.id FROM input
      JOIN event e ON e.workflow_key = input."keyedBy" AND e.dedupe_key = input.key
    )
    UPDATE run SET redeliveries = redeliveries + n FROM its WHERE run.event_id = its.id
    RETURNING its.address, its.key, its.n, run.workflow_key AS workflow, its.id AS event, run.id AS run`
  await addCounts(
    tx,
    rows.map(({ workflow, n }) => ({ workflow, metric: 'duplicate', n })),
    at,
  )
  const found = new Map<string, Repeated>(
    deliveries.map(({ id, ...key }) => [textOfKey(key), { delivery: id, runs: [] }]),
  )
  for (const { address, key, workflow, event, run } of rows) {
    const name = textOfKey({ address, key })
    const { delivery, runs } = found.get(name) ?? { delivery: null, runs: [] }
    found.set(name, { delivery, runs: [...runs, { workflow, event, run }] })
  }
  return found
}
