// Business time against the calendar on the wall: weekends, holidays, the two nights when clocks change.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { addBusinessTime, businessMsBetween } from '../../src/domain/time/business-time.ts'
import { type Calendar, calendarSchema, parseHours } from '../../src/domain/time/calendar.ts'

const hour = 3_600_000
const berlin = calendarSchema.parse({
  timezone: 'Europe/Berlin',
  hours: 'Mon-Fri 09:00-17:00',
  holidays: 'DE',
})
const always = calendarSchema.parse({ timezone: 'Europe/Berlin', hours: 'Mon-Sun 00:00-24:00' })
const add = (start: string, hours: number, calendar: Calendar = berlin) =>
  addBusinessTime(new Date(start), hours * hour, calendar).toISOString()

describe('business time', () => {
  test('Friday 16:50 and two hours is Monday 10:50', () => {
    assert.equal(add('2026-03-06T16:50:00+01:00', 2), '2026-03-09T09:50:00.000Z')
  })
  test('what begins before opening counts from opening', () => {
    assert.equal(add('2026-03-09T03:00:00+01:00', 1), '2026-03-09T09:00:00.000Z')
  })
  test('what ends exactly at closing is due at closing, not the next morning', () => {
    assert.equal(add('2026-03-09T15:00:00+01:00', 2), '2026-03-09T16:00:00.000Z')
  })
  test('holidays do not count: the Thursday before Good Friday goes on on Tuesday', () => {
    assert.equal(add('2026-04-02T16:00:00+02:00', 2), '2026-04-07T08:00:00.000Z')
  })
  test('further closed days do not count', () => {
    const closed = { ...berlin, closed: ['2026-03-09'] }
    assert.equal(add('2026-03-06T16:50:00+01:00', 2, closed), '2026-03-10T09:50:00.000Z')
  })
  test('the day in spring that has 23 hours has 23 business hours around the clock', () => {
    const from = new Date('2026-03-29T00:00:00+01:00')
    assert.equal(businessMsBetween(from, new Date('2026-03-30T00:00:00+02:00'), always), 23 * hour)
  })
  test('where clocks change at midnight, each hour of a day counts once too, on that day and after it', () => {
    const cairo = { ...always, timezone: 'Africa/Cairo' }
    const [from, to] = [new Date('2026-04-20T00:00:00+02:00'), new Date('2026-04-27T00:00:00+03:00')]
    assert.equal(businessMsBetween(from, to, cairo), to.getTime() - from.getTime())
    assert.equal(addBusinessTime(from, 167 * hour, cairo).getTime(), to.getTime())
    const mornings = { ...cairo, hours: 'Mon-Sun 00:00-12:00' }
    assert.equal(businessMsBetween(new Date('2026-04-25T00:00:00+03:00'), to, mornings), 24 * hour)
  })
  test('over the weekend of the change, hours stay hours of the wall clock', () => {
    assert.equal(add('2026-03-27T16:00:00+01:00', 2), '2026-03-30T08:00:00.000Z')
    assert.equal(add('2026-10-23T16:00:00+02:00', 2), '2026-10-26T09:00:00.000Z')
  })
  test('a calendar that never opens is refused rather than searched for ever', () => {
    const never = { ...berlin, hours: 'Mon 09:00-09:01', closed: [], holidays: undefined }
    assert.throws(() => addBusinessTime(new Date(0), 1000 * hour, never), RangeError)
  })
  test('ten years are counted, and what is too far apart is refused', () => {
    const hours =
      businessMsBetween(new Date('2016-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'), berlin) / hour
    assert.ok(hours > 19_000 && hours < 21_000)
    assert.throws(() => businessMsBetween(new Date('0001-01-01T00:00:00Z'), new Date(0), berlin), RangeError)
  })
  test('holidays of a state count there only', () => {
    const epiphany = '2026-01-06T10:00:00+01:00'
    assert.equal(add(epiphany, 1), '2026-01-06T10:00:00.000Z')
    assert.equal(add(epiphany, 1, { ...berlin, holidays: 'DE-BY' }), '2026-01-07T09:00:00.000Z')
  })
  test('lunch can be left out', () => {
    const lunch = calendarSchema.parse({ timezone: 'UTC', hours: 'Mon-Fri 09:00-12:00, Mon-Fri 13:00-17:00' })
    assert.equal(add('2026-03-09T11:30:00Z', 1, lunch), '2026-03-09T13:30:00.000Z')
  })
  test('adding and measuring agree', () => {
    const start = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 200 * 60 }), (from, minutes) => {
        const to = addBusinessTime(from, minutes * 60_000, berlin)
        assert.equal(businessMsBetween(from, to, berlin), minutes * 60_000)
      }),
      { numRuns: 100 },
    )
  })
  test('hours that are none are refused', () => {
    for (const text of [
      'Mon-Fri',
      '9-17',
      'Mon 17:00-09:00',
      'Mon 09:00-25:00',
      'Mo 09:00-17:00',
      'Mon 09:60-10:00',
    ])
      assert.equal(parseHours(text), undefined, text)
  })
})
