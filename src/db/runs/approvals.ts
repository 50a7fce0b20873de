// What was approved of a run since it came to its route: by its rules, or moved there by a person or by time.
import { type Cover, coverIn } from '../../domain/exceptions/approval.ts'
import type { Tx } from '../store/open.ts'

export interface ReviewOfRun {
  /** Whether its approvers were asked. */
  asked: boolean
  /** What they approved last. */
  approved: Cover | null
}

export async function reviewOf(tx: Tx, runId: string): Promise<ReviewOfRun> {
  const [row] = await tx.$queryRaw<{ asked: boolean; inputs: unknown }[]>`
    WITH decided AS (
      SELECT coalesce(max(decided_at), '-infinity') AS at FROM decision WHERE run_id = ${runId} AND (rule IS NOT NULL OR inputs->'moved' IS NOT NULL)
    )
    SELECT EXISTS (
             SELECT FROM exception
             WHERE run_id = ${runId} AND reason = 'approval_required' AND opened_at >= decided.at
           ) AS asked,
           (SELECT d.inputs FROM decision d
            WHERE d.run_id = ${runId} AND d.inputs->'approved' IS NOT NULL AND d.decided_at >= decided.at
            ORDER BY d.decided_at DESC, d.id DESC LIMIT 1) AS inputs
    FROM decided`
  return { asked: row?.asked === true, approved: coverIn(row?.inputs, 'approved') }
}
