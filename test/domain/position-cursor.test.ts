// Cursors give what sets of positions would, as far as they are asked.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { allOf, anyOf, type Cursor, listed } from '../../src/domain/rules/position-cursor.ts'

/** What a walk meets that goes on by so much from each position it finds. */
const walked = (cursor: Cursor, steps: readonly number[]): number[] => {
  const met: number[] = []
  let from = 0
  for (const step of steps) {
    const found = cursor(from)
    if (found === Infinity) break
    met.push(found)
    from = found + step
  }
  return met
}
const list = fc
  .uniqueArray(fc.nat(60), { maxLength: 40 })
  .map((positions) => positions.toSorted((a, b) => a - b))
const lists = fc.array(list, { minLength: 1, maxLength: 5 })
const steps = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 30, maxLength: 60 })

const holds = (combine: typeof anyOf, isIn: (given: number[][], position: number) => boolean) => {
  fc.assert(
    fc.property(lists, steps, (given, by) => {
      const all = Array.from({ length: 61 }, (_, position) => position).filter((one) => isIn(given, one))
      assert.deepEqual(walked(combine(given.map(listed)), by), walked(listed(all), by))
      const plain: Cursor = (from) => all.find((position) => position >= from) ?? Infinity
      assert.deepEqual(walked(listed(all), by), walked(plain, by))
    }),
  )
}

describe('a cursor over positions', () => {
  test('of any of some lists gives the positions of each, once and in order', () => {
    holds(anyOf, (given, position) => given.some((one) => one.includes(position)))
  })
  test('of all of some lists gives the positions that are in each', () => {
    holds(allOf, (given, position) => given.every((one) => one.includes(position)))
  })
})
