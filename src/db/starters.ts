// Who started a run: whoever brought its event, and of a replay also who started each run that it repeats.
import type { Tx } from './open.ts'
import { personIdOf } from './people.ts'

/** The same person, whether they started it or ask now in Slack or on the command line. */
export async function hasStarted(tx: Tx, runId: string, actorId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ actor: string }[]>`
    WITH RECURSIVE line AS (
      SELECT event_id, replay_of FROM run WHERE id = ${runId}
      UNION ALL SELECT r.event_id, r.replay_of FROM run r JOIN line ON r.id = line.replay_of
    )
    SELECT DISTINCT e.actor FROM line JOIN event e ON e.id = line.event_id WHERE e.actor IS NOT NULL`
  const person = await personIdOf(tx, actorId)
  for (const { actor } of rows) if ((await personIdOf(tx, actor)) === person) return true
  return false
}
