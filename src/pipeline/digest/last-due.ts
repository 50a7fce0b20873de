// When a digest was due last.
import { readCron } from '../../domain/cron-line.ts'
import { lastDue as lastDueOf } from '../../domain/due-times.ts'

/** The last time at or before `now`; undefined when the line is none or never comes. */
export function lastDue(cron: string, timezone: string, now: Date): Date | undefined {
  const line = readCron(cron)
  // Checked when the standards were published; a wrong one must not stop the others.
  return 'message' in line ? undefined : lastDueOf(line, timezone, { after: new Date(0), now })
}
