// A year of response times, in five zones that change their clocks at five different times, against a calendar that walks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBusinessTime, businessMsBetween } from '../../src/domain/time/business-time.ts'
import { calendarSchema } from '../../src/domain/time/calendar.ts'
import { pick, seeded } from '../random.ts'
import { dueByWalk, openMinutes } from '../calendar/open-minutes.ts'
import { changesIn, walk } from '../calendar/walk.ts'

const MINUTE = 60_000
const YEAR = { from: Date.UTC(2027, 0, 1), to: Date.UTC(2028, 2, 1) }
const LAST_START = Date.UTC(2028, 0, 1)
const DAY = 86_400_000
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'Australia/Lord_Howe',
]
const HOURS = [
  { text: 'Mon-Fri 09:00-17:00', weekdays: [1, 2, 3, 4, 5], fromHour: 9, toHour: 17 },
  { text: 'Mon-Sun 00:00-24:00', weekdays: [0, 1, 2, 3, 4, 5, 6], fromHour: 0, toHour: 24 },
  { text: 'Sat-Sun 00:00-06:00', weekdays: [0, 6], fromHour: 0, toHour: 6 },
]

/** Every half day, and every two hours around a change of clocks. */
function startsIn(timezone: string): number[] {
  const starts: number[] = []
  for (let at = YEAR.from; at < LAST_START; at += 11 * 67 * MINUTE) starts.push(at)
  for (const change of changesIn(timezone, YEAR))
    for (let at = change - 3 * DAY; at < change + DAY; at += 107 * MINUTE) starts.push(at)
  return starts.filter((at) => at >= YEAR.from && at < LAST_START)
}

for (const timezone of ZONES)
  test(`every response time of a year is due when it is in ${timezone}`, () => {
    const random = seeded(2027)
    const walked = walk(timezone, YEAR)
    for (const { text, ...hours } of HOURS) {
      const calendar = calendarSchema.parse({ timezone, hours: text })
      const ends = openMinutes(hours, walked, YEAR.from)
      for (const start of startsIn(timezone)) {
        const minutes = pick(random, [1, 30, 60, 120, 480, 1500])
        const due = addBusinessTime(new Date(start), minutes * MINUTE, calendar)
        const by = dueByWalk(ends, start, minutes) ?? assert.fail('the year is too short')
        const what = `${minutes} min after ${new Date(start).toISOString()}, ${text}`
        assert.equal(due.toISOString(), new Date(by).toISOString(), what)
        assert.equal(businessMsBetween(new Date(start), due, calendar), minutes * MINUTE, what)
      }
    }
  })
