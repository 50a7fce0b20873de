// Outcomes: exactly one ends a run. Written with what the run had cost people by then, which does not change any more.
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import { finalCte, finalFacts } from '../exceptions/final-resolutions.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { endRun } from './runs.ts'
import { addCounts, type Count } from '../digest/counters.ts'

export interface Ended {
  runId: string
  kind: Outcome
  note: string | null
  by: string
}

/**
 * Writes the outcomes of runs that end at `at`, which makes their last resolutions final. Resolves with what they count: to be
 * added in the same transaction, with what else it counts.
 */
export async function insertOutcomes(tx: Tx, ended: Ended[], at: Date): Promise<Count[]> {
  if (ended.length === 0) return []
  return tx.$queryRaw<Count[]>`
    /* insert_outcomes */ WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(ended)}::json) AS t("runId" text, kind text, note text, by text)
    ), written AS (
      INSERT INTO outcome (run_id, workflow_key, kind, route, note, manual_steps, hand_offs, people, messages, is_automated,
                           is_erred, cycle_ms, ended_by, ended_at, owner_id, amount, currency)
      SELECT run.id, run.workflow_key, kind, run.route, input.note, a.manual_steps, a.hand_offs, a.people, x.cards + a.lines,
             x.stops = 0 AND a.manual_steps = 0, kind = 'failed' AND x.faults = 0,
             extract(epoch FROM ${at}::timestamptz - run.received_at) * 1000, by, ${at}::timestamptz, run.owner_id,
             run.amount, run.currency
      FROM input JOIN run ON run.id = "runId"
      CROSS JOIN LATERAL (
        SELECT count(*) AS stops, count(card.id) AS cards,
               count(*) FILTER (WHERE is_first_fault) AS faults
        FROM exception LEFT JOIN card
          ON card.kind = 'exception' AND card.subject_id = exception.id AND folded_into IS NULL
        WHERE exception.run_id = run.id) x
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE surface IN ('slack', 'cli')) AS manual_steps,
               count(*) FILTER (WHERE action = 'exception.reassigned') AS hand_offs,
               count(DISTINCT actor) FILTER (WHERE surface IN ('slack', 'cli')) AS people,
               -- Each act about an exception is a line in its card's thread.
               count(card.id) FILTER (WHERE action LIKE 'exception.%') AS lines
        FROM audit LEFT JOIN card ON card.kind = 'exception' AND card.subject_id = audit.target AND folded_into IS NULL
        WHERE audit.run_id = run.id) a
      RETURNING outcome
    ), ${finalCte(Prisma.sql`SELECT id FROM exception JOIN input ON run_id = "runId"`, at)}, shown AS (
      -- A resolved exception's card says how its run ended.
      UPDATE card SET wanted_revision = wanted_revision + 1 FROM input JOIN exception ON exception.run_id = "runId"
      WHERE card.kind = 'exception' AND card.subject_id = exception.id
    )
    SELECT workflow, metric, sum(n)::float8 AS n FROM (
      SELECT (outcome).workflow_key AS workflow, metric, n
      FROM written CROSS JOIN LATERAL signalbox_outcome_facts(outcome)
      UNION ALL ${finalFacts}) AS counted GROUP BY 1, 2`
}

/** Ends the run with its outcome and counts it; false when the run was not in that state any more. */
export async function writeOutcome(
  tx: Tx,
  { from, at, ...ended }: Ended & { from: 'in_flight' | 'held'; at: Date },
): Promise<boolean> {
  if (!(await endRun(tx, ended.runId, from))) return false
  await addCounts(tx, await insertOutcomes(tx, [ended], at), at)
  return true
}
