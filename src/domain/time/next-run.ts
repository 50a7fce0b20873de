// What a schedule does at a moment, from what is stored of it: plan its next due time, take what is due, or wait. Only
// forward from what is stored: nothing is looked for backwards from now, so a clock that was changed loses nothing.
import type { CronLine } from './cron-line.ts'
import { lastDue, nextDue } from './due-times.ts'

export interface Stored {
  cron: string
  timezone: string
  nextAt: Date
  lastAt: Date | null
}

export type NextRun =
  | { do: 'wait' }
  /** Store this, then ask again. */
  | { do: 'plan'; nextAt: Date }
  | { do: 'take'; dueAt: Date; nextAt: Date }

/** A replica whose clock is behind by less is no clock that was set back. */
const SET_BACK_MS = 60_000

export interface Schedule {
  cron: string
  line: CronLine
  timezone: string
}

/**
 * `since` is from when on its times are promised; it is asked for only when the schedule is planned. Of several times
 * that passed unseen the last one is taken. A line that never comes waits.
 */
export async function nextRun(
  { cron, line, timezone }: Schedule,
  stored: Stored | undefined,
  { now, since }: { now: Date; since: () => Promise<Date> },
): Promise<NextRun> {
  const next = (after: number) => nextDue(line, timezone, new Date(after))
  const nextAfterNow = next(now.getTime())
  if (!nextAfterNow) return { do: 'wait' }
  const plan = (first: Date): NextRun => {
    const after = new Date(Math.min(first.getTime() - 1, now.getTime()))
    return { do: 'plan', nextAt: lastDue(line, timezone, { after, now }) ?? nextAfterNow }
  }
  if (stored?.cron !== cron || stored.timezone !== timezone) return plan(await since())
  const { nextAt, lastAt } = stored
  // Rules of zones change with an upgrade of Node: what was planned by the old ones may be no due time any more.
  if (next(nextAt.getTime() - 1)?.getTime() !== nextAt.getTime())
    return plan(lastAt ? new Date(lastAt.getTime() + 1) : await since())
  // The clock was ahead and was set back: its next time is not that far. One that was taken before is not taken again,
  // since its event, or its digest, is there.
  if (nextAt > (next(now.getTime() + SET_BACK_MS) ?? nextAfterNow))
    return { do: 'plan', nextAt: nextAfterNow }
  if (nextAt > now) return { do: 'wait' }
  const dueAt = lastDue(line, timezone, { after: new Date(nextAt.getTime() - 1), now }) ?? nextAt
  return { do: 'take', dueAt, nextAt: nextAfterNow }
}
