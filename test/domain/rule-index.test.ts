// The index over rules leaves out only what is certainly false: beside a plain walk in CEL, over conditions on numbers,
// times, texts and flags, and records that hold all there may be, at and around every boundary.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { recordValues } from '../../src/domain/cel/values.ts'
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import { ExactNumber, numberOf } from '../../src/domain/values/exact-number.ts'
import { evaluate } from '../../src/domain/cel/expression.ts'
import { fieldKinds } from '../../src/domain/fields/field-kind.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { asksOf } from '../../src/domain/rules/rule-asks.ts'
import { ruleIndex } from '../../src/domain/rules/rule-index.ts'
import { noStandards } from '../../src/domain/workflow-file/standards.ts'
import { expressionsOver } from './expression-of.ts'

const definitionOf = (conditions: string[]) =>
  definitionSchema.parse({
    workflow: 'ranges',
    trigger: { command: {} },
    fields: Object.fromEntries(
      Object.entries({
        s: { type: 'string' },
        k: { type: 'enum', enum: ['ab', 'b'] },
        e: { type: 'enum', enum: ['ab', 1, true] },
        n: { type: 'number' },
        m: { type: 'integer' },
        b: { type: 'boolean' },
        t: { type: 'timestamp' },
        l: { type: 'array', items: { type: 'number' } },
      }).map(([name, field]) => [name, { ...field, missing: 'ignore' }]),
    ),
    rules: conditions.map((when, at) => ({ rule: `r${at}`, when, route: 'a' })),
    routes: { a: { outcome: 'achieved' } },
  })
const { fields } = definitionOf(['true'])
const kinds = fieldKinds(fields)
const toValues = recordValues(fields)

const expressionOf = expressionsOver(fields)
const scopeOf = (record: JsonObject) => ({
  record,
  input: { body: {}, headers: {} },
  vars: {},
  now: new Date(0),
})

const numbers = ['-1', '-0.0', '0', '1', '1.5', '2', '10.0', '0.1', '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9007199254740994.0', '1152921504606847000.0', '1152921504606847005', '9007199254740995'] // prettier-ignore
const times = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.001Z', '2026-06-01T12:00:00Z'] // prettier-ignore
const texts = ['', 'a', 'ab', 'abc', 'b', 'é', '\u{1F600}', 'a'.repeat(40)]

const orders = ['<', '<=', '>', '>=']
const bounded = (field: string, constants: string[], operators = orders) =>
  fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...constants), fc.boolean())
    .map(([operator, constant, isFirst]) =>
      isFirst ? `${constant} ${operator} record.${field}` : `record.${field} ${operator} ${constant}`,
    )
const timestamps = times.map((time) => `timestamp("${time}")`)
const prefix = fc
  .tuple(fc.constantFrom('s', 'k'), fc.constantFrom(...texts))
  .map(([field, text]) => `record.${field}.startsWith("${text}")`)
const leaf = fc.oneof(
  bounded('n', numbers, [...orders, '==']),
  bounded('m', numbers, [...orders, '==']),
  bounded('t', timestamps, [...orders, '==']),
  prefix,
  fc
    .tuple(fc.constantFrom('s', 'k', 'e'), fc.constantFrom(...texts))
    .map(([field, text]) => `record.${field} == "${text}"`),
  fc
    .subarray(['0', '1', '2', '10', '9007199254740991'], { minLength: 1, maxLength: 3 })
    .map((list) => `record.m in [${list.join(', ')}]`),
  fc.subarray(timestamps, { minLength: 1, maxLength: 3 }).map((list) => `record.t in [${list.join(', ')}]`),
  fc.constantFrom(
    'record.e == 1', 'record.m in [9007199254740993, 9007199254740995]', 'record.b', 'record.b == true', '!(record.n > 1)', 'has(record.n)', 'has(record.t)', 'record.n + 1 > 2',
    'sum(record.l) > 3', 'record.l.exists(x, x > 2)', 'record.n < record.m', 'record.s in ["a", "b"]', 'record.s.endsWith("b")', 'false',
  ), // prettier-ignore
)
const condition = fc.letrec<{ all: string }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) && (${b})`),
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) || (${b})`),
  ),
})).all

