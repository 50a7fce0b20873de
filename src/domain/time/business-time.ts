// Business time: what of a stretch of time lies within opening hours. Holidays and daylight saving are minded:
// hours are wall-clock hours of the calendar's zone, and the length of a day is what the zone says it is.
import { DateTime } from 'luxon'
import { type Calendar, parseHours } from './calendar.ts'
import { holidayRules } from './holiday-rules.ts'

type Interval = { from: number; to: number }

/** No further than this is looked, in days: a calendar that never opens, or a date in the year 1, must not hang us. */
const mostDays = 20_000

/** Public holidays by place and year, as ISO days: asking the library for each day would take most of the time. */
const holidaysByYear = new Map<string, ReadonlySet<string>>()
const holidaysIn = (place: string, year: number): ReadonlySet<string> => {
  const name = `${place} ${year}`
  const known = holidaysByYear.get(name)
  if (known) return known
  const days = new Set<string>()
  for (const holiday of holidayRules(place).getHolidays(year)) {
    if (holiday.type !== 'public') continue
    const first = DateTime.fromSQL(holiday.date, { zone: 'utc' }).startOf('day')
    const length = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / dayMs))
    for (let day = 0; day < length; day += 1) days.add(first.plus({ days: day }).toISODate() ?? '')
  }
  if (holidaysByYear.size > mostYears) holidaysByYear.clear()
  holidaysByYear.set(name, days)
  return days
}
const dayMs = 86_400_000
const mostYears = 500

const isHoliday = (day: DateTime, calendar: Calendar): boolean => {
  const date = day.toISODate() ?? ''
  if (calendar.closed.includes(date)) return true
  return calendar.holidays !== undefined && holidaysIn(calendar.holidays, day.year).has(date)
}

const openings = new Map<string, ReturnType<typeof parseHours>>()
const hoursOf = (calendar: Calendar) => {
  if (!openings.has(calendar.hours)) openings.set(calendar.hours, parseHours(calendar.hours))
  return openings.get(calendar.hours) ?? []
}

/** Not the same hour of the next day: where clocks change at midnight, a day begins at one. */
const dayAfter = (day: DateTime): DateTime => day.plus({ days: 1 }).startOf('day')

/** The open stretches of one day, in order, as epoch milliseconds. */
const openOn = (day: DateTime, calendar: Calendar): Interval[] => {
  if (isHoliday(day, calendar)) return []
  const at = (minute: number) =>
    minute === 1440
      ? dayAfter(day).toMillis()
      : day.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toMillis()
  return hoursOf(calendar)
    .filter((hours) => hours.days[day.weekday - 1])
    .map((hours) => ({ from: at(hours.fromMinute), to: at(hours.toMinute) }))
    .toSorted((a, b) => a.from - b.from)
}

const startOfDay = (time: Date, calendar: Calendar): DateTime =>
  DateTime.fromJSDate(time, { zone: calendar.timezone }).startOf('day')

/** When `ms` of business time after `start` have passed. Friday 16:50 + 2 h in Mon-Fri 9-17 is Monday 10:50. */
export const addBusinessTime = (start: Date, ms: number, calendar: Calendar): Date => {
  let left = ms
  let day = startOfDay(start, calendar)
  for (let count = 0; count < mostDays; count += 1) {
    for (const { from, to } of openOn(day, calendar)) {
      const begin = Math.max(from, start.getTime())
      if (begin >= to) continue
      if (left <= to - begin) return new Date(begin + left)
      left -= to - begin
    }
    day = dayAfter(day)
  }
  throw new RangeError(
    `The calendar "${calendar.hours}" is not open for ${ms} ms within ${mostDays} days of ${start.toISOString()}`,
  )
}

/** Business time between two moments, in milliseconds; negative when `to` is before `from`. */
export const businessMsBetween = (from: Date, to: Date, calendar: Calendar): number => {
  if (to < from) return -businessMsBetween(to, from, calendar)
  if (to.getTime() - from.getTime() > mostDays * dayMs)
    throw new RangeError(
      `${from.toISOString()} and ${to.toISOString()} are too far apart to count business hours`,
    )
  let total = 0
  let day = startOfDay(from, calendar)
  while (day.toMillis() < to.getTime()) {
    for (const open of openOn(day, calendar)) {
      total += Math.max(0, Math.min(open.to, to.getTime()) - Math.max(open.from, from.getTime()))
    }
    day = dayAfter(day)
  }
  return total
}
