// Snooze: no reminders and no escalation until then. The exception stays open, and its due time stays what it was.
import { changeException } from '../../db/exception-acts.ts'
import { alreadySettled, readException, refusal, type SettleDeps } from './held.ts'
import type { Actor, ReassignAnswer } from './settlement.ts'

export type SnoozeAnswer =
  | { kind: 'snoozed'; until: Date }
  | Extract<ReassignAnswer, { kind: 'already_settled' | 'not_allowed' | 'unknown' | 'not_eligible' }>

const MOST_MS = 31 * 24 * 3_600_000

export async function snooze(
  deps: SettleDeps,
  { exceptionId, actor, until }: { exceptionId: string; actor: Actor; until: Date },
): Promise<SnoozeAnswer> {
  const { db, clock, cardsChanged } = deps
  const exception = await readException(db.prisma, exceptionId)
  if (!exception) return { kind: 'unknown' }
  if (exception.state !== 'open') return alreadySettled(exception)
  const who = await refusal(db.prisma, exception, actor, 'settle')
  if (who !== undefined) return { kind: 'not_allowed', who }
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
