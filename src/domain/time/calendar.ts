// Business calendars: which hours of which days count, in which zone, and whose holidays do not.
import { z } from 'zod'

const days: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
export type OpenHours = { days: boolean[]; fromMinute: number; toMinute: number }

const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const hoursPattern = new RegExp(
  `^(${day}(?:-${day})?(?:\\+${day}(?:-${day})?)*) (\\d{1,2}):(\\d{2})-(\\d{1,2}):(\\d{2})$`,
)

const daysOf = (text: string): boolean[] => {
  const open = days.map(() => false)
  for (const part of text.split('+')) {
    const [first = '', last = first] = part.split('-')
    const from = days.indexOf(first)
    const to = days.indexOf(last)
    for (let at = from; ; at = (at + 1) % 7) {
      open[at] = true
      if (at === to) break
    }
  }
  return open
}

/** Reads "Mon-Fri 09:00-17:00, Sat 10:00-14:00"; undefined when it is not like that. Index 0 is Monday. */
export const parseHours = (text: string): OpenHours[] | undefined => {
  const all: OpenHours[] = []
  for (const part of text.split(',')) {
    const [, which, h1, m1, h2, m2] = hoursPattern.exec(part.trim()) ?? []
    if (which === undefined) return undefined
    const fromMinute = Number(h1) * 60 + Number(m1)
    const toMinute = Number(h2) * 60 + Number(m2)
    if (Number(m1) > 59 || Number(m2) > 59 || toMinute > 1440 || fromMinute >= toMinute) return undefined
    all.push({ days: daysOf(which), fromMinute, toMinute })
  }
  return all
}

export const calendarSchema = z.strictObject({
  timezone: z.string().default('UTC'),
  hours: z
    .string()
    .refine(
      (text) => parseHours(text) !== undefined,
      'write hours like "Mon-Fri 09:00-17:00, Sat 10:00-14:00"',
    ),
  holidays: z
    .string()
    .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}$/, 'write a country like DE, or a country and state like DE-BY')
    .optional(),
  closed: z
    .array(z.iso.date('write a day like 2026-12-24'))
    .default([])
    .describe('Further days that do not count'),
})

export type Calendar = z.output<typeof calendarSchema>
