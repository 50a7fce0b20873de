// What keeps an expression from taking long: lists that are walked have a length, and all the work of one run has a
// budget, which every text that is read or made takes from by its length. It counts steps and not time, so that the same inputs give the same decision on any machine.
import type { ASTNode } from '@marcbachmann/cel-js'
import { spend } from './budget.ts'
import { BudgetError } from './errors.ts'
import { watch } from './evaluate.ts'
import { walk, walkedList } from './tree.ts'

/** What a list may hold when an expression walks it. */
const mostWalked = 1000
/** A text costs a step for each so many characters, a list one for each entry, each time it is read or made. */
const charactersAStep = 16

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

/** Calls that look for one text in another. */
const searches = new Set(['contains', 'indexOf', 'lastIndexOf', 'replace', 'split'])
/** At worst V8 compares each character with each: 86 s for half a megabyte in which the other half is sought. */
const comparisonsAStep = 8

/** Pays for a search before it begins, once both texts were evaluated; which comes first is the library's affair. */
const payForSearch = (text: ASTNode, sought: ASTNode): void => {
  const lengths = new Map<ASTNode, number>()
  for (const node of [text, sought])
    watch(node, (value) => {
      lengths.set(node, typeof value === 'string' ? value.length : 0)
      if (lengths.size < 2) return
      const comparisons = (lengths.get(text) ?? 0) * (lengths.get(sought) ?? 0)
      lengths.clear()
      spend(comparisons / comparisonsAStep)
    })
}

/** How many parts a value has, as far as it matters. */
const MOST_PARTS = 10_000
const partsIn = (value: unknown, room = MOST_PARTS): number => {
  if (typeof value === 'string') return 1 + value.length / charactersAStep
  if (typeof value !== 'object' || value === null) return 1
  let parts = 1
  for (const one of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (parts >= room) return room
    parts += partsIn(one, room - parts)
  }
  return parts
}

/** What the library takes for a part of each of two values that it compares. */
const stepsAPart = 4

/** A value is compared with another part by part, and with each of a list. */
const payForComparison = (left: ASTNode, right: ASTNode, isAmong: boolean): void => {
  const seen = new Map<ASTNode, unknown>()
  for (const node of [left, right])
    watch(node, (value) => {
      seen.set(node, value)
      if (seen.size < 2) return
      const [one, other] = [seen.get(left), seen.get(right)]
      seen.clear()
      if (typeof one !== 'object' || one === null) return
      const times = isAmong && Array.isArray(other) ? other.length : 1
      spend(partsIn(one) * times * stepsAPart)
    })
}

/** After the type check, which is where cel-js decides how each node is evaluated. */
export const boundWork = (tree: ASTNode): void => {
  const paying = new Set<ASTNode>()
  walk(tree, (node) => {
    // Whatever reads a text or makes one pays for its length.
    if (node.op === 'rcall') for (const one of [node.args[1], ...node.args[2]]) paying.add(one)
    if (node.op === 'call') for (const one of node.args[1]) paying.add(one)
    if (node.op === '+') paying.add(node)
    if (node.op === 'rcall' && searches.has(node.args[0]) && node.args[2][0])
      payForSearch(node.args[1], node.args[2][0])
    if (node.op === 'in' || node.op === '==' || node.op === '!=')
      payForComparison(node.args[0], node.args[1], node.op === 'in')
    const list = walkedList(node)
    if (!list || node.op !== 'rcall') return
    watch(list, notTooLong)
    for (const body of node.args[2].slice(1)) walk(body, (inner) => paying.add(inner))
  })
  for (const node of paying) watch(node, payFor)
}
