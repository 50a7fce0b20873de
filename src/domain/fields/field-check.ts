// Whether a value keeps what its field demands: JSON Schema through zod, patterns through RE2 (linear time).
import { z } from 'zod'
import { budgeted } from '../cel/budget.ts'
import { BudgetError } from '../cel/errors.ts'
import { matchesLinear, patternFault } from '../cel/functions/own.ts'
import { shown } from '../cel/values.ts'
import { calculate, compareNumbers } from '../values/decimal.ts'
import { approximated, ExactNumber, isWhole } from '../values/exact-number.ts'
import type { FieldDefinition } from './field.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { isMarked, MASK } from '../masking/marked.ts'
import { moneyFromJson } from '../values/money.ts'

const ours = new Set([
  'from',
  'missing',
  'default',
  'title',
  'description',
  'examples',
  'secret',
  'personal',
  'pattern',
  'approximate',
  'type',
])

const jsonSchemaOf = (field: FieldDefinition): JsonObject => {
  const rest: JsonObject = {}
  for (const [keyword, value] of Object.entries(field)) {
    if (!ours.has(keyword) && value !== undefined) rest[keyword] = value
  }
  if (field.type === 'timestamp') return { ...rest, type: 'string' }
  // Without items, zod would not mind how many there are.
  if (field.type === 'array') return { items: {}, ...rest, type: 'array' }
  return field.type === 'enum' ? rest : { ...rest, type: field.type }
}

const nestedPattern = (schema: JsonValue | undefined): boolean =>
  typeof schema === 'object' &&
  schema !== null &&
  Object.entries(schema).some(
    ([name, inner]) => name === 'pattern' || name === 'patternProperties' || nestedPattern(inner),
  )

