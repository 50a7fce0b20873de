// What came of runs: those that their actions started in other workflows, replays of them, and what came of these.
import { erasable } from '../../domain/masking/erased.ts'
import type { Tx } from '../store/open.ts'

export interface StartedRun {
  run: string
  workflow: string
  subject: string | null
}

/**
 * The runs that came of `runs`, however far down, without `besides` and what was erased as a whole. An emit is found by
 * its key, which stays in its attempt and in the event that it made when both are emptied.
 */
export async function startedFrom(tx: Tx, runs: string[], besides: string[]): Promise<StartedRun[]> {
  return tx.$queryRaw<StartedRun[]>`
    WITH RECURSIVE line AS (
      SELECT unnest(${runs}::text[]) AS id
      UNION SELECT next.id FROM line CROSS JOIN LATERAL (
        SELECT r.id FROM run r WHERE r.replay_of = line.id
        UNION ALL
        SELECT r.id FROM attempt a CROSS JOIN workflow w
          JOIN event e ON e.workflow_key = w.key AND e.dedupe_key = 'emit:' || a.idempotency_key
          JOIN run r ON r.event_id = e.id
        WHERE a.run_id = line.id AND a.target LIKE 'workflow %'
      ) AS next
    )
    SELECT r.id AS run, r.workflow_key AS workflow, r.subject FROM line JOIN run r ON r.id = line.id
    WHERE NOT r.id = ANY(${besides}) AND NOT coalesce(r.erased, '{}') ?& ${[...erasable]}
    ORDER BY r.received_at, r.id`
}
