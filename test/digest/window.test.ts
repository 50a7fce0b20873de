import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import {
  windowBefore,
  windowDays,
  windowLabel,
  windowNamed,
  windowOf,
  windowsEarlier,
} from '../../src/domain/digest/digest-window.ts'
import { changesIn } from '../calendar/walk.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  // Midnights that do not exist, and midnights that come twice.
  'America/Santiago',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
]
const YEARS = { from: Date.UTC(2020, 0, 1, 12), to: Date.UTC(2040, 0, 1, 12) }
const changes = new Map(zones.map((zone) => [zone, changesIn(zone, YEARS)]))
/** Any time, and often one within two days of a change of clocks. */
const anyTimeAndZone = fc.constantFrom(...zones).chain((zone) => {
  const at = fc.date({ min: new Date(YEARS.from), max: new Date(YEARS.to), noInvalidDate: true })
  const changed = changes.get(zone) ?? []
  const near = fc
    .tuple(fc.constantFrom(YEARS.from, ...changed), fc.integer({ min: -48 * 60, max: 48 * 60 }))
    .map(([change, minutes]) => new Date(change + minutes * 60_000))
  return fc.tuple(fc.oneof(at, near, near), fc.constant(zone))
})
const HOUR = 3_600_000
const hours = ({ start, end }: { start: Date; end: Date }) => (end.getTime() - start.getTime()) / HOUR

const days = (label: string) => windowDays(windowNamed(label, 'Europe/Berlin') ?? assert.fail(label))

const day = (label: string, zone: string) => {
  const { start, end } = windowNamed(label, zone) ?? assert.fail(label)
  assert.deepEqual(windowBefore(end, zone, 'day'), windowNamed(label, zone))
  return [start.toISOString(), (end.getTime() - start.getTime()) / HOUR]
}

const weekOf = (time: string, zone: string) => windowOf(new Date(time), zone)

describe('the window of a digest', () => {
  test('is the ISO week that was over when the cron fired', () => {
    const cases: [fired: string, zone: string, start: string, end: string, label: string][] = [
      ['2026-11-23T08:00:00Z', 'Europe/Berlin', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z', '2026-W47'],
      ['2026-11-22T23:00:00Z', 'Europe/Berlin', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z', '2026-W47'],
      ['2026-11-22T22:59:59Z', 'Europe/Berlin', '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z', '2026-W46'],
      ['2026-11-27T16:00:00Z', 'UTC', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z', '2026-W47'],
      ['2027-01-04T09:00:00Z', 'UTC', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z', '2026-W53'],
      ['2025-01-06T09:00:00Z', 'UTC', '2024-12-30T00:00:00Z', '2025-01-06T00:00:00Z', '2025-W01'],
    ]
    for (const [fired, zone, start, end, label] of cases) {
      const window = windowBefore(new Date(fired), zone)
      assert.deepEqual(
        [window.start.toISOString(), window.end.toISOString()].map((at) => at.replace('.000', '')),
        [start, end],
      )
      assert.equal(windowLabel(window), label)
    }
  })

  test('has 167 hours when clocks go forward, 169 when they go back', () => {
    assert.equal(hours(weekOf('2026-03-29T12:00:00Z', 'Europe/Berlin')), 167)
    assert.equal(hours(weekOf('2026-10-25T12:00:00Z', 'Europe/Berlin')), 169)
    assert.equal(hours(weekOf('2026-10-25T12:00:00Z', 'UTC')), 168)
    assert.equal(hours(weekOf('2026-04-05T12:00:00Z', 'Australia/Lord_Howe')), 168.5)
    assert.equal(hours(windowOf(new Date('2026-03-29T12:00:00Z'), 'Europe/Berlin', 'day')), 23)
  })

  test('follows the one before without a gap or an overlap, whatever the zone and time', () => {
    fc.assert(
      fc.property(anyTimeAndZone, fc.constantFrom('day' as const, 'week' as const), ([at, zone], period) => {
        const window = windowOf(at, zone, period)
        const before = windowBefore(at, zone, period)
        assert.ok(window.start <= at && at < window.end)
        assert.deepEqual(before.end, window.start)
        assert.deepEqual(windowsEarlier(window, 1), before)
        assert.deepEqual(windowNamed(windowLabel(window), zone), window)
        const local = DateTime.fromJSDate(window.start, { zone })
        if (period === 'week') assert.equal(local.weekday, 1)
      }),
      { numRuns: 500 },
    )
  })

  test('of a day begins where the date does: after a midnight that is missing, at the first of two', () => {
    assert.deepEqual(day('2027-09-04', 'America/Santiago'), ['2027-09-04T04:00:00.000Z', 24])
    assert.deepEqual(day('2027-09-05', 'America/Santiago'), ['2027-09-05T04:00:00.000Z', 23])
    assert.deepEqual(day('2027-11-06', 'America/Havana'), ['2027-11-06T04:00:00.000Z', 24])
    assert.deepEqual(day('2027-11-07', 'America/Havana'), ['2027-11-07T04:00:00.000Z', 25])
  })

  test('that ends early is held against as much of the week before', () => {
    const soFar = {
      ...windowOf(new Date('2026-11-25T10:30:00Z'), 'UTC'),
      end: new Date('2026-11-25T10:30:00Z'),
    }
    const before = windowsEarlier(soFar, 1)
    assert.equal(before.start.toISOString(), '2026-11-16T00:00:00.000Z')
    assert.equal(before.end.toISOString(), '2026-11-18T10:30:00.000Z')
  })

  test('is not found under a name that no calendar has', () => {
    for (const label of ['2026-W54', '2025-W53', '2026-W00', '2026-02-30', 'last week', '2026-W1', ''])
      assert.equal(windowNamed(label, 'UTC'), undefined, label)
    assert.ok(windowNamed('2026-W53', 'UTC'))
  })

  test('says its days in words', () => {
    assert.equal(days('2026-W47'), '16 – 22 Nov 2026')
    assert.equal(days('2026-W49'), '30 Nov – 6 Dec 2026')
    assert.equal(days('2026-W53'), '28 Dec 2026 – 3 Jan 2027')
    assert.equal(days('2026-11-23'), '23 Nov 2026')
  })
})
