// How many runs went which way, a figure for each route of each workflow.
import type { Tx } from '../store/open.ts'

export interface RouteCount {
  workflow: string
  /** null: stopped before a rule could decide. */
  route: string | null
  /** Why it stopped, where no rule decided. */
  reason: string | null
  n: number
}

/** Reads every run of the workflow (of all without one): for demos, tests and proofs, not for the hot path. */
export async function countRoutes(tx: Tx, workflow?: string): Promise<RouteCount[]> {
  const only = workflow ?? null
  return tx.$queryRaw<RouteCount[]>`
    SELECT r.workflow_key AS workflow, r.route, CASE WHEN r.route IS NULL THEN d.reason END AS reason,
           count(*)::int AS n
    FROM run r LEFT JOIN LATERAL (
      SELECT reason FROM decision WHERE run_id = r.id ORDER BY decided_at DESC LIMIT 1
    ) d ON true
    WHERE ${only}::text IS NULL OR r.workflow_key = ${only}
    GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2`
}
