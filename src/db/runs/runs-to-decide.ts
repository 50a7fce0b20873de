// What the decide stage takes up of runs, and what it writes of them, each in one statement for a whole batch.
import type { JsonObject } from '../../domain/values/json.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { bodyOfE, bodyOfF } from './event-body.ts'

export interface RunToDecide {
  id: string
  workflow: string
  versionId: string
  subject: string | null
  /** How its event came: webhook, command, schedule, emit, replay … */
  source: string
  receivedAt: Date
  body: Uint8Array
  contentType: string
  headers: Record<string, string>
  corrections: JsonObject
  /** Who has it, and whom the decision before named; null: it was not decided yet, or that named nobody. */
  ownerId: string | null
  ownerText: string | null
  /** How often in a row a lookup was held back because its target's circuit is open. */
  circuitWaits: number
  /** Itself, or for a replay the run that it goes back to. */
  root: string
  /** The run whose actions this one repeats (a replay); null: its own. */
  actionRoot: string | null
  /** Whether nothing was decided of it before. */
  isNew: boolean
  /** The event that came before with the same id and other content, until somebody has said that this one is new. */
  sameIdAs: string | null
  /** Of that event, while they are there. */
  earlierRun: string | null
  earlierBody: Uint8Array | null
  earlierContentType: string | null
}

export interface WaitingRuns {
  runs: RunToDecide[]
  /** Those that did not fit. */
  left: string[]
}

/**
 * The runs among `ids` that wait for a decision, as many as have bodies of `mostBytes` together, and one at least.
 * Those that moved on meanwhile are left out.
 */
export async function readRunsToDecide(tx: Tx, ids: string[], mostBytes: number): Promise<WaitingRuns> {
  // The length of a body is known without reading it.
  const rows = await tx.$queryRaw<(RunToDecide & { fits: boolean })[]>`
    /* read_runs_to_decide */ SELECT id, workflow, "versionId", subject, source, "receivedAt",
           CASE WHEN fits THEN body END AS body, "contentType", headers, corrections, "ownerId", "ownerText", "circuitWaits", root, "actionRoot", "isNew", fits,
           "sameIdAs", "earlierRun", CASE WHEN fits AND "sameIdAs" IS NOT NULL THEN "earlierBody" END AS "earlierBody", "earlierContentType"
    FROM (
      SELECT r.id, r.workflow_key AS workflow, r.version_id AS "versionId", r.subject, e.source,
             r.received_at AS "receivedAt", ${bodyOfE} AS body, e.content_type AS "contentType", e.headers,
             coalesce(rec.corrections, '{}'::jsonb) AS corrections, r.circuit_waits AS "circuitWaits", coalesce(r.action_root, r.replay_of, r.id) AS root, r.action_root AS "actionRoot",
             rec.run_id IS NULL AS "isNew", r.owner_id AS "ownerId",
             CASE WHEN r.owner_id IS NOT NULL THEN (
               SELECT d.owner FROM decision d WHERE d.run_id = r.id AND d.decided_by = 'engine' ORDER BY d.decided_at DESC, d.id DESC LIMIT 1
             ) END AS "ownerText",
             CASE WHEN e.same_id_as IS NOT NULL AND NOT EXISTS (
               SELECT FROM exception x WHERE x.run_id = r.id AND x.resolved_as = 'processed'
             ) THEN e.same_id_as END AS "sameIdAs",
             ${bodyOfF} AS "earlierBody", f.content_type AS "earlierContentType", fr.id AS "earlierRun",
             sum(octet_length(${bodyOfE}) + coalesce(octet_length(${bodyOfF}), 0)) OVER so_far <= ${mostBytes}
               OR row_number() OVER so_far = 1 AS fits
      FROM run r JOIN event e ON e.id = r.event_id LEFT JOIN record rec ON rec.run_id = r.id
      LEFT JOIN event f ON f.id = e.same_id_as LEFT JOIN run fr ON fr.event_id = f.id
      WHERE r.id = ANY(${ids}::text[]) AND r.state = 'in_flight' AND r.stage = 'decide'
      WINDOW so_far AS (ORDER BY r.id ROWS UNBOUNDED PRECEDING)
    ) waiting`
  return {
    runs: rows.filter(({ fits }) => fits),
    left: rows.filter(({ fits }) => !fits).map(({ id }) => id),
  }
}

export interface DecidedRun {
  runId: string
  state: 'in_flight' | 'held' | 'ended'
  stage: 'decide' | 'act'
  route: string | null
  leaseUntil: Date
  /** Of a run that this process acts on at once: its take; null: a job takes it up. */
  takenBy: string | null
  ownerId: string | null
  /** What it is worth; null: the file or the record does not say. */
  amount: string | null
  currency: string | null
  fields: JsonObject
  sources: JsonObject
  decision: {
    id: string
    versionId: string
    rule: string | null
    route: string | null
    reason: string | null
    owner: string | null
    trace: object
    inputs: object
    decidedBy: string
  }
}

/**
 * Writes records and decisions of a batch and moves its runs on, in one statement.
 * Resolves with the runs that moved, by id: one that had moved before keeps what it has. Of those taken, `record` is what was
 * kept of their fields: what is sent now must be what would be sent after a restart.
 */
export async function writeDecided(
  tx: Tx,
  runs: DecidedRun[],
  at: Date,
): Promise<Map<string, { record: JsonObject | null }>> {
  const rows = await tx.$queryRaw<{ id: string; record: JsonObject | null }[]>`
    /* write_decided */ WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(runs)}::json) AS t(
        "runId" text, state text, stage text, route text, "leaseUntil" timestamptz, "takenBy" text, "ownerId" text,
        amount numeric, currency text, fields jsonb, sources jsonb,
        decision jsonb)
    ), moved AS (
      UPDATE run SET state = input.state, stage = input.stage, route = input.route, owner_id = input."ownerId",
                     amount = input.amount, currency = input.currency, step = 0, swept = 0,
                     circuit_waits = 0, lease_until = input."leaseUntil", taken_by = input."takenBy",
                     taken_until = CASE WHEN input."takenBy" IS NOT NULL THEN input."leaseUntil" END
      FROM input WHERE run.id = input."runId" AND run.state = 'in_flight' AND run.stage = 'decide'
      RETURNING run.id, run.taken_by
    ), recorded AS (
      INSERT INTO record (run_id, fields, sources, updated_at)
      SELECT "runId", fields, sources, ${at}::timestamptz FROM input JOIN moved ON moved.id = "runId"
      ON CONFLICT (run_id) DO UPDATE
        SET fields = excluded.fields, sources = excluded.sources, updated_at = excluded.updated_at
      RETURNING run_id, record.fields
    ), decided AS (
      INSERT INTO decision (id, run_id, version_id, rule, route, reason, owner, owner_id, trace, inputs, decided_by, decided_at)
      SELECT decision->>'id', "runId", decision->>'versionId', decision->>'rule', decision->>'route',
             decision->>'reason', decision->>'owner', "ownerId", decision->'trace', decision->'inputs',
             decision->>'decidedBy', ${at}::timestamptz
      FROM input JOIN moved ON moved.id = "runId"
    )
    SELECT id, CASE WHEN taken_by IS NOT NULL THEN recorded.fields END AS record FROM moved JOIN recorded ON run_id = id`
  return new Map(rows.map(({ id, record }) => [id, { record }]))
}