const anything: JsonValue[] = [
  null, 5, 'ab', true, {}, [1], numberOf('9007199254740993'), numberOf('1152921504606847003'), new ExactNumber('1.50000000000000000001'), Number.NaN, '', 'no time',
] // prettier-ignore
/** Mostly values of the field's type, with all there may be among them. */
const valueOf = (values: JsonValue[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...anything) },
  )
const numeric = [...numbers, '0.9', '5', '-7', '9007199254740990', '9007199254740994', '9007199254740996', '1152921504606847003', '1152921504606846977', '1e300', '123456789012345678901234567890'] // prettier-ignore
const record = fc
  .record({
    s: valueOf(texts),
    k: valueOf(['ab', 'b']),
    e: valueOf(['ab', 1, true]),
    n: valueOf(numeric.map(Number)),
    m: valueOf([...numeric, '1.50000000000000000001'].map(numberOf)),
    b: valueOf([true, false]),
    t: valueOf(times.map((time) => new Date(time).toISOString())),
    l: valueOf([[], [1, 2], [1, 2, 3]]),
  })
  .map((values): JsonObject => {
    const filled: JsonObject = {}
    for (const [name, value] of Object.entries(values)) if (value !== undefined) filled[name] = value
    return filled
  })

/** The positions of 2,000 rules that are tried on a record which none of them stops. */
const triedOf = (when: (at: number) => string, of: JsonObject): number[] => {
  const asks = Array.from({ length: 2000 }, (_, at) => asksOf(expressionOf(when(at)).tree, kinds))
  const next = ruleIndex(asks, kinds)(of)
  const tried: number[] = []
  for (let position = next(0); position < Infinity; position = next(position + 1)) tried.push(position)
  return tried
}
/** Each number below 2,000 once, in no order. */
const shuffled = (at: number): number => (at * 7919) % 2000
const startingWith = (at: number): string => `record.s.startsWith("b${at}")`
const asked = (source: string): string[] => [...asksOf(expressionOf(source).tree, kinds).keys()]
const cell = (at: number): string => `record.s == "${at % 100}" && record.n > ${Math.floor(at / 100)}`
const dayOf = (at: number): string => new Date(Date.UTC(2000, 0, 1 + at)).toISOString()

