// Times in texts, read the same on any day and in any season: what a format leaves out never comes from the system clock.
import { DateTime } from 'luxon'
import { shorten } from '../../text/cut.ts'
import { isAnyNumber } from '../../values/decimal.ts'
import { isNumberText } from '../../values/exact-number.ts'
import { shown } from '../values.ts'
import { AbsentError, FunctionError } from '../errors.ts'

/** Longer than any time is written; Luxon makes patterns of formats and runs them over the text. */
const longestTime = 100
const locale = 'en-US'

/** What a format says of the day, by Luxon's tokens: `D`, `f` and `F` are whole dates. */
interface Says {
  year: boolean
  month: boolean
  day: boolean
  /** A day of the week or a number of the year, which is none without that year. */
  odd: boolean
  /** The zone, or how far it is from UTC. */
  zone: boolean
}
const mostFormats = 500
const formats = new Map<string, Says>()

const saysOf = (format: string): Says => {
  const known = formats.get(format)
  if (known) return known
  // Luxon's types have no tokens; without any, a format says nothing.
  const explained: { tokens?: { literal: boolean; val: string }[] } = DateTime.fromFormatExplain('', format, {
    locale,
  })
  const has = (pattern: RegExp) =>
    explained.tokens?.some(({ literal, val }) => !literal && pattern.test(val)) ?? false
  const says = {
    year: has(/^[ykDfF]/),
    month: has(/^[MLDfF]/),
    day: has(/^[dDfF]/),
    odd: has(/^[EcWoq]/),
    zone: has(/^[zZ]/),
  }
  if (formats.size >= mostFormats) formats.clear()
  formats.set(format, says)
  return says
}

/** Whether a format leaves the day or its year open, so that a text in it means another time each day. */
export const isDayless = (format: string): boolean => !saysOf(format).year

/** A zone whose times are the same on every machine: Luxon's `local` and `system` are whatever this one has. */
export const isZone = (zone: string): boolean =>
  !/^(local|system|default)$/i.test(zone.trim()) && DateTime.utc().setZone(zone).isValid

export const zoneFault = (zone: string): string =>
  `there is no time zone ${JSON.stringify(shorten(zone, 60))}: one is written like Europe/Berlin or UTC`

/** The part of the date that text and format leave out, taken from `now` in the zone. */
const dated = (text: string, format: string, now: DateTime): [text: string, format: string] => {
  const { month, day, odd } = saysOf(format)
  if (odd)
    throw new FunctionError(`${format} leaves out the year, and cannot be completed: give all of the date`)
  const before = month ? 'yyyy' : day ? 'yyyy-MM' : 'yyyy-MM-dd'
  return [`${now.toFormat(before)} ${text}`, `${before} ${format}`]
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) throw new AbsentError('the time is not there')
  if (typeof value !== 'string') throw new FunctionError('the time must be text: excelTime(x) reads a number')
  if (value.trim() === '') throw new AbsentError('the time is empty')
  if (value.length > longestTime)
    throw new FunctionError(`a text of ${value.length} characters is not a time`)
  return value.trim()
}

/**
 * Formats are Luxon's tokens. Without a zone in the text, it is read in the given one, else in UTC. A format without a year
 * takes what it leaves out from `now`, and cannot be read without it.
 */
export const parseTime = (value: unknown, format: string, zone = 'UTC', now?: Date): Date => {
  const text = textOf(value)
  if (!isZone(zone)) throw new FunctionError(zoneFault(zone))
  const isOpen = isDayless(format)
  if (isOpen && !now)
    throw new FunctionError(
      `${format} does not say which day is meant: parseTime(x, "${format}", "${zone}", now) takes it from now`,
    )
  const whole =
    isOpen && now ? dated(text, format, DateTime.fromJSDate(now, { zone })) : ([text, format] as const)
  // What the text says of its zone counts; only without it an hour may be meant that comes twice.
  const time = DateTime.fromFormat(...whole, { zone, locale, setZone: saysOf(format).zone })
  // An hour that a clock change doubles: its first one. Luxon's own choice changes with the season it is asked in.
  const [first = time] = time.isValid ? time.getPossibleOffsets() : []
  if (first.isValid) return first.toJSDate()
  throw new FunctionError(`"${shorten(text, 60)}" is not a time like ${format}`)
}

