// The rules that decisions never came to, because an earlier one won or could not be evaluated.
import type { Tx } from '../store/open.ts'

export interface NotTried {
  /** The first of them, in order. */
  names: string[]
  count: number
}

const MOST_NAMES = 10

/** By the decision of this run; those that tried every rule, or none, have no entry. */
export async function readNotTried(tx: Tx, runId: string): Promise<Map<string, NotTried>> {
  const rows = await tx.$queryRaw<(NotTried & { decision: string })[]>`
    SELECT d.id AS decision, count(*)::int AS count,
           (array_agg(r.name ORDER BY r.position))[1:${MOST_NAMES}::int] AS names
    FROM decision d
    JOIN rule r ON r.version_id = d.version_id AND r.position > (d.trace->-1->>'position')::int
    WHERE d.run_id = ${runId} AND (d.trace->-1->>'matched' = 'true' OR d.trace->-1->>'error' IS NOT NULL)
    GROUP BY d.id`
  return new Map(rows.map(({ decision, names, count }) => [decision, { names, count }]))
}
