// Who started a run: whoever brought its event; of a replay also who planned it and who started each run that it repeats, and
// of what another workflow emitted who started that one.
import type { Tx } from '../store/open.ts'
import { personIdOf } from '../people/people.ts'

/** The key of a bulk replay's event of one run: it is made once, and names its plan. */
export const batchKey = (batchId: string, runId: string): string => `replay:${batchId}:${runId}`

/** The header of an emitted event that names the run it came from. Capture from outside keeps none of this name. */
export const FROM_HEADER = 'signalbox-from'

/** The same person, whether they started it or ask now in Slack or on the command line. */
export async function hasStarted(tx: Tx, runId: string, actorId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ actor: string }[]>`
    WITH RECURSIVE line AS (
      SELECT ${runId} AS id
      UNION SELECT before.id FROM line JOIN run r ON r.id = line.id JOIN event e ON e.id = r.event_id
        CROSS JOIN LATERAL (VALUES (r.replay_of), (CASE WHEN e.source = 'emit' THEN e.headers->>${FROM_HEADER} END))
          AS before (id)
        WHERE before.id IS NOT NULL
    )
    SELECT DISTINCT who.actor FROM line JOIN run r ON r.id = line.id JOIN event e ON e.id = r.event_id
      LEFT JOIN replay_batch b ON e.source = 'replay' AND b.id = split_part(e.dedupe_key, ':', 2)
      CROSS JOIN LATERAL (VALUES (e.actor), (b.created_by)) AS who (actor)
    WHERE who.actor IS NOT NULL`
  const person = await personIdOf(tx, actorId)
  for (const { actor } of rows) if ((await personIdOf(tx, actor)) === person) return true
  return false
}
