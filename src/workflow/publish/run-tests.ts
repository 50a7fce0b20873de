// The tests inside a workflow file, run against its compiled form: no lookups, no clock, no effects.
import { jsonOf } from '../../domain/cel/values.ts'
import { coerce } from '../../domain/fields/coerce.ts'
import { typeableMoney } from '../../domain/fields/coerce-money.ts'
import type { FieldDefinition } from '../../domain/fields/field.ts'
import { sameJson } from '../../domain/exceptions/change.ts'
import type { Wanted } from '../../domain/compile/compile-filter.ts'
import type { CompiledWorkflow } from '../../domain/compile/compiled-workflow.ts'
import { type Decision, reasonOfProblems, type Scope, type Validated } from '../../domain/rules/decision.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { JsonObject, JsonValue } from '../../domain/values/json.ts'
import type { Vars } from '../../domain/workflow-file/standards.ts'
import type { WorkflowTest } from '../../domain/workflow-file/workflow-test.ts'

export type TestFailure = { test: string; index: number; problems: string[] }

/** A fixed moment for tests that do not say what time it is. */
const defaultNow = '2026-01-05T12:00:00Z'

export const runWorkflowTests = (compiled: CompiledWorkflow, vars: Vars): TestFailure[] =>
  compiled.definition.tests
    .map((test, index) => ({ test: test.test, index, problems: runTest(test, compiled, vars) }))
    .filter(({ problems }) => problems.length > 0)

const runTest = (test: WorkflowTest, compiled: CompiledWorkflow, vars: Vars): string[] => {
  const now = new Date(test.now ?? defaultNow)
  const { event: body, headers = {}, query = {}, method = 'POST' } = test
  const input = { body, headers: inSmallLetters(headers), query, method }
  const filtered = filterProblems(test, compiled.wants(input), compiled.definition)
  if (filtered) return filtered
  const validated = compiled.validate(input, {}, now)
  const record = { ...validated.fields, ...lookedUp(test, compiled.definition) }
  const scope: Scope = { record, input, vars, now }
  const decision = heldBefore(test, validated, compiled.definition) ?? compiled.decide(scope)
  return differences(test.expect, decision, scope, compiled)
}

/** What is wrong where the filter of the trigger has the last word; undefined: the event starts a run. */
const filterProblems = (
  { expect: { ignored } }: WorkflowTest,
  wanted: Wanted,
  { trigger: { command, schedule } }: Definition,
): string[] | undefined => {
  switch (wanted.kind) {
    case 'wanted':
      return ignored ? ['expected to be ignored, and the trigger wants it'] : undefined
    case 'unclear':
      return [`the filter (when under trigger) has no answer: ${wanted.message}`]
    case 'ignored':
      if (ignored) return []
      // It may be one that was started in another way.
      return command || schedule
        ? undefined
        : [
            'the trigger ignores this event (when): it starts no run. Expect { ignored: true }, or change one of them',
          ]
  }
}

/** What stops the run before a rule decides: its fields, or a lookup that must answer and of which the test says null. */
const heldBefore = (
  test: WorkflowTest,
  { problems }: Validated,
  { enrich }: Definition,
): Decision | undefined => {
  if (problems.length > 0)
    return {
      kind: 'exception',
      reason: reasonOfProblems(problems),
      message: problems.map(({ message }) => message).join('; '),
      trace: [],
    }
  const unanswered = Object.keys(enrich).filter(
    (name) => enrich[name]?.missing === 'ask' && test.enrich?.[name] === null,
  )
  if (unanswered.length === 0) return undefined
  const message = unanswered.map((name) => `${name} is not found`).join('; ')
  return { kind: 'exception', reason: 'lookup_failed', message, trace: [] }
}

/** As the web server hands them over. */
const inSmallLetters = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** What the test gives, and the defaults of what it does not. */
const lookedUp = (test: WorkflowTest, definition: Definition): JsonObject => {
  const values: JsonObject = {}
  for (const [name, entry] of Object.entries(definition.enrich)) {
    const given = test.enrich?.[name] ?? (entry.missing === 'default' ? entry.default : undefined)
    if (given !== undefined && given !== null) values[name] = given
  }
  return values
}

/** One entry for all that the decision is not, and one for each other thing. */
const differences = (
  expected: WorkflowTest['expect'],
  decision: Decision,
  scope: Scope,
  compiled: CompiledWorkflow,
): string[] => {
  const route = decision.kind === 'route' ? decision : undefined
  const reason = decision.kind === 'exception' ? decision.reason : routeReason(decision, compiled)
  const decided = [
    ['route', expected.route, route?.route],
    ['rule', expected.rule, route?.rule],
    ['exception', expected.exception, reason],
  ] as const
  const missed = decided.filter(([, wanted, got]) => wanted !== undefined && wanted !== got)
  const problems: string[] = []
  if (missed.length > 0)
    problems.push(
      `expected ${missed.map(([what, wanted]) => `${what} ${wanted}`).join(', ')}, and got ${describe(decision)}`,
    )
  if (expected.owner && !same(expected.owner, route?.owner ?? []))
    problems.push(
      `expected owner ${expected.owner.join(', ')}, and got ${route ? route.owner.join(', ') || 'nobody' : describe(decision)}`,
    )
  if (expected.review !== undefined) {
    const needed = route !== undefined && compiled.review(route.route, scope)?.needed === true
    if (needed !== expected.review) problems.push(`expected review: ${expected.review}, and got ${needed}`)
  }
  for (const [name, wanted] of Object.entries(expected.fields ?? {})) {
    const got = scope.record[name] ?? null
    if (!same(asField(wanted, compiled.definition.fields[name]), got))
      problems.push(`expected field ${name} to be ${shownValue(wanted)}, and got ${shownValue(got)}`)
  }
  return problems
}

/** Money may be written as people write it: 12.50 EUR. */
const asField = (wanted: JsonValue, field: FieldDefinition | undefined): JsonValue => {
  const money = field?.type === 'money' ? coerce(wanted, field) : undefined
  return money?.kind === 'value' ? money.value : wanted
}

const shownValue = (value: JsonValue): string => typeableMoney(value) ?? JSON.stringify(value)

const routeReason = (decision: Decision, compiled: CompiledWorkflow): string | undefined =>
  decision.kind === 'route' ? compiled.definition.routes[decision.route]?.exception?.reason : undefined

const describe = (decision: Decision): string =>
  decision.kind === 'route'
    ? `route ${decision.route} by the rule "${decision.rule}"`
    : `the exception ${decision.reason} (${decision.message})`

const same = (a: JsonValue, b: JsonValue): boolean => sameJson(jsonOf(a) ?? null, jsonOf(b) ?? null)
