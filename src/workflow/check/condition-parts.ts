// Conditions read as alternatives of parts joined by &&. A part is a set of values of one field, a range of
// numbers, or its own text; what cannot be read otherwise is text.
import { type ASTNode, serialize } from '../../domain/cel/syntax.ts'
import { pathOf } from '../../domain/cel/tree.ts'

export type Value = string | number | boolean
export type Part =
  | { kind: 'values'; field: string; values: Set<Value> }
  | { kind: 'not'; field: string; values: Set<Value> }
  | { kind: 'range'; field: string; from: number; to: number; withFrom: boolean; withTo: boolean }
  | { kind: 'text'; text: string; has?: string }
export type Alternative = Part[]

/** More alternatives than this are not followed: the answer would not be worth the time. */
const mostAlternatives = 16

export const alternativesOf = (node: ASTNode): Alternative[] | undefined => {
  if (node.op === '||' || node.op === '&&') {
    const left = alternativesOf(node.args[0])
    const right = alternativesOf(node.args[1])
    if (!left || !right) return undefined
    const joined =
      node.op === '||' ? [...left, ...right] : left.flatMap((one) => right.map((other) => [...one, ...other]))
    return joined.length > mostAlternatives ? undefined : joined
  }
  const always = constant(node)
  if (always !== undefined) return always ? [[]] : []
  return [[partOf(node)]]
}

const fieldOf = (node: ASTNode): string | undefined => {
  const path = pathOf(node)
  return path && path.length > 1 && path[0] === 'record' ? path.slice(1).join('.') : undefined
}

/** A value that is written out. A time counts as its milliseconds: it is only ever compared with times. */
const literal = (node: ASTNode): Value | undefined => {
  if (node.op === '-_') {
    const inner = literal(node.args)
    return typeof inner === 'number' ? -inner : undefined
  }
  if (node.op === 'call' && node.args[0] === 'timestamp') {
    const [text] = node.args[1]
    const ms = text?.op === 'value' && typeof text.args === 'string' ? Date.parse(text.args) : Number.NaN
    return Number.isNaN(ms) ? undefined : ms
  }
  if (node.op !== 'value') return undefined
  // One that a double would round equals another here: nothing is said of it.
  if (typeof node.args === 'bigint')
    return Number.isSafeInteger(Number(node.args)) ? Number(node.args) : undefined
  return typeof node.args === 'string' || typeof node.args === 'number' || typeof node.args === 'boolean'
    ? node.args
    : undefined
}

/** Whether a condition holds whatever arrives: `true`, `1 == 1`, `!(2 > 1)`; undefined when it depends. */
const constant = (node: ASTNode): boolean | undefined => {
  if (node.op === 'value') return typeof node.args === 'boolean' ? node.args : undefined
  if (node.op === '!_') {
    const inner = constant(node.args)
    return inner === undefined ? undefined : !inner
  }
  if (!isComparison(node)) return undefined
  const [left, right] = [literal(node.args[0]), literal(node.args[1])]
  if (left === undefined || right === undefined) return undefined
  if (node.op === '==' || node.op === '!=') return (left === right) === (node.op === '==')
  if (typeof left !== 'number') return undefined
  const part = comparison(node.op, '', right)
  return part?.kind === 'range' ? inRange(left, part) : undefined
}

const isComparison = (node: ASTNode): node is Extract<ASTNode, { op: keyof typeof flipped }> =>
  node.op in flipped

const flipped = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const

const partOf = (node: ASTNode): Part => {
  const text: Part = { kind: 'text', text: serialize(node) }
  const flag = fieldOf(node)
  if (flag !== undefined) return { kind: 'values', field: flag, values: new Set([true]) }
  if (node.op === '!_') {
    const inner = partOf(node.args)
    if (inner.kind === 'values' && inner.values.has(true)) return { ...inner, values: new Set([false]) }
    return inner.kind === 'values' ? { ...inner, kind: 'not' } : text
  }
  if (node.op === 'call' && node.args[0] === 'has') {
    const field = node.args[1][0] && fieldOf(node.args[1][0])
    return field === undefined ? text : { ...text, has: field }
  }
  if (node.op === 'in') {
    const field = fieldOf(node.args[0])
    const values = node.args[1].op === 'list' ? node.args[1].args.map(literal) : undefined
    if (field === undefined || !values?.every((value) => value !== undefined)) return text
    return { kind: 'values', field, values: new Set(values) }
  }
  if (isComparison(node)) {
    const [left, right] = node.args
    const isFlipped = fieldOf(left) === undefined
    const field = fieldOf(isFlipped ? right : left)
    const value = literal(isFlipped ? left : right)
    if (field === undefined || value === undefined) return text
    return comparison(isFlipped ? flipped[node.op] : node.op, field, value) ?? text
  }
  return text
}

const comparison = (operator: keyof typeof flipped, field: string, value: Value): Part | undefined => {
  if (operator === '==') return { kind: 'values', field, values: new Set([value]) }
  if (operator === '!=') return { kind: 'not', field, values: new Set([value]) }
  if (typeof value !== 'number') return undefined
  const above = operator === '>' || operator === '>='
  return {
    kind: 'range',
    field,
    from: above ? value : -Infinity,
    to: above ? Infinity : value,
    withFrom: operator === '>=',
    withTo: operator === '<=',
  }
}

const inRange = (value: Value, range: Extract<Part, { kind: 'range' }>): boolean =>
  typeof value === 'number' &&
  (value > range.from || (range.withFrom && value === range.from)) &&
  (value < range.to || (range.withTo && value === range.to))

/** Whether `narrow` holding means that `wide` holds. */
export const implies = (narrow: Part, wide: Part): boolean => {
  if (wide.kind === 'text')
    return (
      (narrow.kind === 'text' && narrow.text === wide.text) ||
      (wide.has !== undefined && narrow.kind !== 'text' && narrow.field === wide.has)
    )
  if (narrow.kind === 'text' || narrow.field !== wide.field) return false
  if (narrow.kind === 'values')
    return [...narrow.values].every((value) =>
      wide.kind === 'values'
        ? wide.values.has(value)
        : wide.kind === 'not'
          ? !wide.values.has(value)
          : inRange(value, wide),
    )
  if (narrow.kind === 'not')
    return wide.kind === 'not' && [...wide.values].every((value) => narrow.values.has(value))
  if (wide.kind === 'range')
    return (
      (narrow.from > wide.from || (narrow.from === wide.from && (wide.withFrom || !narrow.withFrom))) &&
      (narrow.to < wide.to || (narrow.to === wide.to && (wide.withTo || !narrow.withTo)))
    )
  return wide.kind === 'not' && [...wide.values].every((value) => !inRange(value, narrow))
}

export const excludes = (one: Part, other: Part): boolean => {
  if (one.kind === 'text' || other.kind === 'text' || one.field !== other.field) return false
  if (one.kind === 'values') return [...one.values].every((value) => !holdsFor(value, other))
  if (other.kind === 'values') return excludes(other, one)
  if (one.kind !== 'range' || other.kind !== 'range') return false
  const from = Math.max(one.from, other.from)
  const to = Math.min(one.to, other.to)
  return from > to || (from === to && !(inRange(from, one) && inRange(from, other)))
}

const holdsFor = (value: Value, part: Part): boolean =>
  part.kind === 'values'
    ? part.values.has(value)
    : part.kind === 'not'
      ? !part.values.has(value)
      : part.kind === 'range' && inRange(value, part)
