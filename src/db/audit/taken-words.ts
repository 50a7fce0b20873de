// Words that are gone without a row of the audit's chain that says who emptied them, attempts that are gone, and resolutions
// that say something else than the chain does. What one row lacks, the rows beside it still tell.
import { bodyOfE } from '../runs/event-body.ts'
import { RUNS_EMPTIED } from './audit.ts'
import type { Tx } from '../store/open.ts'

export type RecordFault =
  /** What this run held is gone, and no row of the chain says who emptied it. */
  | { kind: 'emptied'; run: string; part: string }
  /** Attempts of this run were deleted: an erasure keeps them, without their words. */
  | { kind: 'attempts_removed'; run: string }
  /** The chain does not say that this exception was resolved so, by them, at that time. */
  | { kind: 'resolved_otherwise'; exception: string }

export async function takenWords(tx: Tx): Promise<RecordFault | undefined> {
  return (await emptiedUnsaid(tx)) ?? (await attemptsRemoved(tx)) ?? (await resolvedOtherwise(tx))
}

/**
 * A run of which something is gone, or is said to be, that no row about emptying names. The rows have just been found to
 * be what was written; what the run says of itself (`erased`) anybody could write who could empty it.
 */
async function emptiedUnsaid(tx: Tx): Promise<RecordFault | undefined> {
  const [found] = await tx.$queryRaw<{ run: string; part: string }[]>`
    WITH noted AS MATERIALIZED (
      SELECT run, part FROM "audit", jsonb_array_elements_text("after"->'runs') AS run,
                       jsonb_array_elements_text("after"->'parts') AS part
      WHERE "action" = ${RUNS_EMPTIED} AND "salt" IS NOT NULL
    ), gone AS (
      SELECT "id" AS run, part FROM "run", jsonb_object_keys("erased") AS part WHERE "erased" IS NOT NULL
      UNION SELECT r."id", 'payloads' FROM "event" e JOIN "run" r ON r."event_id" = e."id" WHERE ${bodyOfE} = ''
      UNION SELECT "run_id", 'records' FROM "decision" WHERE "decided_by" = 'engine' AND "inputs" = '{}'
      -- A record has what was decided on last, where each value came from, and what people corrected.
      UNION SELECT "run_id", 'records' FROM "record" WHERE "fields" = '{}' AND (
        SELECT d."inputs"->'record' FROM "decision" d WHERE d."run_id" = "record"."run_id" AND d."decided_by" = 'engine'
        ORDER BY d."decided_at" DESC, d."id" DESC LIMIT 1) <> '{}'
      UNION SELECT "run_id", 'records' FROM "record" WHERE "sources" = '{}' AND "fields" <> '{}'
      UNION SELECT "run_id", 'records' FROM "record" WHERE "corrections" = '{}' AND EXISTS (
        SELECT FROM "decision" d WHERE d."run_id" = "record"."run_id" AND d."inputs"->'corrections' <> '{}')
      UNION SELECT "run_id", 'records' FROM "exception" WHERE "detail" = '' OR ("data" = '{}' AND "reason" IN
        ('action_failed', 'action_refused', 'action_invalid', 'approval_required', 'lookup_failed', 'no_eligible_owner', 'stale_data'))
      UNION SELECT e."run_id", 'records' FROM "audit" a JOIN "exception" e ON e."id" = a."target"
        WHERE a."note" IS NOT NULL AND a."action" = 'exception.' || e."resolved_as" AND e."resolved_note" IS NULL
      -- Whoever ended the run by resolving its exception said both in one breath.
      UNION SELECT o."run_id", 'records' FROM "outcome" o JOIN "exception" e ON e."run_id" = o."run_id"
        WHERE o."note" IS NULL AND e."resolved_note" IS NOT NULL AND e."resolved_by" = o."ended_by" AND e."resolved_at" = o."ended_at"
      UNION SELECT "run_id", 'attempts' FROM "attempt" WHERE "request" = '{}' OR ("state" = 'done' AND "answer" IS NULL)
        OR ("state" IN ('failed', 'refused') AND "error" IS NULL)
      UNION SELECT "run_id", 'audit' FROM "audit" WHERE "salt" IS NULL AND "run_id" IS NOT NULL
    )
    SELECT run, part FROM gone EXCEPT SELECT run, part FROM noted ORDER BY run, part LIMIT 1`
  return found && { kind: 'emptied', ...found }
}

/** Tries of a step are numbered without a gap, each step that is behind a run was done, and an exception says what it heard. */
async function attemptsRemoved(tx: Tx): Promise<RecordFault | undefined> {
  const [found] = await tx.$queryRaw<{ run: string }[]>`
    SELECT "run_id" AS run FROM "attempt" GROUP BY "run_id", "step" HAVING max("number") <> count(*)
    UNION SELECT r."id" FROM "run" r WHERE r."stage" = 'act' AND r."step" > (
      SELECT count(DISTINCT a."step") FROM "attempt" a WHERE a."run_id" = r."id" AND a."state" = 'done' AND a."step" < r."step")
    UNION SELECT e."run_id" FROM "exception" e WHERE e."data" ? 'step' AND e."data" ? 'status' AND NOT EXISTS (
      SELECT FROM "attempt" a WHERE a."run_id" = e."run_id" AND a."step"::text = e."data"->>'step')
    ORDER BY run LIMIT 1`
  return found && { kind: 'attempts_removed', ...found }
}

async function resolvedOtherwise(tx: Tx): Promise<RecordFault | undefined> {
  const [found] = await tx.$queryRaw<{ exception: string }[]>`
    SELECT e."id" AS exception FROM "exception" e WHERE e."state" = 'resolved' AND NOT EXISTS (
      SELECT FROM "audit" a WHERE a."target" = e."id" AND a."action" = 'exception.' || e."resolved_as"
        AND a."actor" = e."resolved_by" AND a."at" = e."resolved_at")
    ORDER BY e."id" LIMIT 1`
  return found && { kind: 'resolved_otherwise', ...found }
}
