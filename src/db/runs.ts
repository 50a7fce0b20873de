// Runs: what a stage takes up, and the guarded steps from state to state. Every move names the state it expects,
// so that a job delivered twice, or a sweep beside a worker, moves a run once.
import type { EditedInput } from '../domain/action-input.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Tx } from './open.ts'
import { jsonText } from './rows.ts'

export interface RunToDecide {
  id: string
  workflow: string
  versionId: string
  subject: string | null
  /** How its event came: webhook, command, schedule, emit, replay … */
  source: string
  receivedAt: Date
  body: Uint8Array
  headers: Record<string, string>
  corrections: JsonObject
  /** How often in a row a lookup was held back because its target rests. */
  rests: number
  /** Itself, or for a replay the run that it goes back to. */
  root: string
}

/** The runs among `ids` that wait for a decision. Those that moved on meanwhile are left out. */
export async function readRunsToDecide(tx: Tx, ids: string[]): Promise<RunToDecide[]> {
  return tx.$queryRaw<RunToDecide[]>`
    SELECT r.id, r.workflow_key AS workflow, r.version_id AS "versionId", r.subject, e.source,
           r.received_at AS "receivedAt", e.body, e.headers, coalesce(rec.corrections, '{}'::jsonb) AS corrections, r.rests,
           coalesce(r.action_root, r.replay_of, r.id) AS root
    FROM run r JOIN event e ON e.id = r.event_id LEFT JOIN record rec ON rec.run_id = r.id
    WHERE r.id = ANY(${ids}::text[]) AND r.state = 'in_flight' AND r.stage = 'decide'`
}

/** Runs that go on in another job: the sweep looks after them from `leaseUntil`. */
export async function extendLease(tx: Tx, ids: string[], leaseUntil: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET lease_until = ${leaseUntil}::timestamptz WHERE id = ANY(${ids}::text[]) AND state = 'in_flight'`
}

export interface DecidedRun {
  runId: string
  state: 'in_flight' | 'held' | 'ended'
  stage: 'decide' | 'act'
  route: string | null
  leaseUntil: Date
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
  outcome: { kind: string; note: string | null } | null
}

/**
 * Writes records, decisions and outcomes of a batch and moves its runs on, in one statement.
 * Resolves with the ids that moved: a run that had moved before keeps what it has.
 */
export async function writeDecided(tx: Tx, runs: DecidedRun[], at: Date): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(runs)}::json) AS t(
        "runId" text, state text, stage text, route text, "leaseUntil" timestamptz, fields jsonb, sources jsonb,
        decision jsonb, outcome jsonb)
    ), moved AS (
      UPDATE run SET state = input.state, stage = input.stage, route = input.route, step = 0, swept = 0,
                     rests = 0, lease_until = input."leaseUntil"
      FROM input WHERE run.id = input."runId" AND run.state = 'in_flight' AND run.stage = 'decide'
      RETURNING run.id, run.workflow_key, run.received_at
    ), recorded AS (
      INSERT INTO record (run_id, fields, sources, updated_at)
      SELECT "runId", fields, sources, ${at}::timestamptz FROM input JOIN moved ON moved.id = "runId"
      ON CONFLICT (run_id) DO UPDATE
        SET fields = excluded.fields, sources = excluded.sources, updated_at = excluded.updated_at
    ), decided AS (
      INSERT INTO decision (id, run_id, version_id, rule, route, reason, owner, trace, inputs, decided_by, decided_at)
      SELECT decision->>'id', "runId", decision->>'versionId', decision->>'rule', decision->>'route',
             decision->>'reason', decision->>'owner', decision->'trace', decision->'inputs',
             decision->>'decidedBy', ${at}::timestamptz
      FROM input JOIN moved ON moved.id = "runId"
    ), ended AS (
      INSERT INTO outcome (run_id, workflow_key, kind, route, note, touches, cycle_ms, ended_by, ended_at)
      SELECT "runId", moved.workflow_key, outcome->>'kind', input.route, outcome->>'note',
             (SELECT count(*) FROM audit WHERE audit.run_id = "runId" AND audit.surface IN ('slack', 'cli')),
             extract(epoch FROM (${at}::timestamptz - moved.received_at)) * 1000, 'engine', ${at}::timestamptz
      FROM input JOIN moved ON moved.id = "runId" WHERE input.state = 'ended'
    ), shown AS (
      -- A settled exception's card says how its run ended.
      UPDATE card SET wanted_revision = wanted_revision + 1
      FROM input JOIN moved ON moved.id = "runId" JOIN exception ON exception.run_id = moved.id
      WHERE input.state = 'ended' AND card.kind = 'exception' AND card.subject_id = exception.id
    )
    SELECT id FROM moved`
  return new Set(rows.map((row) => row.id))
}

export interface RunToAct {
  id: string
  workflow: string
  versionId: string
  subject: string | null
  route: string
  step: number
  /** How often in a row its next call was held back because the target rests. */
  rests: number
  /** The run whose actions this one repeats (a replay); null: its own. */
  actionRoot: string | null
  receivedAt: Date
  body: Uint8Array
  headers: Record<string, string>
  record: JsonObject
  /** The input that a person last wrote for one of its actions. */
  edited: EditedInput | null
}

/**
 * Takes a run for its next action until `until`; undefined when it is not there to act on, or another worker has
 * it: of two jobs for one run, one acts.
 */
