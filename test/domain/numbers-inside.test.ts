// Numbers inside of lists and maps are compared as numbers alone are, whatever their digits.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJson } from '../../src/domain/values/exact-number.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { compiled, scopeOf } from './compiled.ts'

const body = parseJson(
  `{"ref":{"id":9007199254740993},"again":{"id":9007199254740993},"other":{"id":9007199254740992},"ids":[9007199254740993,1],
    "a":9007199254740993,"b":9007199254740993.0,"c":9007199254740992,"n":1.5,"deep":[{"x":[{"y":9007199254740993}]}],"t":"1"}`,
) as JsonValue

const conditions: [when: string, is: boolean][] = [
  ['event.ref == {"id": 9007199254740993}', true],
  ['event.ref != {"id": 9007199254740993}', false],
  ['event.ref == {"id": 9007199254740992}', false],
  ['event.ref == {"id": 9007199254740993, "more": 1}', false],
  ['{"id": 9007199254740993} == event.ref', true],
  ['event.ref == event.again', true],
  ['event.ref == event.other', false],
  ['event.ref != event.other', true],
  ['event.ids == [9007199254740993, 1]', true],
  ['event.ids != [9007199254740993, 1]', false],
  ['event.ids == [1, 9007199254740993]', false],
  ['event.ids == [9007199254740993]', false],
  ['[event.a] == [event.b]', true],
  ['[event.a] == [event.c]', false],
  ['[event.a] != [event.c]', true],
  ['{"a": event.a} == {"a": event.b}', true],
  ['[event.n] == [1.5]', true],
  ['event.deep == [{"x": [{"y": 9007199254740993}]}]', true],
  ['event.deep == [{"x": [{"y": 9007199254740994}]}]', false],
  ['event.ref in [{"id": 9007199254740993}]', true],
  ['event.ref in [{"id": 9007199254740992}]', false],
  ['event.ids in [[9007199254740993, 1]]', true],
  ['[event.a] in [[event.b]]', true],
  ['!(event.ref in [event.again])', false],
  ['event.ids.exists(one, [one] == [event.a])', true],
  ['[duration("60s")] == [duration("1m")]', true],
  ['[event.t] == ["1"]', true],
  ['[event.t] == [1]', false],
]

describe('in a condition', () => {
  for (const [when, is] of conditions)
    test(`${when} is ${is}`, () => {
      const made = compiled({ rules: [{ rule: 'r', when, route: 'end' }] })
      assert.equal(made.holds(when, scopeOf({}, body)), is)
    })
})