describe('the index over rules', () => {
  test('leaves out no rule of which CEL does not say that it is false', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 8, maxLength: 8 }), record, (conditions, of) => {
        const expressions = conditions.map(expressionOf)
        const asks = expressions.map(({ tree }) => asksOf(tree, kinds))
        const next = ruleIndex(asks, kinds)(of)
        for (const [position, expression] of expressions.entries()) {
          if (next(position) === position) continue
          assert.deepEqual(evaluate(expression, { record: toValues(of) }), { kind: 'value', value: false })
        }
      }),
      { numRuns: 1500, seed: 14 },
    )
  })

  test('keeps rules that hold by less than a double tells apart', () => {
    const cases: [string, JsonObject][] = [
      ['record.m > 1.5', { m: numberOf('1.50000000000000000001') }],
      ['record.m > 9007199254740992', { m: numberOf('9007199254740993') }],
      ['record.m < -9007199254740992', { m: numberOf('-9007199254740993') }],
      ['record.m > 1152921504606847000.0 && record.m < 1152921504606847005', { m: numberOf('1152921504606847003') }],
      ['record.m == 1152921504606847003', { m: numberOf('1152921504606847003') }],
      ['record.n < 9007199254740993', { n: 9_007_199_254_740_992 }],
      ['record.n >= 0 && record.n <= -0.0', { n: -0 }],
      ['record.t == timestamp("2026-01-01T00:00:00.000999Z")', { t: '2026-01-01T00:00:00.000Z' }],
    ] // prettier-ignore
    for (const [source, of] of cases) {
      const expression = expressionOf(source)
      assert.deepEqual(evaluate(expression, { record: toValues(of) }), { kind: 'value', value: true }, source)
      const asks = Array.from({ length: 8 }, () => asksOf(expression.tree, kinds))
      assert.equal(ruleIndex(asks, kinds)(of)(0), 0, source)
    }
  })

  test('finds what a walk over every rule finds, and traces it in the same way', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 10, maxLength: 40 }),
        fc.array(record, { minLength: 5, maxLength: 5 }),
        (conditions, records) => {
          const { match, decide, explain } = compileWorkflow(definitionOf(conditions), noStandards)
          const alone = conditions.map((one) => compileWorkflow(definitionOf([one]), noStandards))
          for (const scope of records.map(scopeOf)) {
            const found = alone.map((one) => one.match(scope))
            const position = found.findIndex(({ kind }) => kind !== 'none')
            assert.deepEqual(match(scope), position < 0 ? { kind: 'none' } : { ...found[position], position })
            assert.deepEqual(decide(scope).trace, explain(scope))
          }
        },
      ),
      { numRuns: 60, seed: 14 },
    )
  })

  test('explains the first hundred of many ranges and the one that ended the walk, and counts the others', () => {
    const range = fc.oneof(bounded('n', numbers), bounded('t', timestamps), prefix)
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 110, maxLength: 180 }),
        fc.nat(250),
        record,
        (ranges, end, of) => {
          const conditions = ranges.map((one, at) => (at === end ? 'true' : `${one} && record.b`))
          const scope = scopeOf({ ...of, b: false })
          const { decide, explain } = compileWorkflow(definitionOf(conditions), noStandards)
          const all = explain(scope)
          const [after, last] = [all[100], all.at(-1)]
          const expected =
            all.length > 101 && after && last
              ? [
                  ...all.slice(0, 100),
                  {
                    rule: after.rule,
                    position: 100,
                    matched: false,
                    count: all.length - 101,
                    because: 'none of these holds; explain says why, one by one',
                  },
                  last,
                ]
              : all
          assert.deepEqual(decide(scope).trace, expected)
        },
      ),
      { numRuns: 30, seed: 14 },
    )
  })

  test('tries only rules whose span, time or prefix fits, in whatever order 2,000 of them stand', () => {
    const span = (at: number) => `record.n > ${shuffled(at)} && record.n <= ${shuffled(at) + 1}`
    assert.deepEqual(triedOf(span, { n: 500 }).map(shuffled), [499])
    const time = (at: number) =>
      `record.t >= timestamp("${dayOf(shuffled(at))}") && record.t < timestamp("${dayOf(shuffled(at) + 1)}")`
    assert.deepEqual(triedOf(time, { t: dayOf(7) }).map(shuffled), [7])
    const start = (at: number) => `record.s.startsWith("${String(shuffled(at)).padStart(4, '0')}")`
    assert.deepEqual(triedOf(start, { s: '0042-7' }).map(shuffled), [42])
  })

  test('tries only rules that every field of theirs lets through', () => {
    assert.deepEqual(triedOf(cell, { s: '7', n: 2 }), [7, 107])
    assert.deepEqual(triedOf(cell, { s: 'x', n: 2 }), [])
    // A value that is not there lets every rule through: some of them fail on it.
    assert.equal(triedOf(cell, { s: '7' }).length, 20)
    const oneField = (at: number) => (at % 2 === 0 ? cell(at) : `record.m == ${at} && record.n < ${at}`)
    assert.deepEqual(triedOf(oneField, { s: '8', n: 2, m: 9 }), [8, 9, 108])
  })

  test('leaves out rules that first ask whether a value is there, where it is not', () => {
    assert.equal(triedOf((at) => `has(record.n) && record.n > ${at}`, {}).length, 0)
    assert.equal(triedOf((at) => `has(record.l) && record.n > ${at}`, { l: [1], n: 5 }).length, 5)
  })

  test('keeps rules on a text so long that looking into it could use up the budget', () => {
    assert.equal(triedOf(startingWith, { s: 'a'.repeat(200_000) }).length, 2000)
    assert.equal(triedOf(startingWith, { s: 'a'.repeat(1000) }).length, 0)
  })

  test('asks for no prefix or time behind what may use up the budget, which both take from', () => {
    assert.deepEqual(asked('record.l.exists(x, x > 1) && record.s.startsWith("a") && record.n > 1'), ['n'])
    assert.deepEqual(asked('record.s.startsWith("a") && record.l.exists(x, x > 1)'), ['s'])
    assert.deepEqual(asked('has(record.t) && record.t > timestamp("2026-01-01T00:00:00Z")'), ['has(t)', 't'])
    assert.deepEqual(
      asked('(record.s.startsWith("a") || record.n > 1) && record.t > timestamp("2026-01-01T00:00:00Z")'),
      ['t'],
    )
  })
})
