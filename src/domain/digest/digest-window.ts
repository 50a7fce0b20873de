// The stretch of time a digest is about: an ISO week (or a day) as the clocks of the digest's zone count it. A week
// with a change of clocks has 167 or 169 hours; a week across the new year belongs to the year of its Thursday.
import { DateTime } from 'luxon'
import { DAY_MS, dayOf, instantsOn, localOf } from '../time/zone-day.ts'

export const periods = ['day', 'week'] as const
export type Period = (typeof periods)[number]

/** From `start` to just before `end`. */
export interface DigestWindow {
  start: Date
  end: Date
  period: Period
  timezone: string
}

/** Where a date of the zone begins: at the first of two midnights, and after a missing one. */
const beginning = (day: number, timezone: string): number => instantsOn(day, timezone)(day).first

const lengthOf = (period: Period): number => (period === 'week' ? 7 : 1) * DAY_MS

const windowFrom = (day: number, period: Period, timezone: string): DigestWindow => ({
  start: new Date(beginning(day, timezone)),
  end: new Date(beginning(day + lengthOf(period), timezone)),
  period,
  timezone,
})

/** The date, or the Monday of its week. */
const firstDay = (day: number, period: Period): number =>
  period === 'week' ? day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS : day

/** The window that holds this moment. */
export const windowOf = (at: Date, timezone: string, period: Period = 'week'): DigestWindow =>
  windowFrom(firstDay(dayOf(at.getTime(), timezone), period), period, timezone)

/** The same stretch `count` windows earlier; of a window that ends early, as much of the earlier one. */
export const windowsEarlier = (window: DigestWindow, count: number): DigestWindow => {
  const { start, end, period, timezone } = window
  const back = count * lengthOf(period)
  const shifted = (time: Date): Date => {
    const day = dayOf(time.getTime(), timezone)
    // A day may begin at one o'clock, the earlier one at midnight.
    if (time.getTime() === beginning(day, timezone)) return new Date(beginning(day - back, timezone))
    const local = localOf(time.getTime(), timezone)
    return new Date(instantsOn(day - back, timezone)(local - back).first)
  }
  return { ...window, start: shifted(start), end: shifted(end) }
}

const wholeWindow = ({ start, timezone, period }: DigestWindow): DigestWindow =>
  windowOf(start, timezone, period)

/** Whether it is only the beginning of its week or day. */
export const endsEarly = (window: DigestWindow): boolean => window.end < wholeWindow(window).end

/** So many whole weeks or days before this one, however much of it is over; the oldest first. */
export const wholeWindowsBefore = (window: DigestWindow, count: number): DigestWindow[] =>
  Array.from({ length: count }, (_, at) => windowsEarlier(wholeWindow(window), count - at))

/** The last window that was over when the digest's cron fired. */
export const windowBefore = (firedAt: Date, timezone: string, period: Period = 'week'): DigestWindow =>
  windowsEarlier(windowOf(firedAt, timezone, period), 1)

/** What people call it: 2026-W47, or 2026-11-23 for a day. */
export const windowLabel = ({ start, period, timezone }: DigestWindow): string => {
  const local = DateTime.fromJSDate(start, { zone: timezone })
  return local.toFormat(period === 'week' ? "kkkk-'W'WW" : 'yyyy-MM-dd')
}

const FIRST_YEAR = 1970

/** The window that people call so; undefined when no calendar has it (2026-W54, 2026-02-30), or none since computers count. */
export const windowNamed = (label: string, timezone: string): DigestWindow | undefined => {
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(label) ?? []
  const local =
    year === undefined
      ? DateTime.fromFormat(label, 'yyyy-MM-dd', { zone: 'utc' })
      : DateTime.fromObject({ weekYear: Number(year), weekNumber: Number(week) }, { zone: 'utc' })
  return local.isValid && local.year >= FIRST_YEAR
    ? windowFrom(local.toMillis(), year === undefined ? 'day' : 'week', timezone)
    : undefined
}

/** Its days in words, in its own zone: "16 – 22 Nov 2026". */
export const windowDays = ({ start, end, timezone }: DigestWindow): string => {
  const first = DateTime.fromJSDate(start, { zone: timezone }).setLocale('en')
  const last = DateTime.fromMillis(end.getTime() - 1, { zone: timezone }).setLocale('en')
  if (first.hasSame(last, 'day')) return first.toFormat('d LLL yyyy')
  if (first.hasSame(last, 'month')) return `${first.toFormat('d')} – ${last.toFormat('d LLL yyyy')}`
  return `${first.toFormat(first.year === last.year ? 'd LLL' : 'd LLL yyyy')} – ${last.toFormat('d LLL yyyy')}`
}
