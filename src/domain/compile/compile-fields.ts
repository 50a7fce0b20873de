// Validation of one workflow: every field found, coerced and checked, with where it came from.
import { pathsIn } from '../cel/tree.ts'
import { coerce } from '../fields/coerce.ts'
import { fixedCurrency } from '../fields/coerce-money.ts'
import { currencyOf } from '../values/currency.ts'
import { moneyFromJson } from '../values/money.ts'
import type { CompileFault } from './compile-faults.ts'
import type { FieldProblem, FieldSource, Validated } from '../rules/decision.ts'
import { type Context, evaluate, type Compiled, type Expression } from '../cel/expression.ts'
import type { FieldDefinition } from '../fields/field.ts'
import { fieldCheck, type FieldCheck } from '../fields/field-check.ts'
import { maskedFields } from '../masking/marked.ts'
import { jsonOf } from '../cel/values.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'

interface CompiledField {
  name: string
  field: FieldDefinition
  from: Expression
  /** Of money, where its currency stands. */
  currency: Expression | undefined
  check: FieldCheck
}
type Found = { value: unknown; from: FieldSource['from'] }

export const compileFields = (
  fields: Record<string, FieldDefinition>,
  compile: (source: string) => Compiled,
  faults: CompileFault[],
): CompiledField[] => {
  const compiled: CompiledField[] = []
  const masked = new Set(maskedFields(fields))
  for (const [name, written] of Object.entries(fields)) {
    // What a marked field is made of says nothing of its value in problems either.
    const field = masked.has(name) ? { ...written, secret: true } : written
    const from = compile(field.from ?? `event.${name}`)
    if (!from.ok) {
      faults.push({ pointer: ['fields', name, 'from'], ...from.fault })
      continue
    }
    const currency = isInEvent(field) ? compile(field.currency ?? '') : undefined
    if (currency?.ok === false) faults.push({ pointer: ['fields', name, 'currency'], ...currency.fault })
    const named = currency?.ok === true ? currency.expression : undefined
    for (const [keyword, expression] of [
      ['from', from.expression],
      ['currency', named],
    ] as const) {
      const early = expression && tooEarly(name, expression, Object.keys(fields))
      if (early !== undefined) faults.push({ pointer: ['fields', name, keyword], message: early })
    }
    const wrongType = moneyFault(field, from.expression, named)
    if (wrongType) faults.push({ ...wrongType, pointer: ['fields', name, ...wrongType.pointer] })
    try {
      const check = fieldCheck(field)
      if (field.default !== undefined) {
        // Of which currency it will be does not matter here.
        const given = coerce(field.default, field, { currency: named && 'EUR', isWritten: true })
        const wrong =
          given.kind === 'value' ? check(given.value) : given.kind === 'invalid' ? given.message : 'is empty'
        if (wrong !== undefined)
          faults.push({ pointer: ['fields', name, 'default'], message: `the default ${wrong}` })
      }
      compiled.push({ name, field, from: from.expression, currency: named, check })
    } catch (error) {
      faults.push({
        pointer: ['fields', name],
        message: error instanceof Error ? error.message : String(error),
      })
    }
  }
  return compiled
}

const isInEvent = (field: FieldDefinition): boolean =>
  field.currency !== undefined && fixedCurrency(field) === undefined

/** What no value of `from` or `currency` would set right. */
const moneyFault = (
  field: FieldDefinition,
  from: Expression,
  currency: Expression | undefined,
): CompileFault | undefined => {
  if (currency && currency.type !== 'string' && currency.type !== 'dyn')
    return { pointer: ['currency'], message: `a currency is a text, and this is of type ${currency.type}` }
  if (field.type !== 'money' || field.currency !== undefined) return undefined
  return from.type === 'money' || from.type === 'dyn'
    ? undefined
    : { pointer: ['from'], message: `this says no currency: write currency: EUR, or where it stands` }
}

/** Fields are read in their order, and before the enrichments: what else one reads is never there. */
const tooEarly = (name: string, { tree }: Expression, names: string[]): string | undefined => {
  for (const { path } of pathsIn(tree)) {
    const [root, read = ''] = path
    if (root !== 'record') continue
    if (!names.includes(read))
      return `fields are read before the enrichments, so record.${read} is not known yet`
    if (names.indexOf(read) >= names.indexOf(name))
      return `${name} reads record.${read}, which is only known after it: put ${read} first`
  }
  return undefined
}

/** The context is filled while we go: later fields may read earlier ones as record.name. */
export const validateFields = (
  compiled: readonly CompiledField[],
  corrections: JsonObject,
  context: Context & { record: Record<string, unknown> },
): Validated => {
  const fields: JsonObject = {}
  const sources: Record<string, FieldSource> = {}
  const problems: FieldProblem[] = []
  const currencies: string[] = []

  for (const { name, field, from, currency, check } of compiled) {
    const found = find(name, from, corrections, context)
    const problem = (kind: FieldProblem['kind'], message: string, value?: JsonValue) => {
      problems.push({
        field: name,
        kind,
        message: `${field.title ?? name} ${message}`,
        ...(value !== undefined && { value }),
      })
    }
    if ('message' in found) {
      problem('invalid', `cannot be read: ${found.message}`)
      continue
    }
    const said = currency && currencyText(currency, context)
    const isWritten = found.from === 'correction'
    if (isWritten && field.type === 'money' && currencyOf(fixedCurrency(field) ?? said ?? '') === undefined)
      currencies.push(name)
    const coerced = coerce(found.value, field, { currency: said, isWritten })
    if (coerced.kind === 'invalid') {
      const kind = coerced.isLacking ? 'missing' : 'invalid'
      problem(kind, `cannot be used: ${coerced.message}`, jsonOf(found.value))
      continue
    }
    if (coerced.kind === 'absent') {
      if (field.missing === 'ask') problem('missing', 'is missing')
      if (field.missing !== 'default' || field.default === undefined) continue
    }
    const isDefault = coerced.kind === 'absent'
    const given = isDefault ? coerce(field.default, field, { currency: said, isWritten: true }) : coerced
    if (given.kind !== 'value') continue
    const wrong = check(given.value)
    if (wrong !== undefined) {
      problem('invalid', wrong, given.value)
      continue
    }
    fields[name] = given.value
    sources[name] = { from: isDefault ? 'default' : found.from }
    context.record[name] = celValue(field, given.value)
  }
  return { fields, sources, problems, currencies }
}

/** As later fields read it. */
const celValue = (field: FieldDefinition, value: JsonValue): unknown => {
  if (field.type === 'timestamp' && typeof value === 'string') return new Date(value)
  return field.type === 'money' ? moneyFromJson(value) : value
}

const currencyText = (currency: Expression, context: Context): string | undefined => {
  const result = evaluate(currency, context)
  return result.kind === 'value' && typeof result.value === 'string' && result.value.trim() !== ''
    ? result.value
    : undefined
}

const find = (
  name: string,
  from: Expression,
  corrections: JsonObject,
  context: Context,
): Found | { message: string } => {
  if (Object.hasOwn(corrections, name)) return { value: corrections[name], from: 'correction' }
  const result = evaluate(from, context)
  if (result.kind === 'fault') return { message: result.message }
  return { value: result.kind === 'value' ? result.value : null, from: 'event' }
}
