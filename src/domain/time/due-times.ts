// When a cron line is due, by the calendar of a zone. One rule wherever clocks change, for schedules and digests alike:
// every time of the calendar counts once. One that the clock leaps over comes as much later as it leaps (02:30 is
// 03:30, a midnight that does not exist is 01:00); one that the clock shows twice counts the first time. Only a line
// that names every hour follows the hours as they pass, and is due in both. Two that fall together are one.
import type { CronLine } from './cron-line.ts'
import { DAY_MS, dayOf, instantsOn } from './zone-day.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** A leap day is on the same weekday again after 40 years at most, when a century in between has none. */
const MOST_DAYS = 41 * 366

/** Due times of one date, in order. A missing one may lie on the next date. */
export function duesOn(line: CronLine, day: number, timezone: string): number[] {
  if (!line.isOn(day)) return []
  const instants = instantsOn(day, timezone)
  const dues = new Set<number>()
  for (const hour of line.hours)
    for (const minute of line.minutes) {
      const { first, second } = instants(day + hour * HOUR_MS + minute * MINUTE_MS)
      dues.add(first)
      if (second !== undefined && line.isEveryHour) dues.add(second)
    }
  return [...dues].toSorted((a, b) => a - b)
}

/** The first time after `after`; undefined when there is none for 41 years: there never is. */
export function nextDue(line: CronLine, timezone: string, after: Date): Date | undefined {
  const from = after.getTime()
  // From the day before: what was missing there may come only now.
  const firstDay = dayOf(from, timezone) - DAY_MS
  for (let day = firstDay; day <= firstDay + MOST_DAYS * DAY_MS; day += DAY_MS) {
    const due = duesOn(line, day, timezone).find((at) => at > from)
    if (due === undefined) continue
    const ofNextDay = duesOn(line, day + DAY_MS, timezone).find((at) => at > from)
    return new Date(Math.min(due, ofNextDay ?? due))
  }
  return undefined
}

function lastBetween(line: CronLine, timezone: string, { from, to }: { from: number; to: number }) {
  let last: number | undefined
  for (let day = dayOf(from, timezone) - DAY_MS; day <= dayOf(to, timezone); day += DAY_MS)
    for (const at of duesOn(line, day, timezone)) if (at > from && at <= to && at > (last ?? 0)) last = at
  return last === undefined ? undefined : new Date(last)
}

/** The last time after `after` and at or before `now`, however many came between: only the last is caught up. */
export function lastDue(
  line: CronLine,
  timezone: string,
  { after, now }: { after: Date; now: Date },
): Date | undefined {
  // Close to now first: a year of minutes need not be counted.
  for (const days of [2, 40, 400, MOST_DAYS]) {
    const from = Math.max(after.getTime(), now.getTime() - days * DAY_MS)
    const last = lastBetween(line, timezone, { from, to: now.getTime() })
    if (last || from === after.getTime()) return last
  }
  return undefined
}
