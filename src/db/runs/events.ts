// Events and their runs, written together: whoever is told "accepted" finds both after any crash.
import type { StoredBody } from '../../domain/body/read-body.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { addCounts, freeShard } from '../digest/counters.ts'

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
  /** The bytes as they arrived, base64. */
  body: string
  receivedAt: Date
  actor: string | null
  replayOf: string | null
  /** Id of the event that came before with the same id and other content. */
  sameIdAs: string | null
  leaseUntil: Date
}

const withJobs = (text: string) => Prisma.raw(text.replaceAll('$1', '(SELECT jobs FROM fresh)'))

/**
 * Inserts what is new, with run, job and count, in one statement and so in one commit. `enqueue` is the queue's own
 * INSERT. Resolves with the ids of the new events; the others' dedupe keys are taken.
 */
export async function insertEvents(
  tx: Tx,
  events: NewEvent[],
  enqueue: { ctes: string; select: string },
): Promise<Set<string>> {
  if (events.length === 0) return new Set()
  const [row] = await tx.$queryRaw<{ ids: string[] | null }[]>`
    /* insert_events */ WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(events)}::json) AS t(
        "eventId" text, "runId" text, "workflow" text, "versionId" text, "source" text, "dedupeKey" text,
        "subject" text, "contentType" text, "headers" jsonb, "body" text, "receivedAt" timestamptz,
        "actor" text, "replayOf" text, "sameIdAs" text, "leaseUntil" timestamptz)
    ), new_event AS (
      INSERT INTO event (id, workflow_key, source, dedupe_key, content_type, headers, body, received_at, actor, same_id_as)
      SELECT "eventId", workflow, source, "dedupeKey", "contentType", headers, decode(body, 'base64'),
             "receivedAt", actor, "sameIdAs"
      FROM input
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
    SELECT ids, (SELECT count(*) FROM (${withJobs(enqueue.select)}) AS queued) AS enqueued FROM fresh`
  return new Set(row?.ids)
}

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
           CASE WHEN octet_length(event.body) > 0 THEN encode(sha256(event.body), 'hex') END AS sha256
    FROM json_to_recordset(${jsonText(keys)}::json) AS input(workflow text, key text)
    JOIN event ON event.workflow_key = input.workflow AND event.dedupe_key = input.key`
  return new Map(
    rows.map(({ workflow, key, event, sha256 }) => [`${workflow}\n${key}`, { event, sha256 }] as const),
  )
}

/** What came with an event; empty: it was erased. */
export const bodyOf = (tx: Tx, event: string): Promise<StoredBody> =>
  tx.event.findUniqueOrThrow({ where: { id: event }, select: { body: true, contentType: true } })

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