export async function takeRunToAct(
  tx: Tx,
  id: string,
  now: Date,
  until: Date,
): Promise<RunToAct | undefined> {
  const rows = await tx.$queryRaw<RunToAct[]>`
    UPDATE run SET taken_until = ${until}::timestamptz, lease_until = ${until}::timestamptz
    FROM event e, record rec
    WHERE run.id = ${id} AND run.state = 'in_flight' AND run.stage = 'act'
      AND (run.taken_until IS NULL OR run.taken_until < ${now}::timestamptz)
      AND e.id = run.event_id AND rec.run_id = run.id
    RETURNING run.id, run.workflow_key AS workflow, run.version_id AS "versionId", run.subject, run.route, run.step,
              run.rests, run.action_root AS "actionRoot", run.received_at AS "receivedAt", e.body, e.headers, rec.fields AS record,
              (SELECT d.inputs->'edited' FROM decision d WHERE d.run_id = run.id AND d.inputs->'edited' IS NOT NULL
               ORDER BY d.decided_at DESC LIMIT 1) AS edited`
  return rows[0]
}

/** Keeps a run that is still taken until `until`. One that was let go meanwhile stays free. */
export async function keepRunTaken(tx: Tx, id: string, until: Date): Promise<void> {
  await tx.run.updateMany({
    where: { id, state: 'in_flight', stage: 'act', takenUntil: { not: null } },
    data: { takenUntil: until, leaseUntil: until },
  })
}

/** The step is done: on to the next, still ours until `until`. */
export async function advanceRun(tx: Tx, id: string, step: number, until: Date): Promise<void> {
  await tx.run.update({
    where: { id },
    data: { step, swept: 0, rests: 0, takenUntil: until, leaseUntil: until },
  })
}

/** Lets a run go until its next try; the sweep looks after it from `leaseUntil`. `rests`: while its target rests. */
export async function letRunWait(tx: Tx, id: string, leaseUntil: Date, rests = 0): Promise<void> {
  await tx.run.update({ where: { id }, data: { takenUntil: null, leaseUntil, swept: 0, rests } })
}

/**
 * After a start on a database that only one process may use, nobody holds anything: whatever was taken is free,
 * and all that is in flight is due now.
 */
export async function freeAllRuns(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET taken_until = NULL, lease_until = least(lease_until, ${now}::timestamptz)
    WHERE state = 'in_flight' AND (taken_until IS NOT NULL OR stage = 'decide')`
}

export interface OverdueRun {
  id: string
  stage: 'decide' | 'act'
  /** How often in a row, this time included. */
  swept: number
  versionId: string
}

/** Runs in flight whose lease ended: their job was lost with a process, or ran out of tries. */
export async function overdueRuns(
  tx: Tx,
  {
    now,
    leaseUntil,
    stages,
    most,
  }: { now: Date; leaseUntil: Date; stages: readonly ('decide' | 'act')[]; most: number },
) {
  return tx.$queryRaw<OverdueRun[]>`
    UPDATE run SET lease_until = ${leaseUntil}::timestamptz, parked_by = NULL, swept = swept + 1
    WHERE id IN (
      SELECT r.id FROM run r
      WHERE r.state = 'in_flight' AND r.lease_until < ${now}::timestamptz AND r.stage = ANY(${stages}::text[])
      ORDER BY r.lease_until LIMIT ${most} FOR UPDATE SKIP LOCKED)
    RETURNING id, stage, swept, version_id AS "versionId"`
}

/** Moves a held run back into flight; false when it was not held. */
export async function resumeRun(
  tx: Tx,
  id: string,
  stage: 'decide' | 'act',
  leaseUntil: Date,
): Promise<boolean> {
  const moved = await tx.run.updateMany({
    where: { id, state: 'held' },
    data: { state: 'in_flight', stage, leaseUntil, takenUntil: null, swept: 0, rests: 0 },
  })
  return moved.count === 1
}

/** The replay in flight that keeps the action keys of `root`, if any. Who asks has it alone until the commit. */
export async function replayInFlight(tx: Tx, root: string): Promise<string | undefined> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('signalbox replay ' || ${root}, 0))`
  const other = await tx.run.findFirst({
    where: { actionRoot: root, state: 'in_flight' },
    select: { id: true },
  })
  return other?.id
}

/** Puts a run in flight on hold for an exception; false when it is no longer in flight. */
export async function holdRun(tx: Tx, id: string): Promise<boolean> {
  const moved = await tx.run.updateMany({
    where: { id, state: 'in_flight', stage: 'act' },
    data: { state: 'held', leaseUntil: null, takenUntil: null },
  })
  return moved.count === 1
}

/** Puts runs that never get on on hold, wherever they are; resolves with those that were still in flight. */
export async function holdStuck(tx: Tx, ids: string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE run SET state = 'held', lease_until = NULL, taken_until = NULL, swept = 0
    WHERE id = ANY(${ids}::text[]) AND state = 'in_flight' RETURNING id`
  return new Set(rows.map(({ id }) => id))
}

/** Ends a run in the state `from`; false when it was not there. */
export async function endRun(tx: Tx, id: string, from: 'in_flight' | 'held'): Promise<boolean> {
  const moved = await tx.run.updateMany({
    where: { id, state: from },
    data: { state: 'ended', leaseUntil: null, takenUntil: null },
  })
  return moved.count === 1
}
