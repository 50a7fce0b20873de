// Which rules can match at all. Most rules ask first whether a field equals a value or is in a list; for those
// a map from value to rules answers at once. The index only ever leaves out rules whose condition is certainly
// false: `a == x && rest` is false when a is not x, whatever `rest` says or fails with.
import type { ASTNode } from '@marcbachmann/cel-js'
import { pathOf } from './cel-tree.ts'
import type { JsonObject } from './json.ts'

type Key = string | number | boolean
export type Ask = { field: string; keys: Key[] }

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

const fieldOf = (node: ASTNode): string | undefined => {
  const path = pathOf(node)
  return path?.length === 2 && path[0] === 'record' ? path[1] : undefined
}

const equality = (node: ASTNode): Ask | undefined => {
  if (node.op === '==') {
    const [left, right] = node.args
    const field = fieldOf(left) ?? fieldOf(right)
    const key = fieldOf(left) === undefined ? literalOf(left) : literalOf(right)
    return field === undefined || key === undefined ? undefined : { field, keys: [key] }
  }
  if (node.op === 'in') {
    const [left, right] = node.args
    const field = fieldOf(left)
    if (field === undefined || right.op !== 'list') return undefined
    const keys = right.args.map(literalOf)
    return keys.every((key) => key !== undefined) ? { field, keys } : undefined
  }
  return undefined
}

/** What a condition asks of one field before anything else; undefined when it asks nothing of the kind. */
export const askOf = (node: ASTNode, indexable: ReadonlySet<string>): Ask | undefined => {
  if (node.op === '&&') return askOf(node.args[0], indexable) ?? askOf(node.args[1], indexable)
  if (node.op === '||') {
    const left = askOf(node.args[0], indexable)
    const right = askOf(node.args[1], indexable)
    return left && right && left.field === right.field
      ? { field: left.field, keys: [...left.keys, ...right.keys] }
      : undefined
  }
  const ask = equality(node)
  return ask && indexable.has(ask.field) ? ask : undefined
}

type FieldIndex = { field: string; all: number[]; byKey: Map<Key, number[]> }

/**
 * `positions(record)` gives, in order, every rule that is not certainly false. A rule on a field that is absent
 * stays in: it must fail as it would have without the index.
 */
export type RuleIndex = { positions: (record: JsonObject) => Iterable<number>; skips: boolean }

/** Below this many rules a plain walk is as fast. */
const worthIt = 8
const nothing: number[] = []

export const ruleIndex = (asks: (Ask | undefined)[]): RuleIndex => {
  const always: number[] = []
  const indexes = new Map<string, FieldIndex>()
  for (const [position, ask] of asks.entries()) {
    if (!ask) {
      always.push(position)
      continue
    }
    const index: FieldIndex = indexes.get(ask.field) ?? { field: ask.field, all: [], byKey: new Map() }
    indexes.set(ask.field, index)
    index.all.push(position)
    for (const key of new Set(ask.keys)) {
      const known = index.byKey.get(key)
      if (known) known.push(position)
      else index.byKey.set(key, [position])
    }
  }
  const everything = asks.map((_, position) => position)
  if (asks.length < worthIt || indexes.size === 0) return { positions: () => everything, skips: false }
  const fields = [...indexes.values()]
  return {
    skips: true,
    positions: (record) => {
      const lists = fields.map(({ field, all, byKey }) => {
        const value = record[field]
        if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
          return byKey.get(value) ?? nothing
        return all
      })
      return inOrder([always, ...lists].filter((list) => list.length > 0))
    },
  }
}

/** Merges ascending lists lazily: the first match ends the walk. */
function* inOrder(lists: number[][]): Generator<number> {
  const [only] = lists
  if (only && lists.length === 1) {
    yield* only
    return
  }
  const at = lists.map(() => 0)
  for (;;) {
    let least = Infinity
    let which = -1
    for (let list = 0; list < lists.length; list += 1) {
      const position = lists[list]?.[at[list] ?? 0]
      if (position !== undefined && position < least) {
        least = position
        which = list
      }
    }
    if (which < 0) return
    at[which] = (at[which] ?? 0) + 1
    yield least
  }
}
