// The rules of one workflow, compiled: which one wins, and a trace that says why the others did not.
import type { Environments } from '../cel/environment.ts'
import type { CompileFault } from './compile-faults.ts'
import { type Context, evaluate, type Compiled, type Expression, type KnownNames } from '../cel/expression.ts'
import type { Match, RuleTrace } from '../rules/decision.ts'
import type { RuleDefinition } from '../workflow-file/definition.ts'
import { explainer } from '../cel/explain.ts'
import type { FieldDefinition } from '../fields/field.ts'
import { fieldKinds } from '../fields/field-kind.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import { everywhere } from '../rules/position-cursor.ts'
import { quickTest } from '../cel/quick-test.ts'
import { asksOf, firstValueAsk } from '../rules/rule-asks.ts'
import { ruleIndex } from '../rules/rule-index.ts'
import { comparedIn, unlikeIn } from '../cel/unlike.ts'

export type CompiledRules = {
  /** The context is only made when a rule needs more than plain comparisons. */
  match: (record: JsonObject, context: () => Context) => Match
  /** Every rule up to and with the one that ended the walk; in full, or with the many counted. */
  trace: (record: JsonObject, context: Context, match: Match, isFull?: boolean) => RuleTrace[]
  /** Numbers compared with texts, by rule. */
  unlike: (event: JsonValue) => { position: number; message: string }[]
}

/** A decision gives this many reasons; rules beyond them are counted, and explain says why of each. */
const mostReasons = 100

export const compileRules = (
  rules: readonly RuleDefinition[],
  options: {
    environments: Environments
    known: KnownNames
    compile: (source: string) => Compiled
    fields: Record<string, FieldDefinition>
  },
  faults: CompileFault[],
): CompiledRules => {
  const expressions: (Expression | undefined)[] = rules.map((rule, position) => {
    const compiled = options.compile(rule.when)
    if (!compiled.ok) faults.push({ pointer: ['rules', position, 'when'], ...compiled.fault })
    else if (compiled.expression.type !== 'bool' && compiled.expression.type !== 'dyn')
      faults.push({
        pointer: ['rules', position, 'when'],
        message: `a rule asks a question that is true or false, and this is of type ${compiled.expression.type}`,
      })
    else if (rule.enabled) return compiled.expression
    return undefined
  })
  const kinds = fieldKinds(options.fields)
  const indexBy = (asks: typeof asksOf) =>
    ruleIndex(
      expressions.map((one) => (one ? asks(one.tree, kinds) : new Map())),
      kinds,
    )
  const index = indexBy(asksOf)
  // With many rules, a trace counts those that ask for another value, and explains the others.
  const explained = rules.length > mostReasons ? indexBy(firstValueAsk) : () => everywhere(rules.length)
  const quick = expressions.map((one) => (one ? quickTest(one.tree, options.fields) : undefined))
  const why = explainer(options.environments, options.known, options.fields)

  const test = (position: number, record: JsonObject, context: () => Context): Match | undefined => {
    const told = quick[position]?.(record)
    if (told === false) return undefined
    if (told === true) return { kind: 'match', position }
    const expression = expressions[position]
    if (!expression) return undefined
    const result = evaluate(expression, context())
    if (result.kind === 'value' && result.value === false) return undefined
    if (result.kind === 'value' && result.value === true) return { kind: 'match', position }
    return {
      kind: 'error',
      position,
      absent: result.kind === 'absent',
      message: result.kind === 'value' ? `${expression.source} is neither true nor false` : result.message,
    }
  }

  const match = (record: JsonObject, makeContext: () => Context): Match => {
    let made: Context | undefined
    const context = () => (made ??= makeContext())
    const next = index(record)
    for (let position = next(0); position < rules.length; position = next(position + 1)) {
      const found = test(position, record, context)
      if (found) return found
    }
    return { kind: 'none' }
  }

  const entry = (position: number, record: JsonObject, context: Context, end: Match): RuleTrace => {
    const rule = rules[position]?.name ?? ''
    const expression = expressions[position]
    if (!expression) return { rule, position, matched: false, because: 'the rule is disabled' }
    if (end.kind !== 'none' && end.position === position)
      return end.kind === 'match'
        ? { rule, position, matched: true }
        : { rule, position, matched: false, error: end.message }
    return { rule, position, matched: false, because: why(expression, record, context) }
  }

  const trace = (record: JsonObject, context: Context, end: Match, isFull = false): RuleTrace[] => {
    const last = end.kind === 'none' ? rules.length - 1 : end.position
    const entries: RuleTrace[] = []
    let next = 0
    const leaveOut = (to: number) => {
      if (to <= next) return
      const [first] = rules.slice(next, next + 1)
      const because = 'none of these holds; explain says why, one by one'
      entries.push({ rule: first?.name ?? '', position: next, matched: false, count: to - next, because })
    }
    const walk = isFull ? everywhere(rules.length) : explained(record)
    for (let position = walk(0); position <= last;) {
      leaveOut(position)
      entries.push(entry(position, record, context, end))
      next = position + 1
      // Only the one that ended the walk is explained beyond the first hundred.
      position = walk(!isFull && entries.length >= mostReasons ? Math.max(next, last) : next)
    }
    leaveOut(last + 1)
    return entries
  }
  const compared = expressions.flatMap((one, position) => {
    const found = one ? comparedIn(one.tree) : []
    return found.length > 0 ? [{ position, found }] : []
  })
  const unlike = (event: JsonValue) =>
    compared.flatMap(({ position, found }) =>
      unlikeIn(event, found).map((message) => ({ position, message })),
    )
  return { match, trace, unlike }
}
