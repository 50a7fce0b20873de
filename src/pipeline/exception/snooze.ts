// Snooze: no reminders and no escalation until then. The exception stays open, and its due time stays what it was.
import { changeException } from '../../db/exceptions/exception-acts.ts'
import { openFor, type ResolveDeps } from './held.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { ReassignAnswer } from './resolution.ts'

export type SnoozeAnswer =
  | { kind: 'snoozed'; until: Date }
  | Extract<ReassignAnswer, { kind: 'already_resolved' | 'not_allowed' | 'unknown' | 'not_eligible' }>

const MOST_MS = 31 * 24 * 3_600_000

export async function snooze(
  deps: ResolveDeps,
  { exceptionId, actor, until }: { exceptionId: string; actor: Actor; until: Date },
): Promise<SnoozeAnswer> {
  const { db, clock, cardsChanged } = deps
  const found = await openFor({ db }, { exceptionId, actor, permission: 'attend' })
  if (found.kind !== 'open') return found
  const at = clock()
  if (until <= at) return { kind: 'not_eligible', because: 'That time is over: open this window anew.' }
  if (until.getTime() - at.getTime() > MOST_MS)
    return { kind: 'not_eligible', because: 'Choose a time within the next 31 days.' }
  const isDone = await db.transaction((tx) =>
    changeException(tx, {
      exceptionId,
      // Who opened the window to snooze it was on it by that; what they chose holds, not four hours.
      data: { snoozedUntil: until, acknowledgedAt: null },
      actor,
      action: 'exception.snoozed',
      at,
      after: { until: until.toISOString() },
    }),
  )
  if (!isDone) return snooze(deps, { exceptionId, actor, until })
  cardsChanged()
  return { kind: 'snoozed', until }
}
