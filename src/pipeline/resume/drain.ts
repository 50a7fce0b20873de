// Draining: everything is paused, and what workers already have in hand is waited for.
import type { Database } from '../../db/store/open.ts'
import { waitingRuns } from '../../db/pauses.ts'
import { takenRuns } from '../../db/runs/runs-to-act.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import { NOTICED_WITHIN_MS, pause } from './pauses.ts'

export interface Drained {
  /** Jobs and runs that are still being worked on; 0: drained. */
  inHand: number
  /** Runs in flight that wait for the end of the pause. */
  waiting: number
}

const LOOK_EVERY_MS = 100

/** Pauses everything and resolves once nothing is in hand, or after `withinMs`. The pause stays. */
export async function drain(
  { db, queue, clock }: { db: Database; queue: Queue; clock: () => Date },
  { actor, note = 'drain', withinMs }: { actor: Actor; note?: string; withinMs: number },
): Promise<Drained> {
  await pause(db, { id: 'all', actor, note }, clock())
  const pausedAt = performance.now()
  const until = pausedAt + withinMs
  for (;;) {
    const inHand = (await queue.inHand()) + (await takenRuns(db.prisma, clock()))
    const now = performance.now()
    // Before that, a worker may not know yet, and take up more.
    const isSeen = now - pausedAt > NOTICED_WITHIN_MS
    if ((inHand === 0 && isSeen) || now > until) return { inHand, waiting: await waitingRuns(db.prisma) }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
