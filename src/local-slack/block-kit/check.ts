// The few pieces every rule is built from: a check looks at one value at one place and reports what Slack
// would refuse. Wording and codes follow what Slack answers ("must be less than 76 characters").

import { distance } from 'fastest-levenshtein'

export type Surface = 'message' | 'modal' | 'home'

export interface Constraint {
  type: string
  expected?: string[]
  got?: string
}

export interface BlockError {
  /** JSON pointer into what was given. */
  pointer: string
  code: string
  message: string
  constraint?: Constraint
}

export interface Place {
  pointer: string
  surface: Surface
  errors: BlockError[]
}

export type Check = (value: unknown, at: Place) => void
export type Fields = Record<string, Check>
export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Length as Slack counts it: code points, so that an emoji outside the basic plane is one. */
export const lengthOf = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

export const within = (at: Place, key: string | number): Place => ({
  ...at,
  pointer: `${at.pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
})

export const refuse = (at: Place, code: string, message: string, constraint?: Constraint): void => {
  at.errors.push({ pointer: at.pointer, code, message, ...(constraint ? { constraint } : {}) })
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

const wrongKind = (at: Place, expected: string, value: unknown): void =>
  refuse(at, 'failed_constraint', `must provide ${expected === 'object' ? 'an object' : `a ${expected}`}`, {
    type: 'type',
    expected: [expected],
    got: kindOf(value),
  })

/** A bound that was crossed, as Slack words it. */
const bound = (at: Place, rule: { type: string; limit: number; got: number; message: string }): void =>
  refuse(at, 'failed_constraint', rule.message, {
    type: rule.type,
    expected: [String(rule.limit)],
    got: String(rule.got),
  })

export const string =
  ({ min = 1, max = Infinity }: { min?: number; max?: number } = {}): Check =>
  (value, at) => {
    if (typeof value !== 'string') return wrongKind(at, 'string', value)
    const got = lengthOf(value)
    if (got < min)
      bound(at, { type: 'min_length', limit: min, got, message: `must be more than ${min - 1} characters` })
    if (got > max)
      bound(at, { type: 'max_length', limit: max, got, message: `must be less than ${max + 1} characters` })
  }

export const boolean: Check = (value, at) => {
  if (typeof value !== 'boolean') wrongKind(at, 'boolean', value)
}

export const number =
  ({
    min = -Infinity,
    max = Infinity,
    whole = false,
  }: { min?: number; max?: number; whole?: boolean } = {}): Check =>
  (value, at) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return wrongKind(at, 'number', value)
    if (whole && !Number.isInteger(value)) return wrongKind(at, 'integer', value)
    if (value < min) bound(at, { type: 'min', limit: min, got: value, message: `must be at least ${min}` })
    if (value > max) bound(at, { type: 'max', limit: max, got: value, message: `must be at most ${max}` })
  }

export const oneOf =
  (...allowed: (string | number)[]): Check =>
  (value, at) => {
    if (!allowed.some((one) => one === value))
      refuse(at, 'failed_constraint', `must be one of ${allowed.join(', ')}`, {
        type: 'enum',
        expected: allowed.map(String),
        got: typeof value === 'string' ? value : kindOf(value),
      })
  }

export const pattern =
  (expression: RegExp, form: string): Check =>
  (value, at) => {
    if (typeof value !== 'string') return wrongKind(at, 'string', value)
    if (!expression.test(value))
      refuse(at, 'failed_constraint', `must be in the form ${form}`, {
        type: 'format',
        expected: [form],
        got: value.slice(0, 100),
      })
  }

export const list =
  (item: Check, { min = 1, max = Infinity }: { min?: number; max?: number } = {}): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return wrongKind(at, 'array', value)
    const got = value.length
    if (got < min)
      bound(at, { type: 'min_items', limit: min, got, message: `must have at least ${min} items` })
    if (got > max)
      return bound(at, { type: 'max_items', limit: max, got, message: `no more than ${max} items allowed` })
    for (const [index, entry] of value.entries()) item(entry, within(at, index))
  }

/** Slack tolerates some keys it does not know; one that is nearly a key we know is surely a slip. */
const misspelt = (key: string, known: string[]): boolean =>
  key.length > 3 && known.some((name) => name.length > 3 && distance(key, name) <= 2)

/** An object with these parts; `also` looks at what several parts must agree on. */
export const shape =
  (required: Fields, optional: Fields = {}, also?: (value: Json, at: Place) => void): Check =>
  (value, at) => {
    if (!isObject(value)) return wrongKind(at, 'object', value)
    for (const [key, check] of Object.entries(required)) {
      if (value[key] === undefined || value[key] === null)
        refuse(at, 'missing_field', `missing required field: ${key}`, { type: 'required', expected: [key] })
      else check(value[key], within(at, key))
    }
    for (const [key, check] of Object.entries(optional))
      if (value[key] !== undefined && value[key] !== null) check(value[key], within(at, key))
    const known = [...Object.keys(required), ...Object.keys(optional)]
    for (const key of Object.keys(value))
      if (key !== 'type' && !known.includes(key) && misspelt(key, known))
        refuse(at, 'unknown_property', `invalid additional property: ${key}`)
    also?.(value, at)
  }

/** One of several shapes, told apart by `type`. */
export const byType =
  (shapes: Fields): Check =>
  (value, at) => {
    if (!isObject(value)) return wrongKind(at, 'object', value)
    if (value.type === undefined)
      return refuse(at, 'missing_field', 'missing required field: type', {
        type: 'required',
        expected: ['type'],
      })
    const check =
      typeof value.type === 'string' && Object.hasOwn(shapes, value.type) ? shapes[value.type] : undefined
    if (check) return check(value, at)
    const got = typeof value.type === 'string' ? value.type.slice(0, 100) : kindOf(value.type)
    refuse(within(at, 'type'), 'failed_constraint', `unsupported type: ${got}`, {
      type: 'enum',
      expected: Object.keys(shapes),
      got,
    })
  }
