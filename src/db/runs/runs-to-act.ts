// What the act stage takes up of runs, and how it moves them on, each in one statement for a whole batch. A move names the
// take: whoever took a run later has it, and what the one before still says of it moves nothing.
import { randomUUID } from 'node:crypto'
import type { EditedInput } from '../../domain/exceptions/action-input.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { ownerOfRule } from './runs.ts'
import { bodyOfE } from './event-body.ts'

// Longer than any single call may take: a take that is not renewed means the process is gone.
export const TAKEN_MS = 60_000

/** A run that a worker has taken. */
export interface Taken {
  id: string
  takenBy: string
}

export interface RunToAct extends Taken {
  workflow: string
  versionId: string
  subject: string | null
  route: string
  step: number
  /** How often in a row its next call was held back because the target's circuit is open. */
  circuitWaits: number
  /** The run whose actions this one repeats (a replay); null: its own. */
  actionRoot: string | null
  receivedAt: Date
  body: Uint8Array
  contentType: string
  headers: Record<string, string>
  record: JsonObject
  /** What people corrected of it. */
  corrections: JsonObject
  /** The input that a person last wrote for one of its actions. */
  edited: EditedInput | null
  /** Whom the rule that decided names as owner, as in a workflow file; null: the rule names nobody. */
  owner: string | null
  /** Who has it; null: nobody. */
  ownerId: string | null
}

/**
 * Takes runs for their next actions until `until`. Those that are not there to act on, or that another worker has, are left
 * out: of two jobs for one run, one acts.
 */
export async function takeRunsToAct(tx: Tx, ids: string[], now: Date, until: Date): Promise<RunToAct[]> {
  return tx.$queryRaw<RunToAct[]>`
    /* take_runs_to_act */ UPDATE run
    SET taken_until = ${until}::timestamptz, taken_by = ${randomUUID()}, lease_until = ${until}::timestamptz
    FROM event e, record rec
    WHERE run.id IN (
        SELECT r.id FROM run r
        WHERE r.id = ANY(${ids}::text[]) AND r.state = 'in_flight' AND r.stage = 'act'
          AND (r.taken_until IS NULL OR r.taken_until < ${now}::timestamptz)
        FOR UPDATE SKIP LOCKED)
      AND e.id = run.event_id AND rec.run_id = run.id
    RETURNING run.id, run.taken_by AS "takenBy", run.workflow_key AS workflow, run.version_id AS "versionId", run.subject,
              run.route, run.step, run.circuit_waits AS "circuitWaits", run.action_root AS "actionRoot", run.received_at AS "receivedAt",
              ${bodyOfE} AS body, e.content_type AS "contentType", e.headers, rec.fields AS record, rec.corrections,
              (SELECT d.inputs->'edited' FROM decision d WHERE d.run_id = run.id AND d.inputs->'edited' IS NOT NULL
               ORDER BY d.decided_at DESC, d.id DESC LIMIT 1) AS edited, ${ownerOfRule} AS owner, run.owner_id AS "ownerId"`
}

/** Keeps runs that are still taken until `until`, never shorter than they were. Those let go meanwhile stay free. */
export async function keepRunsTaken(tx: Tx, taken: Taken[], until: Date): Promise<void> {
  const rows = taken.map(({ id, takenBy }) => ({ id, takenBy }))
  await tx.$executeRaw`
    /* keep_runs_taken */ UPDATE run SET taken_until = ${until}::timestamptz, lease_until = ${until}::timestamptz
    FROM json_to_recordset(${jsonText(rows)}::json) AS t(id text, "takenBy" text)
    WHERE run.id = ANY(${taken.map(({ id }) => id)}::text[]) AND run.id = t.id AND run.taken_by = "takenBy" AND run.state = 'in_flight' AND run.stage = 'act'
      AND run.taken_until < ${until}::timestamptz`
}

/** Where a run goes. Without `takenUntil` it is let go. */
export interface Move extends Taken {
  state: 'in_flight' | 'held' | 'ended'
  /** Absent: the one it stands at. */
  step?: number
  circuitWaits: number
  takenUntil?: Date
  /** By then it should have moved on, or the sweep takes it up; absent: nobody need look after it. */
  leaseUntil?: Date
}

/** Moves runs on that are still with whoever took them; resolves with the ids of those. */
export async function moveRuns(tx: Tx, moves: Move[]): Promise<Set<string>> {
  if (moves.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ id: string }[]>`
    /* move_runs */ UPDATE run
    SET state = t.state, step = coalesce(t.step, run.step), circuit_waits = t."circuitWaits", swept = 0,
        taken_until = "takenUntil", lease_until = "leaseUntil",
        taken_by = CASE WHEN "takenUntil" IS NULL THEN NULL ELSE run.taken_by END
    FROM json_to_recordset(${jsonText(moves)}::json) AS t(
      id text, "takenBy" text, state text, step int, "circuitWaits" int, "takenUntil" timestamptz, "leaseUntil" timestamptz)
    WHERE run.id = ANY(${moves.map(({ id }) => id)}::text[]) AND run.id = t.id AND run.taken_by = "takenBy"
      AND run.state = 'in_flight' AND run.stage = 'act'
    RETURNING run.id`
  return new Set(rows.map(({ id }) => id))
}

/**
 * Lets a run go that could not be got on with; resolves with how often in a row that happened, or undefined where it is not
 * ours any more. The sweep looks after it from `now` on.
 */
export async function giveBackRun(tx: Tx, { id, takenBy }: Taken, now: Date): Promise<number | undefined> {
  const [row] = await tx.$queryRaw<{ swept: number }[]>`
    UPDATE run SET swept = swept + 1, taken_until = NULL, taken_by = NULL, lease_until = ${now}::timestamptz
    WHERE id = ${id} AND taken_by = ${takenBy} AND state = 'in_flight' AND stage = 'act' RETURNING swept`
  return row?.swept
}

/** Runs that a worker has in hand. */
export const takenRuns = (tx: Tx, now: Date): Promise<number> =>
  tx.run.count({ where: { state: 'in_flight', takenUntil: { gt: now } } })
