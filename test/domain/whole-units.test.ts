import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inWholeUnits } from '../../src/domain/values/whole-units.ts'

const HOUR_MS = 3_600_000
const unitMs = { week: 7 * 24 * HOUR_MS, day: 24 * HOUR_MS, hour: HOUR_MS, rest: 1 }
const MONDAY_MS = Date.UTC(1970, 0, 5)
const anyTime = fc.integer({ min: 0, max: 40 * 24 * 12 }).map((n) => new Date(MONDAY_MS + n * 300_000))

test('the pieces of a stretch hold each of its moments once, and no other', () => {
  fc.assert(
    fc.property(anyTime, anyTime, fc.array(anyTime), (one, other, moments) => {
      const [start, end] = one <= other ? [one, other] : [other, one]
      const pieces = inWholeUnits(start, end)
      for (const piece of pieces) {
        for (const at of [piece.start, piece.end])
          assert.equal((at.getTime() - MONDAY_MS) % unitMs[piece.unit], 0)
        const ms = piece.end.getTime() - piece.start.getTime()
        if (piece.unit === 'rest') assert.ok(ms <= HOUR_MS)
      }
      for (const at of [...moments, start, end]) {
        const inside = pieces.filter((piece) => at >= piece.start && at < piece.end)
        const times = inside.reduce((sum, { sign }) => sum + sign, 0)
        assert.equal(times, Number(at >= start && at < end))
      }
    }),
  )
})

const said = (start: string, end: string) =>
  inWholeUnits(new Date(start), new Date(end)).map(
    (piece) =>
      `${piece.sign * ((piece.end.getTime() - piece.start.getTime()) / HOUR_MS)} h by the ${piece.unit}`,
  )

test('a week of UTC is read as one, that of Berlin with two hours beside it, and that of India with two halves of an hour as well', () => {
  assert.deepEqual(said('2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'), ['168 h by the week'])
  assert.deepEqual(said('2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z'), [
    '168 h by the week',
    '1 h by the hour',
    '-1 h by the hour',
  ])
  assert.deepEqual(said('2026-11-15T18:30:00Z', '2026-11-22T18:30:00Z'), [
    '168 h by the week',
    '5 h by the hour',
    '-5 h by the hour',
    '0.5 h by the rest',
    '-0.5 h by the rest',
  ])
})
