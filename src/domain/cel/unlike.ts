// Comparisons of a number with a text that only looks like one: never equal, and nothing says so when they run.
import type { ASTNode } from '@marcbachmann/cel-js'
import { accessOf, childrenOf, walkedList } from './tree.ts'
import { isAnyNumber } from '../values/decimal.ts'
import type { JsonValue } from '../values/json.ts'

type Kind = 'a number' | 'a text'
/** Names and places, from the event on; EACH: every element of a list. */
const EACH = Symbol('each')
type Step = string | number | typeof EACH
type Path = readonly Step[]
/** Loop variables over lists of the event, and the event itself. */
type Scope = ReadonlyMap<string, Path>

/** A part of the event that is compared with values of this kind, or with another part. */
export interface Compared {
  path: Path
  with: Kind | Path
}

const kindOf = (value: unknown): Kind | undefined =>
  typeof value === 'string' ? 'a text' : isAnyNumber(value) ? 'a number' : undefined

const literalKind = (node: ASTNode): Kind | undefined => {
  if (node.op === '-_') return literalKind(node.args)
  return node.op === 'value' ? kindOf(node.args) : undefined
}

/** `event.a`, `event["a"]`, `event.lines[0].qty`, and the same of a loop variable. */
const pathIn = (node: ASTNode, scope: Scope): Path | undefined => {
  if (node.op === 'id') return scope.get(node.args)
  const access = accessOf(node)
  const front = access && pathIn(access.of, scope)
  if (!access || !front) return undefined
  const { part } = access
  if (typeof part === 'string') return [...front, part]
  const key = part.op === 'value' ? part.args : undefined
  if (typeof key === 'string') return [...front, key]
  return isAnyNumber(key) ? [...front, Number(key)] : undefined
}

const sidesOf = (left: ASTNode, right: ASTNode, scope: Scope): Compared[] => {
  // Whichever branch it is.
  if (left.op === '?:') return left.args.slice(1).flatMap((branch) => sidesOf(branch, right, scope))
  if (right.op === '?:') return sidesOf(right, left, scope)
  if (left.op === 'list' && right.op === 'list') {
    const others = right.args
    return left.args.flatMap((one, at) => (others[at] ? sidesOf(one, others[at], scope) : []))
  }
  const [path, other] = [pathIn(left, scope), pathIn(right, scope)]
  if (path && other) return [{ path, with: other }]
  if (other) return sidesOf(right, left, scope)
  const kind = literalKind(right)
  return path && path.length > 0 && kind ? [{ path, with: kind }] : []
}

const comparedHere = (node: ASTNode, scope: Scope): Compared[] => {
  if (node.op === '==' || node.op === '!=') return sidesOf(node.args[0], node.args[1], scope)
  if (node.op !== 'in' || node.args[1].op !== 'list') return []
  const path = pathIn(node.args[0], scope)
  const [first, ...rest] = node.args[1].args.map(literalKind)
  return path && first && rest.every((kind) => kind === first) ? [{ path, with: first }] : []
}

const comparedWithin = (node: ASTNode, scope: Scope): Compared[] => {
  const list = walkedList(node)
  const [variable, ...parts] = node.op === 'rcall' ? node.args[2] : []
  if (!list || variable?.op !== 'id')
    return [
      ...comparedHere(node, scope),
      ...childrenOf(node).flatMap((child) => comparedWithin(child, scope)),
    ]
  const path = pathIn(list, scope)
  const inner = new Map(scope)
  if (path) inner.set(variable.args, [...path, EACH])
  else inner.delete(variable.args)
  return [...comparedWithin(list, scope), ...parts.flatMap((part) => comparedWithin(part, inner))]
}

/** Every `event.x == 100`, `event.x in ["100"]` and `event.x == event.y` of a condition, also inside of walked lists. */
export const comparedIn = (tree: ASTNode): Compared[] => comparedWithin(tree, new Map([['event', []]]))

const valuesAt = (value: unknown, [step, ...rest]: Path): unknown[] => {
  if (step === undefined) return [value]
  if (typeof value !== 'object' || value === null) return []
  if (step === EACH) return Array.isArray(value) ? value.flatMap((one) => valuesAt(one, rest)) : []
  return Object.hasOwn(value, step) ? valuesAt(Reflect.get(value, step), rest) : []
}

/** The kind of what is there; undefined where there is nothing, or both. */
const kindAt = (event: JsonValue, path: Path): Kind | undefined => {
  const [first, ...others] = valuesAt(event, path).map(kindOf)
  return others.every((kind) => kind === first) ? first : undefined
}

const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (step === EACH) return `${text}[…]`
    return typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`
  }, 'event')

/** What of an event is never equal to what it is compared with, in words. */
export const unlikeIn = (event: JsonValue, compared: readonly Compared[]): string[] =>
  compared.flatMap(({ path, with: other }) => {
    const is = kindAt(event, path)
    const kind = typeof other === 'string' ? other : kindAt(event, other)
    if (is === undefined || kind === undefined || is === kind) return []
    const what = typeof other === 'string' ? kind : `${pathText(other)}, ${kind}`
    return [`${pathText(path)} is compared with ${what}, and is ${is}: they are never equal`]
  })
