// A bulk replay at work: part by part, at its rate. It stops by itself when a target that it calls is found down, and when
// what it makes fails again and again.
import { failPoint } from '../../fail-point.ts'
import type { Database } from '../../db/store/open.ts'
import { pausedIds } from '../../db/pauses.ts'
import {
  failingOf,
  itemsLeft,
  lockedAt,
  nextItems,
  readBatches,
  openCircuitOf,
} from '../../db/runs/replay-batches.ts'
import type { Jobs } from '../../queue/jobs.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { moveIn } from './replay-batch.ts'
import { replayIn, type ReplayDeps, versionFor } from './replay.ts'

const MOST_FAILING = 5
const LOOKS_AT = 20
const LOOKS_WHETHER_PAUSED_MS = 5000

/** What speaks against going on with a batch; undefined: nothing. */
async function whyStop({ prisma }: Database, batchId: string): Promise<string | undefined> {
  const resting = await openCircuitOf(prisma, batchId)
  if (resting !== undefined) return `${resting} is failing and paused`
  const failing = await failingOf(prisma, batchId, LOOKS_AT)
  return failing >= MOST_FAILING ? `${failing} of the last ${LOOKS_AT} replayed runs fail` : undefined
}

/**
 * Does the next second's part of a running batch, and asks for the one after; run a second time, it does neither. While its
 * workflow or everything is paused, it waits.
 */
export async function replayPart(deps: ReplayDeps, { batchId, done }: Jobs['replay']): Promise<void> {
  const { db, queue, clock } = deps
  const [batch] = await readBatches(db.prisma, { id: batchId })
  if (batch?.state !== 'running') return
  const at = clock()
  const because = await whyStop(db, batchId)
  if (because !== undefined) {
    await db.transaction((tx) =>
      moveIn(tx, batchId, { from: ['running'], to: 'stopped', because, actor: engine, at }),
    )
    return
  }
  const paused = await pausedIds(db.prisma)
  if (paused.has('all') || paused.has(`workflow:${batch.workflow}`)) {
    await db.transaction((tx) =>
      queue.enqueue(tx, 'replay', [{ data: { batchId, done }, afterMs: LOOKS_WHETHER_PAUSED_MS }]),
    )
    return
  }
  // Below one a second, one run and a longer wait.
  const most = Math.max(1, Math.round(batch.perMinute / 60))
  const waitMs = Math.max(1000, 60_000 / batch.perMinute)
  // Looked up before the transaction, which may not wait for another connection.
  const ready = new Map<string, ReadyVersion>()
  for (const runId of await itemsLeft(db.prisma, batchId, most)) {
    const version = await versionFor(deps, { runId, version: batch.version })
    if (version) ready.set(runId, version)
  }
  await db.transaction(async (tx) => {
    if ((await lockedAt(tx, batchId)) !== done) return
    const mine = (await nextItems(tx, batchId, most)).filter((id) => ready.has(id))
    for (const runId of mine) {
      const { version, repeatDone, createdBy, startedBy } = batch
      const what = {
        runId,
        version,
        repeatDone,
        once: batchId,
        actor: { id: startedBy ?? createdBy, surface: 'engine' },
      } as const
      const answer = await replayIn(deps, tx, ready.get(runId) as ReadyVersion, what)
      await tx.replayItem.update({
        where: { batchId_runId: { batchId, runId } },
        data: answer.kind === 'replayed' ? { newRunId: answer.runId } : { refused: answer.kind },
      })
    }
    const next = { batchId, done: done + mine.length }
    if (ready.size > 0) await queue.enqueue(tx, 'replay', [{ data: next, afterMs: waitMs }])
    failPoint('replay.written')
  })
  failPoint('replay.committed')
  deps.cardsChanged()
  if (ready.size === 0)
    await db.transaction((tx) => moveIn(tx, batchId, { from: ['running'], to: 'done', actor: engine, at }))
}
