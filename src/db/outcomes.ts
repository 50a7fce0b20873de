// Outcomes: exactly one ends a run.
import type { Outcome } from '../domain/outcome.ts'
import { countTouches } from './audit.ts'
import type { Tx } from './open.ts'
import { endRun } from './runs.ts'
import { addCounts } from './tally.ts'

export interface Ending {
  runId: string
  from: 'in_flight' | 'held'
  kind: Outcome
  note: string | null
  by: string
  at: Date
}

/** Ends the run with its outcome and counts it; false when the run was not in that state any more. */
export async function writeOutcome(tx: Tx, ending: Ending): Promise<boolean> {
  const { runId, from, kind, note, by, at } = ending
  if (!(await endRun(tx, runId, from))) return false
  const run = await tx.run.findUniqueOrThrow({
    where: { id: runId },
    select: { workflowKey: true, route: true, receivedAt: true },
  })
  await tx.outcome.create({
    data: {
      runId,
      workflowKey: run.workflowKey,
      kind,
      route: run.route,
      note,
      touches: await countTouches(tx, runId),
      cycleMs: at.getTime() - run.receivedAt.getTime(),
      endedBy: by,
      endedAt: at,
    },
  })
  // A settled exception's card says how its run ended.
  await tx.$executeRaw`
    UPDATE card SET wanted_revision = wanted_revision + 1 FROM exception
    WHERE exception.run_id = ${runId} AND card.kind = 'exception' AND card.subject_id = exception.id`
  await addCounts(tx, [{ workflow: run.workflowKey, metric: `outcome:${kind}`, n: 1 }], at)
  return true
}
