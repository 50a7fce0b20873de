// What deciding needs, and the runs that are ready for it: read with their versions, without those that are paused.
import type { Logger } from 'pino'
import type { Database } from '../../db/store/open.ts'
import type { RunToAct } from '../../db/runs/runs-to-act.ts'
import { readRunsToDecide, type RunToDecide } from '../../db/runs/runs-to-decide.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import type { Ask } from '../enrich/ask.ts'
import { type Pauses, withoutPaused } from '../resume/pauses.ts'
import type { Drift } from '../drift/drift.ts'
import type { Judged } from './commit.ts'
import type { Shadows } from './shadow.ts'

/** Leave to act on so many runs. */
export interface Admission {
  count: number
  /** Acts on what the caller has taken of them, or on none. Must be called, and once. */
  begin(runs: RunToAct[], now: Date): void
}

/** Where runs that are decided go on to their actions at once. */
export interface Onward {
  /** Of `wanted` runs, as many as there is room for. */
  admit(wanted: number): Admission
  /** Resolves when there is room for a batch, or after a moment: a slow target holds up nobody else's decisions. */
  room(): Promise<void>
}

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
  /** Where runs go on to their actions without a job; without it, or where it is full, a job takes them up. */
  acting?: Onward
  /** Something may have to be posted in Slack. */
  cardsChanged: () => void
}

export interface Ready {
  run: RunToDecide
  version: ReadyVersion
}

/** Of bodies. They stand in memory several times while they are read, decided and written. */
export const MOST_BYTES = 8 * 1024 * 1024

/**
 * Hands over the runs that wait for a decision, but for those that are paused, with the versions they need: as many at
 * once as memory is meant for, one lot after the other.
 */
export async function inLots(
  { db, catalog, pauses, clock, acting }: DecideDeps,
  ids: string[],
  work: (lot: Ready[]) => Promise<void>,
): Promise<void> {
  let waiting = ids
  while (waiting.length > 0) {
    await acting?.room()
    const read = await readRunsToDecide(db.prisma, waiting, MOST_BYTES)
    const runs = await withoutPaused(pauses, read.runs, clock())
    const versions = new Map<string, ReadyVersion>()
    for (const { versionId } of runs) {
      if (!versions.has(versionId)) versions.set(versionId, await catalog.version(versionId))
    }
    await work(runs.map((run) => ({ run, version: versions.get(run.versionId) as ReadyVersion })))
    waiting = read.left
  }
}
