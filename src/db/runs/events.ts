// Events and their runs, written together: whoever is told "accepted" finds both after any crash. An event that a source sent is
// written with its delivery, which has its bytes.
import type { StoredBody } from '../../domain/body/read-body.ts'
import type { StoredEvent } from '../../domain/event-input.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { addCounts, freeShard } from '../digest/counters.ts'
import { BODY, bodyOfEvent, withBody } from './event-body.ts'

export interface NewEvent {
  eventId: string
  runId: string
  workflow: string
  versionId: string
  source: 'webhook' | 'command' | 'schedule' | 'emit' | 'replay' | 'watchdog'
  dedupeKey: string | null
  subject: string | null
  contentType: string
  headers: Record<string, string>
  /** The bytes as they arrived, base64; empty where its delivery has them. */
  body: string
  receivedAt: Date
  actor: string | null
  replayOf: string | null
  /** Id of the event that came before with the same id and other content. */
  sameIdAs: string | null
  /** One of those that are inserted with it. */
  deliveryId?: string
  leaseUntil: Date
}

/** One event of a request, before anybody took it. */
export interface NewDelivery {
  id: string
  /** `/in/<source>`, or `/hooks/<workflow>`. */
  address: string
  /** The workflow whose events have this delivery's key for their own: that of a hook. */
  keyedBy: string | null
  dedupeKey: string | null
  type: string | null
  contentType: string
  /** As an event's; empty: nobody wants it. */
  body: string
  /** SHA-256 of what came, in hex. */
  contentHash: string
  receivedAt: Date
  /** How many of the events are its own. */
  wanted: number
}

const withJobs = (text: string) => Prisma.raw(text.replaceAll('$1', '(SELECT jobs FROM fresh)'))

/**
 * Inserts what is new, with run, job and count, in one statement and so in one commit. `enqueue` is the queue's own
 * INSERT. Resolves with the ids of the new events and deliveries; the others' dedupe keys are taken, and of a delivery that is
 * not new no event is inserted.
 */
export async function insertDeliveries(
  tx: Tx,
  { events, deliveries }: { events: readonly NewEvent[]; deliveries: readonly NewDelivery[] },
  enqueue: { ctes: string; select: string },
): Promise<Set<string>> {
  if (events.length + deliveries.length === 0) return new Set()
  const [row] = await tx.$queryRaw<{ ids: string[] | null; deliveries: string[] | null }[]>`
    /* insert_events */ WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(events)}::json) AS t(
        "eventId" text, "runId" text, "workflow" text, "versionId" text, "source" text, "dedupeKey" text,
        "subject" text, "contentType" text, "headers" jsonb, "body" text, "receivedAt" timestamptz,
        "actor" text, "replayOf" text, "sameIdAs" text, "deliveryId" text, "leaseUntil" timestamptz)
    ), new_delivery AS (
      INSERT INTO delivery (id, address, dedupe_key, type, content_type, body, content_hash, received_at, wanted)
      SELECT id, address, "dedupeKey", type, "contentType", decode(body, 'base64'), "contentHash", "receivedAt", wanted
      FROM json_to_recordset(${jsonText(deliveries)}::json) AS t(
        id text, address text, "keyedBy" text, "dedupeKey" text, type text, "contentType" text, body text,
        "contentHash" text, "receivedAt" timestamptz, wanted int)
      -- A hook that had no filter before took its events without a delivery. One at a time, by the index: as a join, all events
      -- would be read.
      WHERE CASE WHEN "keyedBy" IS NULL THEN true
                 ELSE (SELECT id FROM event WHERE workflow_key = "keyedBy" AND dedupe_key = "dedupeKey") IS NULL END
      ON CONFLICT (address, dedupe_key) DO NOTHING
      RETURNING id
    ), new_event AS (
      INSERT INTO event (id, workflow_key, source, dedupe_key, content_type, headers, body, received_at, actor, same_id_as, delivery_id)
      SELECT "eventId", workflow, source, "dedupeKey", "contentType", headers, decode(body, 'base64'),
             "receivedAt", actor, "sameIdAs", "deliveryId"
      FROM input WHERE "deliveryId" IS NULL OR "deliveryId" IN (SELECT id FROM new_delivery)
      ON CONFLICT (workflow_key, dedupe_key) DO NOTHING
      RETURNING id, workflow_key, received_at
    ), new_run AS (
      INSERT INTO run (id, event_id, workflow_key, version_id, subject, replay_of, received_at, lease_until)
      SELECT "runId", "eventId", workflow, "versionId", subject, "replayOf", "receivedAt", "leaseUntil"
      FROM input JOIN new_event ON new_event.id = "eventId"
      RETURNING id, event_id
    ), counted AS (
      INSERT INTO counter (workflow_key, hour, metric, shard, count)
      SELECT workflow_key, date_trunc('hour', received_at, 'UTC'), 'accepted', ${freeShard}, count(*)
      FROM new_event GROUP BY 1, 2 ORDER BY 1, 2
      ON CONFLICT (hour, workflow_key, metric, shard) DO UPDATE SET count = counter.count + excluded.count
    ), fresh AS (
      SELECT array_agg(event_id) AS ids,
             json_agg(json_build_object('data', json_build_object('runId', id)))::text AS jobs
      FROM new_run
    ), ${withJobs(enqueue.ctes)}
    SELECT ids, (SELECT array_agg(id) FROM new_delivery) AS deliveries,
           (SELECT count(*) FROM (${withJobs(enqueue.select)}) AS queued) AS enqueued FROM fresh`
  return new Set([...(row?.ids ?? []), ...(row?.deliveries ?? [])])
}

