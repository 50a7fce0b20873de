// The shape of events: bounded whatever arrives, quiet about what was never reliable, certain about what was.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  changeText,
  deviations,
  emptyShape,
  expectations,
  learn,
  MOST_PATHS,
  newNames,
  shapeOf,
  typeAt,
} from '../../src/domain/values/shape.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'

const learned = (events: JsonValue[]) => {
  const shape = emptyShape()
  for (const event of events) learn(shape, event)
  return shape
}
const json = fc.jsonValue({ maxDepth: 8 }) as fc.Arbitrary<JsonValue>

describe('the shape of events', () => {
  test('is bounded, and says of each path what is found there', () => {
    fc.assert(
      fc.property(json, (event) => {
        const shape = shapeOf(event)
        assert.ok(shape.size <= MOST_PATHS)
        for (const [path, type] of shape) {
          assert.ok(path.split('.').length <= 5)
          assert.equal(typeAt(event, path), type === 'null' ? 'missing' : type)
        }
      }),
    )
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, n]))
    assert.equal(shapeOf(wide).size, MOST_PATHS)
    assert.equal(learned([wide, { other: 1 }]).seen.size, MOST_PATHS)
  })

  test('never deviates from itself, however often one and the same event comes', () => {
    fc.assert(
      fc.property(json, (event) => {
        const shape = learned(Array.from({ length: 60 }, () => event))
        assert.deepEqual(deviations(event, expectations(shape, shape.seen.keys())), [])
      }),
    )
  })

  test('expects a path after 50 events, if 95 of 100 had it and of one type', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (withIt, without) => {
        const shape = learned([
          ...Array.from({ length: withIt }, () => ({ a: { b: 1 } })),
          ...Array.from({ length: without }, () => ({ a: {} })),
        ])
        const isExpected = expectations(shape, ['a.b']).length === 1
        const total = withIt + without
        assert.equal(isExpected, total >= 50 && withIt / total >= 0.95)
      }),
    )
    const mixed = learned(Array.from({ length: 100 }, (_, n) => ({ a: n % 2 === 0 ? 1 : 'one' })))
    assert.deepEqual(expectations(mixed, ['a']), [])
  })

  test('is patient with what was sometimes missing, and quick with what never was', () => {
    const always = learned(Array.from({ length: 100 }, () => ({ a: 1 })))
    const mostly = learned(Array.from({ length: 100 }, (_, n): JsonValue => (n < 95 ? { a: 1 } : {})))
    assert.equal(expectations(always, ['a'])[0]?.inARow, 3)
    assert.equal(expectations(mostly, ['a'])[0]?.inARow, 5)
  })

  test('a renamed, a missing and a retyped value are each named, with what is new', () => {
    const shape = learned(Array.from({ length: 60 }, () => ({ amount: 1, to: { name: 'Ada' }, note: 'x' })))
    const event = { total: 1, to: {}, note: 5 }
    const found = deviations(event, expectations(shape, ['amount', 'to.name', 'note', 'never.read']))
    assert.equal(
      changeText(found, newNames(event, shape)),
      '"amount" (number) is missing. "to.name" (string) is missing. "note" was of type string, and is of type number. New: "total".',
    )
  })
})
