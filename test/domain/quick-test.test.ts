// The quick way to tell whether a rule holds, and the index over rules, agree with CEL wherever they speak.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { recordValues } from '../../src/domain/cel/values.ts'
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import { evaluate } from '../../src/domain/cel/expression.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { quickTest } from '../../src/domain/cel/quick-test.ts'
import { noStandards } from '../../src/domain/workflow-file/standards.ts'
import { expressionsOver } from './expression-of.ts'

const definitionOf = (conditions: string[]) =>
  definitionSchema.parse({
    workflow: 'quick',
    trigger: { command: {} },
    fields: {
      s: { type: 'string', missing: 'ignore' },
      n: { type: 'number', missing: 'ignore' },
      m: { type: 'integer', missing: 'ignore' },
      b: { type: 'boolean', missing: 'ignore' },
      t: { type: 'timestamp', missing: 'ignore' },
      u: { type: 'timestamp', missing: 'ignore' },
    },
    rules: conditions.map((when, at) => ({ rule: `r${at}`, when, route: 'a' })),
    routes: { a: { outcome: 'achieved' } },
  })

const leaf = fc.constantFrom(
  'record.s == "a"', 'record.s != "b"', '"c" == record.s', 'record.s in ["a", "b"]', 'record.s.startsWith("a")',
  'record.n == 1', 'record.n != 2', 'record.n > 1', '2 >= record.n', 'record.n < 1.5', 'record.n in [1, 2]', 'record.n < record.m', 'record.n == -1', 'record.n + 1 > 2',
  'record.m == 2', 'record.m in [0, 1, 2]', 'record.b', '!record.b', 'record.b == true', 'has(record.s)', 'has(record.t)', 'record.t > record.u', 'record.t == record.u',
  'record.t >= timestamp("2026-01-01T00:00:00Z")', 'true', 'false', 'record.s.matches("^a")', 'size(record.s) > 0',
) // prettier-ignore
const condition = fc.letrec<{ all: string }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) && (${b})`),
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) || (${b})`),
    tie('all').map((a) => `!(${a})`),
  ),
})).all
const maybe = <T extends JsonValue>(...values: T[]): fc.Arbitrary<T | undefined> =>
  fc.constantFrom(undefined, ...values)
const times = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', '2026-06-01T12:00:00.000Z'] as const
const record: fc.Arbitrary<JsonObject> = fc
  .record({
    s: maybe('a', 'b', 'c', ''),
    n: maybe(-1, 0, 1, 1.5, 2),
    m: maybe(0, 1, 2),
    b: maybe(true, false),
    t: maybe(...times),
    u: maybe(...times),
  })
  .map((values) => {
    const filled: JsonObject = {}
    for (const [name, value] of Object.entries(values)) if (value !== undefined) filled[name] = value
    return filled
  })

/** Milliseconds of a thousand matches over that many rules: the best of twenty rounds. */
const cost = (count: number): number => {
  const { match } = compileWorkflow(
    definitionOf(Array.from({ length: count }, (_, at) => `record.s == "v${at}" && record.n > 1`)),
    noStandards,
  )
  const scopes = Array.from({ length: 50 }, (_, at) => ({
    record: { s: `v${(at * count) / 50}`, n: 5 },
    input: { body: {}, headers: {} },
    vars: {},
    now: new Date(0),
  }))
  let best = Infinity
  for (let round = 0; round < 20; round += 1) {
    const start = performance.now()
    for (let again = 0; again < 20; again += 1) for (const scope of scopes) match(scope)
    best = Math.min(best, performance.now() - start)
  }
  return best
}

describe('the quick test', () => {
  const { fields } = definitionOf(['true'])
  const expressionOf = expressionsOver(fields)
  const values = recordValues(fields)

  test('says what CEL says, or nothing', () => {
    fc.assert(
      fc.property(condition, record, (source, of) => {
        const expression = expressionOf(source)
        const told = quickTest(expression.tree, fields)(of)
        if (told === undefined) return
        assert.deepEqual(evaluate(expression, { record: values(of) }), {
          kind: 'value',
          value: told,
        })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the index over rules', () => {
  test('finds the rule a plain walk finds', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 10, maxLength: 30 }), record, (conditions, of) => {
        const scope = { record: of, input: { body: {}, headers: {} }, vars: {}, now: new Date(0) }
        const indexed = compileWorkflow(definitionOf(conditions), noStandards).match(scope)
        // Few enough rules are walked without an index.
        for (const [position, one] of conditions.entries()) {
          const alone = compileWorkflow(definitionOf([one]), noStandards).match(scope)
          if (alone.kind === 'none') continue
          assert.deepEqual(indexed, { ...alone, position })
          return
        }
        assert.deepEqual(indexed, { kind: 'none' })
      }),
      { numRuns: 150 },
    )
  })
  test('leaves out no rule that would stop the run: a value that is not there is still noticed', () => {
    const conditions = Array.from({ length: 20 }, (_, at) => `record.s == "v${at}"`)
    const scope = { record: {}, input: { body: {}, headers: {} }, vars: {}, now: new Date(0) }
    const match = compileWorkflow(definitionOf(conditions), noStandards).match(scope)
    assert.equal(match.kind === 'error' && match.absent && match.position, 0)
  })
  test('the trace counts the rules it could leave out, and each rule is in it once', () => {
    const conditions = Array.from({ length: 500 }, (_, at) => `record.s == "v${at}"`)
    const scope = { record: { s: 'v400' }, input: { body: {}, headers: {} }, vars: {}, now: new Date(0) }
    const { trace } = compileWorkflow(definitionOf(conditions), noStandards).decide(scope)
    assert.equal(
      trace.reduce((count, entry) => count + (entry.count ?? 1), 0),
      401,
    )
    assert.deepEqual(trace.at(-1), { rule: 'r400', position: 400, matched: true })
  })
  test('explain gives a reason for each of many rules', () => {
    const conditions = Array.from({ length: 300 }, (_, at) => `record.n > ${at + 10}`)
    const scope = { record: { n: 5 }, input: { body: {}, headers: {} }, vars: {}, now: new Date(0) }
    const { decide, explain } = compileWorkflow(definitionOf(conditions), noStandards)
    // The first hundred, the rest as one, and the last.
    assert.equal(decide(scope).trace.length, 102)
    assert.equal(explain(scope).length, 300)
    assert.equal(explain(scope).at(-1)?.because, 'record.n > 309 is false: record.n is 5')
  })
  test('makes 10,000 rules on one field cost at most ten times what 100 cost', () => {
    const [few, many] = [cost(100), cost(10_000)]
    assert.ok(many <= 10 * few, `${many} ms against ${few} ms`)
  })
})
