// What a whole condition asks of fields before it can be true. `a && b` is false when one of them is, whatever the other
// says or fails with; `a || b` when both are.
import type { ASTNode } from '@marcbachmann/cel-js'
import { walk } from '../cel/tree.ts'
import { type Ask, equalityAsk, fieldAsk, hasPrefix } from '../fields/field-ask.ts'
import type { FieldKinds } from '../fields/field-kind.ts'
import { overlap } from './span-index.ts'

/** By field, or by whether it is there. */
export type Asks = ReadonlyMap<string, Ask>
const nothing: Asks = new Map()

/** Both are asked: where they cannot be told as one, the narrower of them. */
const both = (a: Ask, b: Ask): Ask => {
  if (a.kind === 'keys' || b.kind === 'keys') return hasPrefix(a) && !hasPrefix(b) ? b : a
  const [few, many] = a.spans.length <= b.spans.length ? [a.spans, b.spans] : [b.spans, a.spans]
  const [only] = few
  return { kind: 'spans', spans: only && few.length === 1 ? many.map((span) => overlap(span, only)) : few }
}

/** One of them is asked. */
const either = (a: Ask, b: Ask): Ask | undefined => {
  if (a.kind === 'spans' && b.kind === 'spans') return { kind: 'spans', spans: [...a.spans, ...b.spans] }
  if (a.kind === 'spans' || b.kind === 'spans') return undefined
  const keys = [...a.keys.keys, ...b.keys.keys]
  return { kind: 'keys', keys: { keys, prefixes: [...a.keys.prefixes, ...b.keys.prefixes] } }
}

const allAsks = (a: Asks, b: Asks): Asks => {
  const all = new Map(a)
  for (const [field, ask] of b) {
    const other = all.get(field)
    all.set(field, other ? both(other, ask) : ask)
  }
  return all
}

const commonAsks = (a: Asks, b: Asks): Asks => {
  const common = new Map<string, Ask>()
  for (const [field, ask] of a) {
    const other = b.get(field)
    const one = other && either(ask, other)
    if (one) common.set(field, one)
  }
  return common
}

/** Whether evaluating it takes from the budget of the run. has() reads no value and takes nothing. */
const pays = (node: ASTNode): boolean => {
  let found = false
  if (node.op === 'call' && node.args[0] === 'has') return false
  walk(node, ({ op }) => (found ||= op === 'call' || op === 'rcall' || op === '+'))
  return found
}

type Found = { asks: Asks; isSpent: boolean }

/**
 * `isSpent`: what was evaluated before may have used up the budget of the run, and then what takes from it fails rather
 * than being false. Prefixes of texts and constant times leave enough of it (rule-index.ts sees to long texts).
 */
const found = (node: ASTNode, kinds: FieldKinds, isSpent: boolean): Found => {
  if (node.op === '&&' || node.op === '||') {
    const left = found(node.args[0], kinds, isSpent)
    const right = found(node.args[1], kinds, left.isSpent)
    const together = node.op === '&&' ? allAsks : commonAsks
    return { asks: together(left.asks, right.asks), isSpent: right.isSpent }
  }
  const isPaid = pays(node)
  const one = isPaid && isSpent ? undefined : fieldAsk(node, kinds)
  return one
    ? { asks: new Map([[one.field, one.ask]]), isSpent }
    : { asks: nothing, isSpent: isSpent || isPaid }
}

/** All that a condition asks. */
export const asksOf = (node: ASTNode, kinds: FieldKinds): Asks => found(node, kinds, false).asks

/** Only the value that a condition asks for first, of a field that is no time. */
export const firstValueAsk = (node: ASTNode, kinds: FieldKinds): Asks => {
  if (node.op === '&&') {
    const left = firstValueAsk(node.args[0], kinds)
    return left.size > 0 ? left : firstValueAsk(node.args[1], kinds)
  }
  if (node.op === '||')
    return commonAsks(firstValueAsk(node.args[0], kinds), firstValueAsk(node.args[1], kinds))
  const one = equalityAsk(node, kinds)
  return one && kinds.get(one.field)?.kind !== 'time' ? new Map([[one.field, one.ask]]) : nothing
}
