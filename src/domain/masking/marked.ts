// Which fields a workflow marks `secret` or `personal`, what those are made of, where their values stand, and whether an
// expression reads one.
// What reads a marked field is masked for that, whatever its value is: no text is searched for.
import { type ASTNode, parse } from '../cel/syntax.ts'
import { accessOf, childrenOf, indexesIn } from '../cel/tree.ts'
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
  const access = accessOf(node)
  const front = access && chainOf(access.of)
  if (!access || !front || front.isOpen) return front
  const { part } = access
  if (typeof part === 'string') return { path: [...front.path, part], isOpen: false }
  return part.op === 'value' && !(part.args instanceof Date)
    ? { path: [...front.path, String(part.args)], isOpen: false }
    : { ...front, isOpen: true }
}

const readsIn = (node: ASTNode): string[][] => {
  const chain = chainOf(node)
  return chain ? [chain.path, ...indexesIn(node).flatMap(readsIn)] : childrenOf(node).flatMap(readsIn)
}

const isWithin = (path: string[], other: string[]): boolean => path.every((part, at) => other[at] === part)

export const isMarked = ({ secret, personal }: Pick<FieldDefinition, 'secret' | 'personal'>): boolean =>
  secret === true || personal === true

/** What holds values that a sender gave. */
const SENT = new Set(['event', 'headers', 'query'])

/** What cannot be parsed was never published; should it be met all the same, it reads everything. */
const pathsOf = (from: string): string[][] => {
  try {
    return readsIn(parse(from).ast)
  } catch {
    return [...SENT, 'record'].map((root) => [root])
  }
}

/** Of fields in their order, those that `from` reads; where it is not known which, all. */
const fieldsRead = (from: string, earlier: string[]): string[] =>
  pathsOf(from).flatMap(([root, name]) => {
    if (root !== 'record') return []
    return name === undefined ? earlier : earlier.filter((one) => one === name)
  })

/**
 * The fields that are masked: those that are marked, and those that a marked one is made of. Who sees `cents` knows the salary
 * that is `record.cents / 100.0`.
 */
export const maskedFields = (fields: Record<string, FieldDefinition>): string[] => {
  const names = Object.keys(fields)
  const masked = new Set(names.filter((name) => fields[name] && isMarked(fields[name])))
  // A field reads earlier ones alone: from the last to the first, each is known to be masked before its own reads are.
  for (const [at, name] of [...names.entries()].toReversed()) {
    const from = fields[name]?.from
    if (from === undefined || !masked.has(name)) continue
    for (const read of fieldsRead(from, names.slice(0, at))) masked.add(read)
  }
  return names.filter((name) => masked.has(name))
}

export const marksOf = (fields: Record<string, FieldDefinition>): Marks =>
  maskedFields(fields).flatMap((field) => {
    const sent = pathsOf(fields[field]?.from ?? `event.${field}`).filter(([root]) => SENT.has(root ?? ''))
    return [['record', field], ...sent].map((path) => ({ field, path }))
  })

/** The marked field that this expression reads something of; undefined when there is none. */
export const markedIn = (tree: ASTNode, marks: Marks): string | undefined => {
  if (marks.length === 0) return undefined
  const reads = readsIn(tree)
  return marks.find(({ path }) => reads.some((read) => isWithin(read, path) || isWithin(path, read)))?.field
}

/** The same of one chain of names. */
export const isMarkedPath = (read: string[], marks: Marks): boolean =>
  marks.some(({ path }) => isWithin(read, path) || isWithin(path, read))
