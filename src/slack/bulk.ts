// Doing one thing to all that is open in a storm, at a rate. Each is settled like a single press, with its own claim
// and audit, so a stop in the middle leaves the rest open and nothing half done.
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/open.ts'
import { openInStorm } from '../db/storms.ts'
import type { ReassignAnswer, SettleAnswer } from '../pipeline/exception/settlement.ts'

export interface BulkResult {
  done: number
  /** Settled by somebody else meanwhile. */
  others: number
  left: number
  /** Why it stopped before the end. */
  stopped?: string
}

interface Bulk {
  db: Database
  stormId: string
  perSecond: number
  act: (exceptionId: string) => Promise<SettleAnswer | ReassignAnswer>
}

// Looked at after each so many: did the storm's targets come back?
const LOOK_EVERY = 20

export async function actOnAll({ db, stormId, perSecond, act }: Bulk): Promise<BulkResult> {
  const ids = await openInStorm(db.prisma, stormId)
  const begun = new Set(ids)
  const result: BulkResult = { done: 0, others: 0, left: 0 }
  for (const [at, id] of ids.entries()) {
    const left = ids.length - at
    const answer = await act(id)
    if (answer.kind === 'settled' || answer.kind === 'reassigned') result.done += 1
    else if (answer.kind === 'already_settled' || answer.kind === 'unknown') result.others += 1
    else if (answer.kind === 'not_allowed')
      return { ...result, left, stopped: `you may not; who may: ${answer.who}` }
    else if ('because' in answer) return { ...result, left, stopped: answer.because }
    if ((at + 1) % LOOK_EVERY === 0) {
      const fresh = (await openInStorm(db.prisma, stormId)).filter((one) => !begun.has(one)).length
      if (fresh >= result.done)
        return { ...result, left: left - 1, stopped: 'they come back as fast as they go' }
    }
    await pause(1000 / perSecond)
  }
  return result
}