/** `is` says what the value is, or that it is not shown. */
const wording = (issue: z.core.$ZodIssue, value: JsonValue, is: string): string => {
  const isHidden = is.endsWith(MASK)
  switch (issue.code) {
    case 'too_small':
    case 'too_big': {
      const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum
      const bound = issue.code === 'too_small' ? 'at least' : 'at most'
      const strictly = issue.code === 'too_small' ? 'more than' : 'less than'
      if (issue.origin === 'string') return `must have ${bound} ${limit} characters, ${is}`
      if (issue.origin === 'array')
        return `must have ${bound} ${limit} entries, and has ${Array.isArray(value) ? value.length : 'another number'}`
      return `must be ${issue.inclusive === false ? strictly : bound} ${limit}, ${is}`
    }
    case 'invalid_value':
      return `must be one of ${issue.values.map((one) => shown(one)).join(', ')}, ${is}`
    case 'invalid_format':
      return `must be a valid ${issue.format}, ${is}`
    case 'not_multiple_of':
      return `must be ${issue.divisor === 1 ? 'a whole number' : `a multiple of ${issue.divisor}`}, ${is}`
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}, ${is}`
    default:
      return isHidden ? `does not fit, ${is}` : `${issue.message}, ${is}`
  }
}

const patternProblem = (value: string, pattern: string, is: string): string | undefined => {
  try {
    return budgeted(() => matchesLinear(value, pattern)) ? undefined : `must look like ${pattern}, ${is}`
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error
    return `has ${value.length} characters, too many to compare with ${pattern}: set a maxLength`
  }
}

const bounds = [
  ['minimum', 'at least', (order: number) => order >= 0],
  ['exclusiveMinimum', 'more than', (order: number) => order > 0],
  ['maximum', 'at most', (order: number) => order <= 0],
  ['exclusiveMaximum', 'less than', (order: number) => order < 0],
] as const

type NumberDemands = Pick<FieldDefinition, 'multipleOf' | 'const' | 'enum'> &
  Partial<Record<(typeof bounds)[number][0], number | undefined>>

/** What a number beyond a double breaks of its field's demands. */
const exactProblem = (field: NumberDemands, value: ExactNumber): string | undefined => {
  for (const [keyword, words, keeps] of bounds) {
    const bound = field[keyword]
    if (bound !== undefined && !keeps(compareNumbers(value, bound))) return `must be ${words} ${bound}`
  }
  const { multipleOf, const: only } = field
  if (multipleOf !== undefined && compareNumbers(calculate('%', value, multipleOf), 0) !== 0)
    return `must be a multiple of ${multipleOf}`
  const allowed = field.enum ?? (only === undefined ? undefined : [only])
  const isAllowed =
    allowed?.some((one) => typeof one === 'number' && compareNumbers(value, one) === 0) ?? true
  return isAllowed ? undefined : `must be one of ${allowed?.map((one) => shown(one)).join(', ')}`
}

/** The first number inside a list or an object that breaks its demands in a digit which a double does not have. */
const nestedProblem = (
  schema: unknown,
  value: JsonValue,
): { problem: string; value: ExactNumber; path: string[] } | undefined => {
  if (!isJsonObject(schema)) return undefined
  if (value instanceof ExactNumber) {
    const isPart = schema['type'] === 'integer' && !isWhole(value)
    const problem = isPart ? 'must be a whole number' : exactProblem(schema, value)
    return problem === undefined ? undefined : { problem, value, path: [] }
  }
  if (typeof value !== 'object' || value === null) return undefined
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  for (const [name, one] of Object.entries(value)) {
    const inner = Array.isArray(value)
      ? schema['items']
      : (properties[name] ?? schema['additionalProperties'])
    const found = nestedProblem(inner, one)
    if (found) return { ...found, path: [name, ...found.path] }
  }
  return undefined
}

/** A bound that no file has: zod's integers are safe ones. */
const isZodsEnd = (issue: z.core.$ZodIssue): boolean =>
  (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER) ||
  (issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER)

/** The schema with whole numbers of any size: zod's own end at 2^53. */
const anyWhole = (schema: JsonValue): JsonValue => {
  if (Array.isArray(schema)) return schema.map(anyWhole)
  if (!isJsonObject(schema)) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([name, one]) => [name, anyWhole(one)]))
  return inner['type'] === 'integer' ? { multipleOf: 1, ...inner, type: 'number' } : inner
}

const oncePerField = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}

/** Bounds count in the major unit. */
const moneyCheck =
  (field: FieldDefinition): FieldCheck =>
  (value) => {
    const amount = new ExactNumber(moneyFromJson(value)?.amount ?? '0')
    const wrong = exactProblem(field, amount)
    return wrong === undefined ? undefined : `${wrong}, and is ${isMarked(field) ? MASK : shown(value)}`
  }

export type FieldCheck = (value: JsonValue) => string | undefined

/** Compiles the demands of one field. Throws where the schema itself is wrong, with what is wrong. */
export const fieldCheck = (field: FieldDefinition): FieldCheck => {
  if (nestedPattern(field.items) || nestedPattern(field.properties))
    throw new Error('pattern is checked on a field itself, not inside items or properties')
  if (field.type === 'money') return moneyCheck(field)
  const schema = z.fromJSONSchema(jsonSchemaOf(field))
  const roomy = oncePerField(() => z.fromJSONSchema(anyWhole(jsonSchemaOf(field)) as JsonObject))
  const pattern = field.pattern
  const wrongPattern = pattern === undefined ? undefined : patternFault(pattern)
  if (wrongPattern !== undefined) throw new Error(wrongPattern)
  return (value) => {
    const is = `and is ${isMarked(field) ? MASK : shown(value)}`
    if (value instanceof ExactNumber) {
      const wrong = exactProblem(field, value)
      return wrong === undefined ? undefined : `${wrong}, ${is}`
    }
    const nested = nestedProblem(field, value)
    if (nested) {
      const where = isMarked(field) ? '' : `${nested.path.join('.')} `
      return `${where}${nested.problem}, and is ${isMarked(field) ? MASK : shown(nested.value)}`
    }
    const asDoubles = approximated(value)
    const strict = asDoubles === value ? schema.safeParse(value) : undefined
    const result = strict && !strict.error?.issues.some(isZodsEnd) ? strict : roomy().safeParse(asDoubles)
    const issue = result.error?.issues[0]
    if (issue) {
      // Keys of an object are what arrived, too.
      const where = issue.path.length > 0 && !isMarked(field) ? `${issue.path.join('.')} ` : ''
      return `${where}${wording(issue, value, is)}`
    }
    return pattern !== undefined && typeof value === 'string' ? patternProblem(value, pattern, is) : undefined
  }
}
