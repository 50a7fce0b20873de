// When a cron expression fired last, as the clocks of its zone went.
import { CronExpressionParser } from 'cron-parser'

/** A tick may come a moment early by the clock: one due within this time counts as due. */
const EARLY_MS = 1000

/** The last time at or before `now`; undefined when the expression is none or never fires. */
export function lastDue(cron: string, timezone: string, now: Date): Date | undefined {
  try {
    const currentDate = new Date(now.getTime() + EARLY_MS)
    return CronExpressionParser.parse(cron, { tz: timezone, currentDate }).prev().toDate()
  } catch {
    return undefined // checked when the standards were published; a wrong one must not stop the others
  }
}
