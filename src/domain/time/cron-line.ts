// A cron line as data: which minutes, which hours, which days. Five fields, no seconds. cron-parser reads the text; when
// the line is due is for due-times.ts to say, by the calendar of a zone.
import { type CronExpression, CronExpressionParser } from 'cron-parser'

export interface CronLine {
  minutes: readonly number[]
  hours: readonly number[]
  /** It names all 24 hours: such a line follows the hours as they pass, also those that the clock shows twice. */
  isEveryHour: boolean
  /** Whether it is due at all on this day, given as the UTC midnight of the same date. */
  isOn(dayMs: number): boolean
}

export interface CronProblem {
  message: string
  hint: string
}

const FIELDS = [
  { name: 'minute', first: 0, last: 59 },
  { name: 'hour', first: 0, last: 23 },
  { name: 'day', first: 1, last: 31 },
  { name: 'month', first: 1, last: 12 },
  { name: 'weekday', first: 0, last: 6 },
] as const
const HINT = 'minute hour day month weekday, like "0 7 * * 1-5" or "0 7 * * mon"'
/** A star, a value or a range; a step only after a star or a range. cron-parser checks the values. */
const PART = /^(?:(?:[*?]|\w+-\w+)(?:\/\d+)?|\w+|\w+#\d)$/
const DAY_MS = 86_400_000

/** What a step of whole minutes or hours was meant as, in a line that keeps it. */
function meantByStep(name: string, step: number): string {
  if (name === 'minute') {
    const hours = Math.min(12, Math.max(1, Math.round(step / 60)))
    return hours === 1
      ? 'for every hour write "0 * * * *"'
      : `for every ${hours} hours write "0 */${hours} * * *"`
  }
  return name === 'hour' ? 'for every day write "0 0 * * *"' : `name each ${name}, like "1,15"`
}

/** Cron counts steps within a field: one that is longer than the field is due once in it, whatever it looks like. */
function stepProblem(parts: string[]): CronProblem | undefined {
  for (const [at, { name, first, last }] of FIELDS.entries())
    for (const part of parts[at]?.split(',') ?? []) {
      const [, range = '', step = ''] = /^(.+)\/(\d+)$/.exec(part) ?? []
      if (step === '') continue
      const [from = first, to = last] = /^\d+-\d+$/.test(range) ? range.split('-').map(Number) : []
      if (Number(step) > to - from)
        return {
          message: `"${part}" never means every ${step} ${name}s: a step counts within its field, so this is ${name} ${from} alone`,
          hint: meantByStep(name, Number(step)),
        }
    }
  return undefined
}

function isOnDay({ month, dayOfMonth, dayOfWeek }: CronExpression['fields'], dayMs: number): boolean {
  const day = new Date(dayMs)
  const date = day.getUTCDate()
  if (!month.values.some((value) => value === day.getUTCMonth() + 1)) return false
  const daysLeft = (Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1) - dayMs) / DAY_MS - 1
  const isDate = dayOfMonth.values.some((value) => value === date || (value === 'L' && daysLeft === 0))
  const isNth = dayOfWeek.nthDay <= 0 || Math.ceil(date / 7) === dayOfWeek.nthDay
  const isWeekday = dayOfWeek.values.some((value) => {
    const [, weekday, isLast] = /^(\d)(L?)$/i.exec(String(value)) ?? []
    return Number(weekday) % 7 === day.getUTCDay() && isNth && (!isLast || daysLeft < 7)
  })
  // As cron has always done: of a date and a weekday that are both named, either is enough.
  if (dayOfWeek.isWildcard) return isDate
  return dayOfMonth.isWildcard ? isWeekday : isDate || isWeekday
}

function parse(text: string): CronExpression | undefined {
  try {
    return CronExpressionParser.parse(text)
  } catch {
    return undefined
  }
}

/** A day that is none of its months': with each of the two alone it would be a line. cron-parser only says that it is none. */
function neverProblem(text: string, [minute, hour, day, month, weekday]: string[]): CronProblem | undefined {
  const isLine = (date: string) => parse(`${minute} ${hour} ${date} ${weekday}`) !== undefined
  if (!isLine(`${day} *`) || !isLine(`* ${month}`)) return undefined
  return {
    message: `"${text}" never comes: month ${month} has no day ${day}`,
    hint: `for the last day of a month write L: "${minute} ${hour} L ${month} ${weekday}"`,
  }
}

/** The line, or what is wrong with it. */
export function readCron(text: string): CronLine | CronProblem {
  const parts = text.trim().split(/\s+/)
  if (parts.length === 6)
    return {
      message: `"${text}" has six fields; a cron line has five, without seconds`,
      hint: `leave out the first one, the seconds: "${parts.slice(1).join(' ')}"`,
    }
  const isFive = parts.length === 5 && parts.every((part) => part.split(',').every((one) => PART.test(one)))
  if (isFive) {
    const problem = stepProblem(parts)
    if (problem) return problem
  }
  // "H" is Jenkins' word for a time chosen at random: another one each time it is read.
  const isDrawn = parts.some((part) => /(?:^|,)h/i.test(part))
  const mayBeRead = isFive && !isDrawn
  const fields = mayBeRead ? parse(parts.join(' '))?.fields : undefined
  if (!fields)
    return (mayBeRead && neverProblem(text, parts)) || { message: `"${text}" is not a cron line`, hint: HINT }
  const hours = [...fields.hour.values]
  return {
    minutes: [...fields.minute.values],
    hours,
    isEveryHour: hours.length === 24,
    isOn: (dayMs) => isOnDay(fields, dayMs),
  }
}

/**
 * The fifth of a weekday in February alone: only a leap year that begins with it has one. Every other line that can be read
 * comes within nine years.
 */
function seldomProblem(text: string): CronProblem | undefined {
  const parts = text.trim().split(/\s+/)
  const [minute, hour, , month, weekday = ''] = parts
  const fields = weekday.endsWith('#5') ? parse(parts.join(' '))?.fields : undefined
  if (!fields || fields.month.values.some((value) => value !== 2)) return undefined
  const { dayOfMonth } = fields
  const hasDate = dayOfMonth.values.some((value) => value === 'L' || value <= 29)
  if (hasDate && !dayOfMonth.isWildcard) return undefined
  return {
    message: `"${text}" comes once in 28 years: February has a fifth ${weekday.slice(0, -2)} only when its 29th is one`,
    hint: `for the last one of the month write "${minute} ${hour} * ${month} ${weekday.slice(0, -2)}L"`,
  }
}

/** What is wrong with it; undefined when it is a cron line that comes. */
export function cronProblem(text: string): CronProblem | undefined {
  const read = readCron(text)
  return 'message' in read ? read : seldomProblem(text)
}
