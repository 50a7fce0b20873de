// What keeps an expression from taking long: lists that are walked have a length, and all the work of one run has a
// budget. It counts steps and not time, so that the same inputs give the same decision on any machine.
import type { ASTNode } from '@marcbachmann/cel-js'
import { spend } from './cel-budget.ts'
import { BudgetError } from './cel-errors.ts'
import { walk, walkedList } from './cel-tree.ts'

/** What a list may hold when an expression walks it. */
const mostWalked = 1000
/** A text costs a step for each so many characters, a list one for each entry, each time it is read or made. */
const charactersAStep = 16

type Evaluate = (this: unknown, ...args: unknown[]) => unknown

const metaOf = (node: ASTNode): object => {
  const meta: unknown = Reflect.get(node, 'meta')
  return typeof meta === 'object' && meta !== null ? meta : {}
}

const setMeta = (node: ASTNode, key: string, value: unknown): void => {
  const set: unknown = Reflect.get(node, 'setMeta')
  if (typeof set !== 'function') throw new TypeError('cel-js no longer has setMeta on its nodes')
  Reflect.apply(set, node, [key, value])
}

/** Has `look` see each value of the node as it is evaluated. */
const watch = (node: ASTNode, look: (value: unknown) => void): void => {
  const evaluate: unknown = Reflect.get(metaOf(node), 'evaluate')
  if (typeof evaluate !== 'function' || Reflect.has(metaOf(node), 'alternate')) return
  const watched: Evaluate = function (...args) {
    const value: unknown = Reflect.apply(evaluate, this, args)
    look(value)
    return value
  }
  setMeta(node, 'evaluate', watched)
}

const notTooLong = (value: unknown): void => {
  const isObject = typeof value === 'object' && value !== null
  const length = Array.isArray(value) ? value.length : isObject ? Object.keys(value).length : 0
  if (length > mostWalked)
    throw new BudgetError(`a list of ${length} is too long to walk: at most ${mostWalked}`)
}

const payFor = (value: unknown): void => {
  const parts =
    typeof value === 'string' ? value.length / charactersAStep : Array.isArray(value) ? value.length : 0
  spend(1 + parts)
}

/** After the type check, which is where cel-js settles how each node is evaluated. */
export const boundWalks = (tree: ASTNode): void => {
  const paying = new Set<ASTNode>()
  walk(tree, (node) => {
    const list = walkedList(node)
    if (!list || node.op !== 'rcall') return
    watch(list, notTooLong)
    for (const body of node.args[2].slice(1)) walk(body, (inner) => paying.add(inner))
  })
  for (const node of paying) watch(node, payFor)
}
