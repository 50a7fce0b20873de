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

/** A part taken of what stands before it, by a name or by an index: `.tier`, `["tier"]`, and both where it may be missing (`.?`). */
export type Access = { of: ASTNode; part: string | ASTNode }

export const accessOf = (node: ASTNode): Access | undefined => {
  switch (node.op) {
    case '.':
    case '.?':
      return { of: node.args[0], part: node.args[1] }
    case '[]':
    case '[?]':
      return { of: node.args[0], part: node.args[1] }
    default:
      return undefined
  }
}

/** The name that is taken: `tier` of `.tier` and of `["tier"]`; undefined: it is worked out. */
export const nameOf = ({ part }: Access): string | undefined => {
  if (typeof part === 'string') return part
  return part.op === 'value' && typeof part.args === 'string' ? part.args : undefined
}

/** `record.customer["tier"]` → ["record", "customer", "tier"]; undefined for anything but a chain of names. */
export const pathOf = (node: ASTNode): string[] | undefined => {
  if (node.op === 'id') return [node.args]
  const access = accessOf(node)
  const name = access && nameOf(access)
  const front = name === undefined ? undefined : access && pathOf(access.of)
  return front && name !== undefined ? [...front, name] : undefined
}

/** What stands in brackets along a chain of names and indexes. */
export const indexesIn = (node: ASTNode): ASTNode[] => {
  const access = accessOf(node)
  if (!access) return []
  const { of, part } = access
  return typeof part === 'string' ? indexesIn(of) : [...indexesIn(of), part]
}

/** `record.amount` → "amount"; undefined for anything else. */
export const recordFieldOf = (node: ASTNode): string | undefined => {
  const path = node.op === '.' ? pathOf(node) : undefined
  return path?.length === 2 && path[0] === 'record' ? path[1] : undefined
}

/** Names before functions: they hold nothing. */
const namespaces = new Set(['base64', 'math', 'optional', 'sets'])

/**
 * Every chain of names that the expression reads, longest first at each place, with where it stands. A chain ends where a name
 * is worked out: `record[vars.which]` reads `record`, all of it.
 */
export const pathsIn = (node: ASTNode): { path: string[]; node: ASTNode }[] => {
  if (node.op === 'id' && namespaces.has(node.args)) return []
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
