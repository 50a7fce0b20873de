// A bulk replay that is planned: started, cancelled, stopped. Its parts are done one after the other (replay-part.ts).
import { addAudit } from '../../db/audit/audit.ts'
import type { Tx } from '../../db/store/open.ts'
import { type BatchView, lockedAt, readBatches } from '../../db/runs/replay-batches.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { ReplayDeps } from './replay.ts'
import { type NotAllowed, refusalOfMany } from './who-may.ts'

export type BatchMove =
  | { kind: 'moved' }
  /** It runs, is done, or was cancelled. */
  | { kind: 'not_now'; state: BatchView['state'] }
  | NotAllowed
  | { kind: 'unknown' }

interface Move {
  from: string[]
  to: string
  because?: string
  actor: Actor
  at: Date
}

/** Moves a batch, for whoever may; false when it was in none of the states `from`. */
export async function moveIn(
  tx: Tx,
  batchId: string,
  { from, to, because, actor, at }: Move,
): Promise<boolean> {
  const moved = await tx.replayBatch.updateMany({
    where: { id: batchId, state: { in: from } },
    data: { state: to, because: because ?? null, ...(to === 'running' ? { startedBy: actor.id } : {}) },
  })
  if (moved.count === 0) return false
  await addAudit(tx, { at, actor, action: `replay.${to}`, target: batchId, note: because })
  return true
}

/** A person's move of the batch of this name, when they may: what was replayed stays, whatever the move. */
async function moveNamed(
  { db }: ReplayDeps,
  name: string,
  move: Move,
  also: (tx: Tx, batchId: string) => Promise<void> = async () => {},
): Promise<BatchMove> {
  const [batch] = await readBatches(db.prisma, { name })
  if (!batch) return { kind: 'unknown' }
  const who = await refusalOfMany(db, batch.workflow, move.actor)
  if (who !== undefined) return { kind: 'not_allowed', who }
  const isMoved = await db.transaction(async (tx) => {
    if (!(await moveIn(tx, batch.id, move))) return false
    await also(tx, batch.id)
    return true
  })
  return isMoved ? { kind: 'moved' } : { kind: 'not_now', state: batch.state }
}

/** Starts a planned batch, or one that was stopped. */
export function startBatch(deps: ReplayDeps, name: string, actor: Actor): Promise<BatchMove> {
  const running: Move = { from: ['planned', 'stopped'], to: 'running', actor, at: deps.clock() }
  return moveNamed(deps, name, running, async (tx, batchId) => {
    await deps.queue.enqueue(tx, 'replay', [{ data: { batchId, done: await lockedAt(tx, batchId) } }])
  })
}

/** Cancels one that is not over: what was replayed stays. */
export const cancelBatch = (deps: ReplayDeps, name: string, actor: Actor): Promise<BatchMove> =>
  moveNamed(deps, name, {
    from: ['planned', 'running', 'stopped'],
    to: 'cancelled',
    actor,
    at: deps.clock(),
  })
