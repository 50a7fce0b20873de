// Walking a parsed expression: its children, the names it reads, its calls.
import type { ASTNode } from '@marcbachmann/cel-js'

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value

const nodesIn = (value: unknown): ASTNode[] =>
  isNode(value) ? [value] : Array.isArray(value) ? value.flatMap(nodesIn) : []

export const childrenOf = (node: ASTNode): ASTNode[] => nodesIn(node.args)

export const walk = (node: ASTNode, visit: (node: ASTNode) => void): void => {
  visit(node)
  for (const child of childrenOf(node)) walk(child, visit)
}

/** The name that a node takes of what stands before it: `tier` of `.tier` and of `["tier"]`; undefined: it is worked out. */
const nameOf = (node: ASTNode): string | undefined => {
  if (node.op === '.') return node.args[1]
  const index = node.op === '[]' ? node.args[1] : undefined
  return index?.op === 'value' && typeof index.args === 'string' ? index.args : undefined
}

/** `record.customer["tier"]` → ["record", "customer", "tier"]; undefined for anything but a chain of names. */
export const pathOf = (node: ASTNode): string[] | undefined => {
  if (node.op === 'id') return [node.args]
  if (node.op !== '.' && node.op !== '[]') return undefined
  const name = nameOf(node)
  const front = name === undefined ? undefined : pathOf(node.args[0])
  return front && name !== undefined ? [...front, name] : undefined
}

/** `record.amount` → "amount"; undefined for anything else. */
export const recordFieldOf = (node: ASTNode): string | undefined => {
  const path = node.op === '.' ? pathOf(node) : undefined
  return path?.length === 2 && path[0] === 'record' ? path[1] : undefined
}

/**
 * Every chain of names that the expression reads, longest first at each place, with where it stands. A chain ends where a name
 * is worked out: `record[vars.which]` reads `record`, all of it.
 */
export const pathsIn = (node: ASTNode): { path: string[]; node: ASTNode }[] => {
  const path = pathOf(node)
  if (path) return [{ path, node }]
  return childrenOf(node).flatMap(pathsIn)
}

const count = (text: string, sign: string): number => text.split(sign).length - 1

/** The text of a part of the expression, as its author wrote it. A part's range may end before its last bracket. */
export const sourceOf = (node: ASTNode): string => {
  let { end } = node.range
  const text = () => node.input.slice(node.range.start, end)
  while (end < node.input.length && count(text(), '(') > count(text(), ')')) end += 1
  return text().trim()
}

const walkers = new Set(['exists', 'exists_one', 'all', 'map', 'filter'])

/** The list that a walking call (`exists`, `map` …) goes over; undefined for other nodes. */
export const walkedList = (node: ASTNode): ASTNode | undefined =>
  node.op === 'rcall' && walkers.has(node.args[0]) && node.args[2].length >= 2 ? node.args[1] : undefined

/** How deep walking calls stand within each other. */
export const walkDepth = (node: ASTNode): number =>
  Math.max(0, ...childrenOf(node).map(walkDepth)) + (walkedList(node) ? 1 : 0)
