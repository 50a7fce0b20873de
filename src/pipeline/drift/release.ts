// Lets go what waits under a change of shape: replayed on the current version once the mapping no longer reads what is
// gone, or a person retried; done or dismissed with it when a person marked it so.
import { insertBatch, readBatches } from '../../db/runs/replay-batches.ts'
import { openFormatChanges, type Waiting, waitingUnderResolved } from '../../db/workflows/shapes.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { closeException } from '../resume/close.ts'
import type { ReplayDeps } from '../resume/replay.ts'
import { startBatch } from '../resume/replay-batch.ts'
import { recoverFormatChange } from './format-change.ts'

const PER_MINUTE = 600

async function close(
  { db, clock }: ReplayDeps,
  { exceptionIds, runIds, note }: Waiting,
  as: 'done' | 'dismissed',
): Promise<void> {
  for (const [index, exceptionId] of exceptionIds.entries()) {
    const runId = runIds[index] as string
    const closing = { exceptionId, runId, as, actor: engine } as const
    await db.transaction((tx) =>
      closeException(tx, { ...closing, note: note ?? 'resolved together', at: clock() }),
    )
  }
}

async function startPlanned(deps: ReplayDeps, name: string): Promise<void> {
  await startBatch(deps, name, engine)
}

/** A replay named after the exception, so that of two replicas one makes it. */
async function replayAll(deps: ReplayDeps, { formatChange, workflow, runIds }: Waiting): Promise<void> {
  const { db, clock } = deps
  const at = clock()
  const [before] = await readBatches(db.prisma, { name: `shape ${formatChange}` })
  // Whoever made it died before it was started.
  if (before?.state === 'planned') return startPlanned(deps, before.name)
  // It is on its way, or was stopped for a person to look at.
  if (before && before.state !== 'done') return
  const name = before ? `shape ${formatChange} ${at.toISOString()}` : `shape ${formatChange}`
  const how = { version: 'current', repeatDone: false, perMinute: PER_MINUTE, createdBy: engine.id } as const
  const batch = { name, workflow, query: { formatChange }, runIds, at, ...how }
  const made = await db.transaction((tx) => insertBatch(tx, batch))
  if (made !== undefined) await startPlanned(deps, name)
}

/** One look of the scheduler; resolves with how many changes were closed, and how many were let go of. */
export async function releaseShapes(deps: ReplayDeps): Promise<{ closed: number; released: number }> {
  const { db, catalog, cardsChanged } = deps
  let closed = 0
  for (const formatChange of await openFormatChanges(db.prisma)) {
    const read = (await catalog.current(formatChange.workflow))?.version.compiled.eventPaths ?? []
    if (formatChange.lost.some(({ path }) => read.some((one) => one.path === path))) continue
    if (
      await recoverFormatChange(deps, formatChange, 'the current version does not read it any more', 'closes')
    )
      closed += 1
  }
  const resolved = await waitingUnderResolved(db.prisma)
  for (const waiting of resolved) {
    const { resolvedAs: as } = waiting
    await (as === 'done' || as === 'dismissed' ? close(deps, waiting, as) : replayAll(deps, waiting))
  }
  if (resolved.length > 0) cardsChanged()
  return { closed, released: resolved.length }
}
