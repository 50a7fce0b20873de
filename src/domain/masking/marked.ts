// Which fields a workflow marks `secret` or `personal`, where their values stand, and whether an expression reads one.
// What reads a marked field is masked for that, whatever its value is: no text is searched for.
import { type ASTNode, parse } from '../cel/syntax.ts'
import { childrenOf } from '../cel/tree.ts'
import type { FieldDefinition } from '../fields/field.ts'

export const MASK = '●●●'

/** A place that holds a marked value: `record.email`, and the `event.customer.email` it comes from. */
export interface Mark {
  field: string
  path: string[]
}
export type Marks = readonly Mark[]

interface Chain {
  path: string[]
  /** A computed index: what lies under here is not known before. */
  isOpen: boolean
}

/** `event.a["b"][0]` → ["event", "a", "b", "0"]; undefined for what is no chain of names. */
const chainOf = (node: ASTNode): Chain | undefined => {
  if (node.op === 'id') return { path: [node.args], isOpen: false }
  if (node.op !== '.' && node.op !== '[]') return undefined
  const front = chainOf(node.args[0])
  if (!front || front.isOpen) return front
  if (node.op === '.') return { path: [...front.path, node.args[1]], isOpen: false }
  const index = node.args[1]
  return index.op === 'value' && !(index.args instanceof Date)
    ? { path: [...front.path, String(index.args)], isOpen: false }
    : { ...front, isOpen: true }
}

/** Names, and what computed indexes read, at each level of a chain. */
const indexesIn = (node: ASTNode): ASTNode[] =>
  node.op === '[]'
    ? [node.args[1], ...indexesIn(node.args[0])]
    : node.op === '.'
      ? indexesIn(node.args[0])
      : []

const readsIn = (node: ASTNode): string[][] => {
  const chain = chainOf(node)
  return chain ? [chain.path, ...indexesIn(node).flatMap(readsIn)] : childrenOf(node).flatMap(readsIn)
}

const isWithin = (path: string[], other: string[]): boolean => path.every((part, at) => other[at] === part)

export const isMarked = ({ secret, personal }: Pick<FieldDefinition, 'secret' | 'personal'>): boolean =>
  secret === true || personal === true

export const maskedFields = (fields: Record<string, FieldDefinition>): string[] =>
  Object.keys(fields).filter((name) => fields[name] && isMarked(fields[name]))

/** What holds values that a sender gave. */
const SENT = new Set(['event', 'headers', 'query'])

/** What cannot be parsed was never published; should it be met all the same, everything is masked. */
const pathsOf = (from: string): string[][] => {
  try {
    return readsIn(parse(from).ast).filter(([root]) => SENT.has(root ?? ''))
  } catch {
    return [...SENT].map((root) => [root])
  }
}

export const marksOf = (fields: Record<string, FieldDefinition>): Marks =>
  Object.entries(fields).flatMap(([field, definition]) =>
    isMarked(definition)
      ? [['record', field], ...pathsOf(definition.from ?? `event.${field}`)].map((path) => ({ field, path }))
      : [],
  )

/** The marked field that this expression reads something of; undefined when there is none. */
export const markedIn = (tree: ASTNode, marks: Marks): string | undefined => {
  if (marks.length === 0) return undefined
  const reads = readsIn(tree)
  return marks.find(({ path }) => reads.some((read) => isWithin(read, path) || isWithin(path, read)))?.field
}

/** The same of one chain of names. */
export const isMarkedPath = (read: string[], marks: Marks): boolean =>
  marks.some(({ path }) => isWithin(read, path) || isWithin(path, read))
