// "until Friday", "until tomorrow", "until 2026-01-31": the end of that day on the person's own clock.
import { DateTime } from 'luxon'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** The first moment after that day; undefined when the word names none, one that is over, or one a century away. */
export function untilDay(word: string, now: Date, timezone: string): Date | undefined {
  const here = DateTime.fromJSDate(now, { zone: timezone })
  const today = (here.isValid ? here : DateTime.fromJSDate(now, { zone: 'UTC' })).startOf('day')
  const lower = word.toLowerCase()
  const weekday = lower.length < 3 ? -1 : weekdays.findIndex((name) => name.startsWith(lower))
  const day = (() => {
    if (lower === 'today') return today
    if (lower === 'tomorrow') return today.plus({ days: 1 })
    if (weekday >= 0) return today.plus({ days: (weekday + 1 - today.weekday + 7) % 7 })
    const read = DateTime.fromISO(word, { zone: today.zone })
    return read.isValid ? read.startOf('day') : undefined
  })()
  if (!day || day < today || day > today.plus({ years: 100 })) return undefined
  return day.plus({ days: 1 }).toJSDate()
}
