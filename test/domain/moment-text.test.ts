// Moments and spans as people read them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { momentText, spanText } from '../../src/domain/time/moment-text.ts'

const now = new Date('2026-11-29T12:00:00Z')
const moments: [at: string, zone: string, text: string][] = [
  ['2026-12-01T08:00:00Z', 'Europe/Berlin', 'Tue, Dec 1, 9:00 AM CET'],
  ['2026-07-01T08:00:00Z', 'Europe/Berlin', 'Wed, Jul 1, 10:00 AM CEST'],
  ['2026-12-01T17:00:00Z', 'America/Los_Angeles', 'Tue, Dec 1, 9:00 AM PST'],
  ['2026-12-01T00:05:00Z', 'America/New_York', 'Mon, Nov 30, 7:05 PM EST'],
  ['2026-12-01T00:05:00Z', 'Australia/Sydney', 'Tue, Dec 1, 11:05 AM AEDT'],
  ['2026-12-01T00:05:00Z', 'Asia/Tokyo', 'Tue, Dec 1, 9:05 AM GMT+9'],
  ['2026-12-01T00:05:00Z', 'Asia/Kathmandu', 'Tue, Dec 1, 5:50 AM GMT+5:45'],
  ['2026-12-01T12:00:00Z', 'UTC', 'Tue, Dec 1, 12:00 PM UTC'],
  ['2025-12-01T00:00:00Z', 'UTC', 'Mon, Dec 1, 2025, 12:00 AM UTC'],
  ['2026-12-31T23:30:00Z', 'Europe/Berlin', 'Fri, Jan 1, 2027, 12:30 AM CET'],
]

describe('a moment', () => {
  for (const [at, zone, text] of moments)
    test(`${at} in ${zone} is ${text}`, () => assert.equal(momentText(new Date(at), { zone, now }), text))

  test('has its seconds where it is compared with a log', () =>
    assert.equal(
      momentText(new Date('2026-12-01T08:00:05.9Z'), { zone: 'Europe/Berlin', now, isExact: true }),
      'Tue, Dec 1, 9:00:05 AM CET',
    ))
})

describe('a span', () => {
  for (const [ms, text] of [
    [7_500_000, '2 h 5 min'],
    [90_061_000, '1 d 1 h'],
    [3_600_000, '1 h'],
    [59_999, '59 s'],
    [12.4, '12 ms'],
    [0, '0 ms'],
  ] as const)
    test(`of ${ms} ms is ${text}`, () => assert.equal(spanText(ms), text))
})
