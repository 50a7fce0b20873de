// Whatever JSON arrives, deciding ends in a route or an exception; and always in the same one.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import { jsonOf } from '../../src/domain/cel/values.ts'
import type { CompiledWorkflow } from '../../src/domain/compile/compiled-workflow.ts'
import { approximated, parseJson } from '../../src/domain/values/exact-number.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { examples } from '../workflow/examples.ts'

const now = new Date('2026-01-05T12:00:00Z')
const { workflows, standards } = examples

const decideAll = (compiled: CompiledWorkflow, body: JsonValue, corrections: JsonObject) => {
  const input = { body, headers: {} }
  const validated = compiled.validate(input, corrections, now)
  const scope = { record: validated.fields, input, vars: standards.vars, now }
  const decision = compiled.decide(scope)
  const route = decision.kind === 'route' ? decision.route : undefined
  return {
    key: compiled.dedupeKey(input),
    subject: compiled.subject(input),
    validated,
    decision,
    review: route === undefined ? undefined : compiled.review(route, scope),
    text: route === undefined ? undefined : compiled.exceptionText(route, scope),
  }
}

const anything: fc.Arbitrary<JsonValue> = fc.jsonValue().map((value) => jsonOf(value) ?? null)

/** JSON near to what a workflow's own tests send: the same shape with some parts replaced by anything. */
const near = (sample: JsonValue): fc.Arbitrary<JsonValue> => {
  if (Array.isArray(sample))
    return fc.oneof(
      { weight: 8, arbitrary: fc.tuple(...sample.map(near)) },
      { weight: 1, arbitrary: anything },
    )
  if (typeof sample === 'object' && sample !== null) {
    const inner: fc.Arbitrary<JsonValue> = fc
      .record(Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, near(value)])), {
        requiredKeys: [],
      })
      .map((value) => jsonOf(value) ?? null)
    return fc.oneof({ weight: 8, arbitrary: inner }, { weight: 1, arbitrary: anything })
  }
  return fc.oneof({ weight: 6, arbitrary: fc.constant(sample) }, { weight: 1, arbitrary: anything })
}

describe('whatever JSON arrives', () => {
  for (const { definition } of workflows) {
    const compiled = compileWorkflow(definition, standards)
    const body = fc.oneof(anything, ...definition.tests.map(({ event }) => near(event)))
    const corrections = fc.dictionary(fc.constantFrom(...Object.keys(definition.fields)), anything)

    test(`${definition.workflow} ends in a route or an exception with a trace, and never throws`, () => {
      fc.assert(
        fc.property(body, corrections, (event, corrected) => {
          const { validated, decision } = decideAll(compiled, event, corrected)
          assert.ok(decision.kind === 'route' || decision.kind === 'exception')
          assert.ok(decision.trace.length > 0)
          // Read as it is stored: whole numbers beyond 2^53 are exact ones, in a field or in a value that it holds.
          const stored = parseJson(JSON.stringify(validated))
          assert.deepEqual(approximated(stored), approximated(validated))
          if (decision.kind === 'route') assert.ok(definition.routes[decision.route])
        }),
        { numRuns: 300 },
      )
    })
    test(`${definition.workflow} decides the same from the same event`, () => {
      const again = compileWorkflow(definition, standards)
      fc.assert(
        fc.property(body, (event) => {
          assert.deepEqual(decideAll(compiled, event, {}), decideAll(again, event, {}))
        }),
        { numRuns: 100 },
      )
    })
  }
})