/** 1 January 1970 as a spreadsheet counts days: from 30 December 1899. */
const EPOCH_AS_SERIAL = 25_569
const serials = { from: 20_000, to: 80_000 }

/** Days as spreadsheets count them, with the time as a fraction; undefined for what is none between 1954 and 2119. */
export const serialTime = (days: number): Date | undefined =>
  days >= serials.from && days <= serials.to
    ? new Date(Math.round((days - EPOCH_AS_SERIAL) * 86_400) * 1000)
    : undefined

export const excelTime = (value: unknown): Date => {
  if (value === null || value === undefined || value === '') throw new AbsentError('the time is not there')
  const days =
    typeof value === 'string' && isNumberText(value) ? Number(value) : isAnyNumber(value) && Number(value)
  const time = days === false ? undefined : serialTime(days)
  if (time) return time
  throw new FunctionError(
    `excelTime() reads days as spreadsheets count them, from 20000 (1954) to 80000 (2119), and got ${shown(value)}`,
  )
}

const wanted = 'a time (ISO 8601, or seconds since 1970)'

/** A number this large is milliseconds since 1970, a smaller one seconds (the year 5138 in seconds). */
const leastMillis = 1e11
/** Fewer seconds than this (March 1973) are something else: days of a spreadsheet, a year, 0 for "never". */
const leastSeconds = 1e8

/** Seconds or milliseconds as text. Shorter ones are dates: 20260105. */
const epochPattern = /^\d{9,13}(\.\d+)?$/
/** ISO 8601 with a day in it, or a month: "10:30" has neither, and "1030" may be a time as well as a year. */
const datedPattern = /^\d{4}-?(\d{2}|W\d{2}|\d{3})/i

/** How far from UTC a time says it is, where that is more than a day has (RFC 3339, 5.6): it would move to another day. */
const wrongOffset = /T.*[+-](2[4-9]|[3-9]\d|\d{2}:?[6-9]\d)(:?\d{2})?$/i

/** Whether a date has its day in the calendar: JavaScript reads 30 February as 2 March. */
export const isOfCalendar = (text: string): boolean => {
  const [, year, month, day] = (/^\s*(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return true
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
}

/** A time as events have it, or what is wrong with it, in words that follow "is not". */
export const readTime = (raw: unknown): Date | { wanted: string } => {
  const value = typeof raw === 'string' && epochPattern.test(raw.trim()) ? Number(raw) : raw
  const number = typeof value === 'string' && /^\d{5}(\.\d+)?$/.test(value.trim()) ? Number(value) : value
  if (typeof value === 'string' && /^\d{6}$/.test(value.trim()))
    return {
      wanted: `${wanted}: six digits may be a time, a day or a month, and parseTime(…, format) says which`,
    }
  if (typeof number === 'number' && Math.abs(number) < leastSeconds) {
    const serial = serialTime(number)
    return {
      wanted: serial
        ? `${wanted}: as a spreadsheet's day it is ${serial.toISOString().slice(0, 10)}, which excelTime(…) reads`
        : wanted,
    }
  }
  if (typeof value === 'string' && /^T?\d{1,2}:\d{2}/i.test(value.trim()))
    return {
      wanted: `${wanted}: it does not say which day, and parseTime(…, "H:mm", zone, now) takes it from now`,
    }
  const time =
    typeof value === 'number'
      ? DateTime.fromMillis(Math.abs(value) < leastMillis ? value * 1000 : value, { zone: 'utc' })
      : typeof value === 'string' && datedPattern.test(value.trim()) && !wrongOffset.test(value.trim())
        ? DateTime.fromISO(value.trim(), { zone: 'utc' })
        : undefined
  return time?.isValid === true && time.year >= 0 && time.year <= 9999 ? time.toJSDate() : { wanted }
}
