// How values of a field compare: what an index over rules reads of a record, and of the constants in conditions.
import type { ASTNode } from '@marcbachmann/cel-js'
import { ExactNumber } from '../values/exact-number.ts'
import type { FieldDefinition } from './field.ts'
import type { JsonValue } from '../values/json.ts'
import type { Key } from '../rules/key-index.ts'

export type FieldKind = 'text' | 'number' | 'whole' | 'flag' | 'time' | 'mixed' | 'presence'
/** By what conditions ask: a field's value by its name, whether it is there by `presenceOf` its name. */
export type FieldKinds = ReadonlyMap<string, { field: string; kind: FieldKind }>

export const presenceOf = (field: string): string => `has(${field})`

const kindOf = (field: FieldDefinition): FieldKind | undefined => {
  switch (field.type) {
    case 'string':
      return 'text'
    case 'number':
      return 'number'
    case 'integer':
      return 'whole'
    case 'boolean':
      return 'flag'
    case 'timestamp':
      return 'time'
    case 'enum':
      return field.enum?.every((value) => typeof value === 'string') === true ? 'text' : 'mixed'
    default:
      return undefined
  }
}

export const fieldKinds = (fields: Record<string, FieldDefinition>): FieldKinds =>
  new Map(
    Object.entries(fields).flatMap(([field, definition]) => {
      const kind = kindOf(definition)
      const presence = [presenceOf(field), { field, kind: 'presence' as const }] as const
      return kind ? [presence, [field, { field, kind }] as const] : [presence]
    }),
  )

/** From here on, neighboring whole numbers may be one double. */
export const leastRounded = 2 ** 53

const numberIn = (value: unknown): number | undefined =>
  typeof value === 'number' && !Number.isNaN(value) ? value : undefined

/** What a record's value is looked up by; undefined for one that conditions on such a field fail with. */
export const keyOf = (kind: FieldKind, value: JsonValue | undefined): Key | undefined => {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'flag':
      return typeof value === 'boolean' ? value : undefined
    case 'mixed':
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : undefined
    case 'presence':
      return value !== undefined && value !== null
    case 'time':
      return typeof value === 'string' ? numberIn(Date.parse(value)) : undefined
    case 'number':
      return numberIn(value)
    case 'whole': {
      if (!(value instanceof ExactNumber)) return numberIn(value)
      // Rounding keeps order, so where the number is in a span, its double is between the span's ends or one of them.
      const double = Number(value.text)
      return Math.abs(double) >= leastRounded ? double : undefined
    }
    default:
      return kind satisfies never
  }
}

const literalOf = (node: ASTNode): Key | undefined => {
  if (node.op === '-_') {
    const inner = literalOf(node.args)
    return typeof inner === 'number' ? -inner : undefined
  }
  if (node.op !== 'value') return undefined
  const value = node.args
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined
}

/** `timestamp("2026-01-01T00:00:00Z")` in milliseconds, read as CEL reads it. */
const timeOf = (node: ASTNode): number | undefined => {
  if (node.op !== 'call' || node.args[0] !== 'timestamp') return undefined
  const [text] = node.args[1].map(literalOf)
  return typeof text === 'string' ? numberIn(Date.parse(text)) : undefined
}

const literalTypes = { text: 'string', flag: 'boolean', number: 'number', whole: 'number' } as const

/** What a constant is looked up by, where it is one of the field's kind. */
export const constantOf = (kind: FieldKind, node: ASTNode): Key | undefined => {
  if (kind === 'time') return timeOf(node)
  const literal = literalOf(node)
  if (kind === 'mixed') return literal
  return kind !== 'presence' && typeof literal === literalTypes[kind] ? literal : undefined
}
