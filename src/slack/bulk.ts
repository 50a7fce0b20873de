// Doing one thing to all that is open in a storm, at a rate. Each is resolved like a single press, with its own claim
// and audit, so a stop in the middle leaves the rest open and nothing half done.
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/store/open.ts'
import { lastTries, openInStorm } from '../db/exceptions/storms.ts'
import type { ReassignAnswer, ResolveAnswer } from '../pipeline/exception/resolution.ts'

export interface BulkResult {
  done: number
  /** Resolved by somebody else meanwhile. */
  others: number
  left: number
  /** Why it stopped before the end. */
  stopped?: string
}

interface Begun {
  db: Database
  stormId: string
  /** The ones that were open when it began. */
  begun: Set<string>
  since: Date
  done: number
}

export interface Bulk {
  db: Database
  stormId: string
  perSecond: number
  clock: () => Date
  act: (exceptionId: string) => Promise<ResolveAnswer | ReassignAnswer>
  stopping: AbortSignal
}

// Looked at after each so many: do they get on, or does what they call fail again?
const LOOK_EVERY = 10
// As many in a row as open the breaker of a target (src/connectors/targets.ts); read from the attempts, for the worker that
// called may be another process.
const FAILURES_IN_A_ROW = 5

/** Why it is better to stop; undefined: go on. */
async function whyStop({ db, stormId, begun, since, done }: Begun): Promise<string | undefined> {
  const tries = await lastTries(db.prisma, stormId, { since, most: FAILURES_IN_A_ROW })
  if (tries.length === FAILURES_IN_A_ROW && tries.every((state) => state !== 'done'))
    return `the last ${FAILURES_IN_A_ROW} tries failed: what they call is still down`
  const fresh = (await openInStorm(db.prisma, stormId)).filter((one) => !begun.has(one)).length
  return fresh >= done ? 'new ones open as fast as they are resolved' : undefined
}

export async function actOnAll({ db, stormId, perSecond, clock, act, stopping }: Bulk): Promise<BulkResult> {
  const ids = await openInStorm(db.prisma, stormId)
  const begun = new Set(ids)
  const since = clock()
  const result: BulkResult = { done: 0, others: 0, left: 0 }
  for (const [at, id] of ids.entries()) {
    const left = ids.length - at
    if (stopping.aborted) return { ...result, left, stopped: 'Signalbox was told to stop' }
    const answer = await act(id)
    if (answer.kind === 'resolved' || answer.kind === 'reassigned') result.done += 1
    else if (answer.kind === 'already_resolved' || answer.kind === 'unknown') result.others += 1
    else if (answer.kind === 'not_allowed')
      return { ...result, left, stopped: `you can't do this, ask ${answer.who}` }
    else if ('because' in answer) return { ...result, left, stopped: answer.because }
    if ((at + 1) % LOOK_EVERY === 0) {
      const stopped = await whyStop({ db, stormId, begun, since, done: result.done })
      if (stopped !== undefined) return { ...result, left: left - 1, stopped }
    }
    await pause(1000 / perSecond)
  }
  return result
}
