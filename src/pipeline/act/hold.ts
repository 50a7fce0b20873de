// A run that cannot go on by itself is held, with the exception for the person who decides.
import type { Database } from '../../db/open.ts'
import { splitOwners } from '../../db/owners.ts'
import { holdRun, type RunToAct } from '../../db/runs.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { openExceptions, type Opening } from '../exception/open.ts'

/** Nothing is held, and nothing opened, when the run is not ours any more. */
export async function hold(
  { db, clock, cardsChanged }: { db: Database; clock: () => Date; cardsChanged: () => void },
  { run, version }: { run: RunToAct; version: ReadyVersion },
  about: Pick<Opening, 'reason' | 'detail' | 'data' | 'about' | 'review'>,
): Promise<void> {
  const { compiled, standards } = version
  const owner = splitOwners(run.owner ?? '')
  const of = { runId: run.id, definition: compiled.definition, standards, route: run.route, owner }
  await db.transaction(async (tx) => {
    if (await holdRun(tx, run)) await openExceptions(tx, [{ ...of, ...about }], clock())
  })
  cardsChanged()
}
