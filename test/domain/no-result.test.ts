// A number that has no value (a division by zero, one too large for double()) is never passed on: whatever needs it stops,
// and says why.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CompileError } from '../../src/domain/compile/compile-faults.ts'
import { parseJson } from '../../src/domain/values/exact-number.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { compiled, scopeOf } from './compiled.ts'

const body = parseJson(
  '{"x":5,"z":0,"zd":0.5,"nan":"NaN","inf":"-Infinity","hex":"0x10","e":"1e400","big":9007199254740993}',
) as JsonValue
const record = { n: 5 } as JsonObject
const fields = { n: { type: 'number', missing: 'ignore' } }

const reasons: [expression: string, why: RegExp][] = [
  ['event.x / event.z', /division by zero/],
  ['event.z / event.z', /division by zero/],
  ['event.x % event.z', /division by zero/],
  ['event.big / event.z', /division by zero/],
  ['record.n / event.z', /division by zero/],
  ['record.n % 0.0', /division by zero/],
  ['record.n / 0', /division by zero/],
  ['event.x / (event.zd - 0.5)', /division by zero/],
  ['sum([event.x / event.z])', /division by zero/],
  ['[1.0].map(one, one / event.z)[0]', /division by zero/],
  ['double(event.nan)', /double\(\) takes a number in digits, and got "NaN"/],
  ['double(event.inf)', /double\(\) takes a number in digits, and got "-Infinity"/],
  ['double(event.hex)', /double\(\) takes a number in digits, and got "0x10"/],
  ['double(event.e)', /1e400 is too large for double\(\)/],
]

const saidBy = (work: () => unknown): string => {
  try {
    return `gave ${JSON.stringify(work())}`
  } catch (error) {
    return (error as Error).message
  }
}

describe('where there is no result', () => {
  for (const [expression, why] of reasons) {
    test(`a rule with ${expression} says why`, () => {
      for (const compare of ['> 500', '< 500', '== 0', '!= 0']) {
        const when = `${expression} ${compare}`
        const made = compiled({ fields, rules: [{ rule: 'r', when, route: 'end' }] })
        assert.match(
          saidBy(() => made.holds(when, scopeOf(record, body))),
          why,
        )
      }
    })

    test(`an action with ${expression} sends nothing`, () => {
      for (const value of ['${X}', 'costs ${X} EUR', '${[X]}', '${{"v": X}}']) {
        const v = value.replace('X', expression)
        const made = compiled({
          fields,
          routes: {
            end: {
              outcome: 'achieved',
              actions: [{ action: 'c', http: { url: 'https://a.example/x', json: { v } } }],
            },
          },
        })
        assert.match(
          saidBy(() => made.actions('end', scopeOf(record, body), () => 'secret')),
          why,
        )
      }
    })

    // A field reads no other.
    if (expression.includes('record.')) continue
    test(`a field from ${expression} is invalid`, () => {
      for (const type of ['number', 'integer', 'string']) {
        const from = expression
        const { problems } = compiled({ fields: { x: { type, from } } }).validate(
          { body, headers: {} },
          {},
          new Date(0),
        )
        assert.equal(problems[0]?.kind, 'invalid')
        assert.match(problems[0]?.message ?? '', why)
      }
    })
  }

  for (const constant of [
    '1.0 / 0.0 > 5.0',
    '5.0 % 0.0 == 0.0',
    'double("NaN") > 5.0',
    'double("0x10") > 5.0',
  ])
    test(`${constant} is an error of check`, () => {
      assert.throws(
        () => compiled({ rules: [{ rule: 'r', when: constant, route: 'end' }] }),
        (error) => error instanceof CompileError && /never has a value/.test(error.message),
      )
    })
})

describe('where there is one', () => {
  const results: [expression: string, result: string][] = [
    ['event.x / 2', '2.5'],
    ['event.x % 3', '2'],
    ['event.x / 0.5', '10'],
    ['record.n / 1e-10', '50000000000'],
    ['double("1e5")', '100000'],
    ['double("-.5")', '-0.5'],
  ]
  for (const [expression, result] of results)
    test(`${expression} is ${result}`, () => {
      const made = compiled({
        fields,
        routes: {
          end: {
            outcome: 'achieved',
            actions: [
              { action: 'c', http: { url: 'https://a.example/x', json: { v: `\${${expression}}` } } },
            ],
          },
        },
      })
      const sent = JSON.stringify(made.actions('end', scopeOf(record, body), () => 'secret'))
      assert.ok(sent.includes(`"v":${result}}`), sent)
    })
})
