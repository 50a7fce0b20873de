// When a workflow last heard from its source, and last succeeded; and what is open because it did not.
import type { Tx } from './store/open.ts'

/** Events that came from outside (or by schedule); what we made ourselves proves nothing about the source. */
export async function lastHeard(
  tx: Tx,
  workflow: string,
): Promise<{ event: Date | null; success: Date | null }> {
  const [row] = await tx.$queryRaw<{ event: Date | null; success: Date | null }[]>`
    SELECT (SELECT r.received_at FROM run r JOIN event e ON e.id = r.event_id
            WHERE r.workflow_key = ${workflow} AND e.source NOT IN ('replay', 'watchdog')
            ORDER BY r.received_at DESC LIMIT 1) AS event,
           (SELECT o.ended_at FROM outcome o JOIN run r ON r.id = o.run_id JOIN event e ON e.id = r.event_id
            WHERE o.workflow_key = ${workflow} AND o.kind = 'achieved' AND e.source <> 'watchdog'
            ORDER BY o.ended_at DESC LIMIT 1) AS success`
  return row ?? { event: null, success: null }
}

export async function openSilences(tx: Tx, workflow: string) {
  return tx.$queryRaw<{ id: string; runId: string; openedAt: Date; expected: string }[]>`
    SELECT id, run_id AS "runId", opened_at AS "openedAt", data->>'expected' AS expected
    FROM exception WHERE workflow_key = ${workflow} AND state = 'open' AND reason = 'source_silent'
      AND data->>'expected' IS NOT NULL`
}
