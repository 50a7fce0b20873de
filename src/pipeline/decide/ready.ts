// What deciding needs, and the runs that are ready for it: read with their versions, without those that are paused.
import type { Logger } from 'pino'
import type { Database } from '../../db/open.ts'
import { readRunsToDecide, type RunToDecide } from '../../db/runs.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import type { Ask } from '../enrich/ask.ts'
import type { Pauses } from '../resume/pauses.ts'
import type { Drift } from '../drift/drift.ts'
import type { Judged } from './commit.ts'
import type { Shadows } from './shadow.ts'

export interface DecideDeps {
  db: Database
  queue: Queue
  catalog: Catalog
  log: Logger
  clock: () => Date
  pauses: Pauses
  secret: (name: string) => string | undefined
  /** Makes what asks the lookups of one batch. */
  makeAsk: () => Ask
  /** Lets versions that decide beside the current ones see what was decided. */
  shadows: Pick<Shadows, 'watch'>
  /** Notices events that have another shape than before. */
  drift: Pick<Drift, 'look'>
  /** Is told what was decided, for the traces, and since when. */
  decided?: ((judged: Judged[], since: Date) => void) | undefined
  /** Something may have to be posted in Slack. */
  cardsChanged: () => void
}

/** Runs of what is paused wait; the others go on. */
async function withoutPaused(pauses: Pauses, runs: RunToDecide[], now: Date): Promise<RunToDecide[]> {
  const waiting = new Map<string, string[]>()
  const free: RunToDecide[] = []
  for (const run of runs) {
    const pause = await pauses.blocking(run.workflow)
    if (pause === undefined) free.push(run)
    else waiting.set(pause, [...(waiting.get(pause) ?? []), run.id])
  }
  for (const [pause, ids] of waiting) await pauses.park(ids, pause, now)
  return free
}

/** Reads the runs that wait for a decision, but for those that are paused, and the versions they need. */
export async function readToDecide({ db, catalog, pauses, clock }: DecideDeps, ids: string[]) {
  const runs = await withoutPaused(pauses, await readRunsToDecide(db.prisma, ids), clock())
  const versions = new Map<string, ReadyVersion>()
  for (const { versionId } of runs) {
    if (!versions.has(versionId)) versions.set(versionId, await catalog.version(versionId))
  }
  return runs.map((run) => ({ run, version: versions.get(run.versionId) as ReadyVersion }))
}