/** The same for events that are their own deliveries. */
export const insertEvents = (
  tx: Tx,
  events: readonly NewEvent[],
  enqueue: { ctes: string; select: string },
): Promise<Set<string>> => insertDeliveries(tx, { events, deliveries: [] }, enqueue)

export interface FirstDelivery {
  event: string
  run: string
}

/** The keys among these whose event is there, by `workflow\nkey`, with a hash of the bytes that came first; null: erased. */
export async function readFirst(
  tx: Tx,
  keys: { workflow: string; key: string }[],
): Promise<Map<string, { event: string; sha256: string | null }>> {
  const rows = await tx.$queryRaw<{ workflow: string; key: string; event: string; sha256: string | null }[]>`
    SELECT input.workflow, input.key, event.id AS event,
           CASE WHEN octet_length(${bodyOfEvent}) > 0 THEN encode(sha256(${bodyOfEvent}), 'hex') END AS sha256
    FROM json_to_recordset(${jsonText(keys)}::json) AS input(workflow text, key text)
    JOIN event ON event.workflow_key = input.workflow AND event.dedupe_key = input.key`
  return new Map(
    rows.map(({ workflow, key, event, sha256 }) => [`${workflow}\n${key}`, { event, sha256 }] as const),
  )
}

/** An event as the stages read it; with an empty body: it was erased. */
export const storedEvent = async (tx: Tx, id: string): Promise<StoredEvent> =>
  withBody(await tx.event.findUniqueOrThrow({ where: { id }, select: { ...BODY, headers: true } }))

/** What came with an event; empty: it was erased. */
export const bodyOf = async (tx: Tx, event: string): Promise<StoredBody> =>
  withBody(await tx.event.findUniqueOrThrow({ where: { id: event }, select: BODY }))

/** Counts redeliveries on the runs that came first; resolves with those runs by `workflow\nkey`. */
export async function countRedeliveries(
  tx: Tx,
  duplicates: { workflow: string; key: string; n: number }[],
  at: Date,
): Promise<Map<string, FirstDelivery>> {
  const rows = await tx.$queryRaw<{ workflow: string; key: string; event: string; run: string }[]>`
    WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(duplicates)}::json) AS t(workflow text, key text, n int)
    )
    UPDATE run SET redeliveries = redeliveries + input.n
    FROM input JOIN event ON event.workflow_key = input.workflow AND event.dedupe_key = input.key
    WHERE run.event_id = event.id
    RETURNING input.workflow, input.key, event.id AS event, run.id AS run`
  await addCounts(
    tx,
    duplicates.map(({ workflow, n }) => ({ workflow, metric: 'duplicate', n })),
    at,
  )
  return new Map(rows.map(({ workflow, key, event, run }) => [`${workflow}\n${key}`, { event, run }]))
}
