// What one comparison asks of a field: a value, a span of numbers or times, the beginning of a text.
import type { ASTNode } from '@marcbachmann/cel-js'
import { recordFieldOf } from '../cel/tree.ts'
import { constantOf, type FieldKind, type FieldKinds, leastRounded, presenceOf } from './field-kind.ts'
import type { Key, Keys } from '../rules/key-index.ts'
import type { Span } from '../rules/span-index.ts'

/** Not met: the condition is certainly false. A field without a value of its kind meets every one. */
export type Ask = { kind: 'keys'; keys: Keys } | { kind: 'spans'; spans: readonly Span[] }
export const hasPrefix = (ask: Ask): boolean => ask.kind === 'keys' && ask.keys.prefixes.length > 0

export type FieldAsk = { field: string; ask: Ask }

const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

const spanOf = (operator: keyof typeof mirrored | '==', value: number): Span => {
  // A double that a number was rounded to stands for its neighbors too.
  const isIn = operator.endsWith('=') || Math.abs(value) >= leastRounded
  return {
    low: operator.startsWith('<') ? -Infinity : value,
    isLowIn: isIn,
    high: operator.startsWith('>') ? Infinity : value,
    isHighIn: isIn,
  }
}

const asNumber = (value: Key): number[] => (typeof value === 'number' ? [value] : [])
const isMeasured = (kind: FieldKind): boolean => kind === 'number' || kind === 'whole' || kind === 'time'

const oneOf = (kind: FieldKind, values: Key[]): Ask =>
  isMeasured(kind)
    ? { kind: 'spans', spans: values.flatMap(asNumber).map((value) => spanOf('==', value)) }
    : { kind: 'keys', keys: { keys: values, prefixes: [] } }

/** A field of the record with its kind. */
const fieldIn = (node: ASTNode, kinds: FieldKinds) => kinds.get(recordFieldOf(node) ?? '')

/** The field and the constant of a comparison, and whether the constant stands first. */
const sidesOf = ([left, right]: [ASTNode, ASTNode], kinds: FieldKinds) => {
  const first = fieldIn(left, kinds)
  const found = first ?? fieldIn(right, kinds)
  const constant = found && constantOf(found.kind, first ? right : left)
  return found && constant !== undefined ? { ...found, constant, isMirrored: !first } : undefined
}

/** `record.x == 1`, `record.x in [1, 2]`. */
export const equalityAsk = (node: ASTNode, kinds: FieldKinds): FieldAsk | undefined => {
  if (node.op === '==') {
    const sides = sidesOf(node.args, kinds)
    return sides && { field: sides.field, ask: oneOf(sides.kind, [sides.constant]) }
  }
  if (node.op !== 'in' || node.args[1].op !== 'list') return undefined
  const found = fieldIn(node.args[0], kinds)
  if (!found) return undefined
  const values = node.args[1].args.map((item) => constantOf(found.kind, item))
  return values.every((value) => value !== undefined)
    ? { field: found.field, ask: oneOf(found.kind, values) }
    : undefined
}

/** These, `record.x > 1`, `record.x.startsWith("ab")`, and `has(record.x)`. */
export const fieldAsk = (node: ASTNode, kinds: FieldKinds): FieldAsk | undefined => {
  switch (node.op) {
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const sides = sidesOf(node.args, kinds)
      if (!sides || !isMeasured(sides.kind) || typeof sides.constant !== 'number') return undefined
      const operator = sides.isMirrored ? mirrored[node.op] : node.op
      return { field: sides.field, ask: { kind: 'spans', spans: [spanOf(operator, sides.constant)] } }
    }
    case 'rcall': {
      const [method, receiver, [prefix]] = node.args
      const found = fieldIn(receiver, kinds)
      if (method !== 'startsWith' || found?.kind !== 'text' || !prefix) return undefined
      const text = constantOf('text', prefix)
      return typeof text === 'string'
        ? { field: found.field, ask: { kind: 'keys', keys: { keys: [], prefixes: [text] } } }
        : undefined
    }
    case 'call': {
      const [name, [path]] = node.args
      const found = name === 'has' && path ? fieldIn(path, kinds) : undefined
      return found && { field: presenceOf(found.field), ask: oneOf('presence', [true]) }
    }
    default:
      return equalityAsk(node, kinds)
  }
}
