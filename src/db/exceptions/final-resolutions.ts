// Resolutions that proved final: the run ended after them, or stopped for something else. Until then nobody knows, and nothing
// is counted.
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import type { Count } from '../digest/counters.ts'

/**
 * Common table expression `final`: writes that the resolutions of `candidates` (a query of exception ids) are final, but for what
 * came back, and returns them as `resolution`.
 */
export const finalCte = (candidates: Prisma.Sql, at: Date): Prisma.Sql => Prisma.sql`
  final AS (
    INSERT INTO final_resolution (exception_id, workflow_key, resolved_as, took_ms, is_due, is_met, final_at, resolved_by)
    SELECT e.id, e.workflow_key, e.resolved_as,
           extract(epoch FROM e.resolved_at - coalesce(e.case_opened_at, e.opened_at)) * 1000,
           e.resolved_as <> 'recovered' AND e.due_at IS NOT NULL,
           e.resolved_as <> 'recovered' AND coalesce(e.due_at >=
             least(e.acknowledged_at, CASE WHEN e.resolved_as <> 'expired' THEN e.resolved_at END), false),
           ${at}::timestamptz, e.resolved_by
    FROM exception e WHERE e.id IN (${candidates}) AND e.state = 'resolved'
      AND NOT EXISTS (SELECT FROM exception later WHERE later.run_id = e.run_id AND later.reopens = e.id)
    ON CONFLICT DO NOTHING RETURNING final_resolution AS resolution
  )`

/** What the rows of `final` count. */
export const finalFacts = Prisma.sql`
  SELECT (resolution).workflow_key AS workflow, metric, n
  FROM final CROSS JOIN LATERAL signalbox_final_facts(resolution)`

/** Resolves with what they count: to be added in the same transaction. */
export async function writeFinal(tx: Tx, exceptionIds: string[], at: Date): Promise<Count[]> {
  if (exceptionIds.length === 0) return []
  return tx.$queryRaw<Count[]>`
    WITH ${finalCte(Prisma.sql`SELECT unnest(${exceptionIds}::text[])`, at)}
    SELECT workflow, metric, sum(n)::float8 AS n FROM (${finalFacts}) AS counted GROUP BY 1, 2`
}

/** The newest exception of a run, which is about to stop again. */
export interface Earlier {
  id: string
  runId: string
  fingerprint: string
  caseOpenedAt: Date
  dueAt: Date | null
  ownerId: string | null
  ownerSince: Date
  escalation: number
  policy: { by: string[] }
  /** The card of many under which it stands. */
  underCard: string | null
  /** Its run has met a machine fault, then or before. */
  hasFault: boolean
}

/** By run, where it had stopped before. */
export async function earlierExceptions(tx: Tx, runIds: string[]): Promise<Map<string, Earlier>> {
  const rows = await tx.$queryRaw<Earlier[]>`
    SELECT DISTINCT ON (run_id) id, run_id AS "runId", fingerprint, coalesce(case_opened_at, opened_at) AS "caseOpenedAt",
           due_at AS "dueAt", owner_id AS "ownerId", owner_since AS "ownerSince", escalation, policy,
           (SELECT folded_into FROM card WHERE kind = 'exception' AND subject_id = exception.id) AS "underCard",
           bool_or(is_first_fault) OVER (PARTITION BY run_id) AS "hasFault"
    FROM exception WHERE run_id = ANY(${runIds}::text[]) AND state = 'resolved'
    ORDER BY run_id, resolved_at DESC, opened_at DESC, id DESC`
  return new Map(rows.map((row) => [row.runId, row]))
}
