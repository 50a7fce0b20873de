// What is null is missing: for `.?` and has(), and for an operator or a function that meets it.
import { AbsentError, FunctionError } from './errors.ts'
import { type ASTNode, parse, serialize } from './syntax.ts'
import { alter, alterMacro, watch } from './evaluate.ts'
import { isOptional } from './optional.ts'
import { type Access, accessOf, pathOf, walk } from './tree.ts'

let made: { none: unknown; of: (context: object) => unknown } | undefined
// The library gives its class to nobody; its own expressions make one.
const optionals = () => (made ??= { none: parse('optional.none()')(), of: parse('optional.of(value)') })

/** Of null or undefined: none. */
export const optionalOf = (value: unknown): unknown =>
  value === null || value === undefined ? optionals().none : optionals().of({ value })

const partAt = (value: unknown, name: string): unknown => {
  if (isOptional(value)) return value.hasValue() ? partAt(value.value(), name) : undefined
  if (value instanceof Map) return (value as ReadonlyMap<unknown, unknown>).get(name)
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** What has() says is there, but holds nothing. */
const isNullAt = (node: ASTNode, root: (name: ASTNode) => unknown): boolean => {
  const valueOf = (at: ASTNode): unknown => {
    const access = accessOf(at)
    if (!access) return root(at)
    return typeof access.part === 'string' ? partAt(valueOf(access.of), access.part) : undefined
  }
  return valueOf(node) === null
}

const isPartOptional = ({ op }: ASTNode): boolean => op === '.?' || op === '[?]'
const GIVES_OPTIONAL = new Set(['first', 'last', 'of', 'or', 'none'])

/** Whether a part is taken of what may be missing. */
const isOfOptional = (node: ASTNode): boolean => {
  let found = false
  walk(node, (one) => {
    found ||= isPartOptional(one) || (one.op === 'rcall' && GIVES_OPTIONAL.has(one.args[0]))
  })
  return found
}

const inner = (value: unknown): unknown =>
  isOptional(value) ? (value.hasValue() ? value.value() : null) : value

/** What a part may be missing from: an object, or a list for a place in it. A text has no parts, and money has all of its own. */
const mayLack = (of: unknown, part: unknown): boolean =>
  of === null ||
  of === undefined ||
  (typeof of === 'object' && !(of instanceof Date) && Array.isArray(of) === (typeof part !== 'string'))

/**
 * The library calls a part missing also where what should have it is of another kind, or has a key by which the library does not know
 * it: a rule that asks for it would quietly not hold.
 */
const foundAt = (node: ASTNode, of: unknown, part: unknown): unknown => {
  if (!mayLack(of, part))
    throw new FunctionError(`${serialize(node)} asks for a part of something that has none`)
  return typeof part === 'string' && typeof of === 'object' && of !== null && Object.hasOwn(of, part)
    ? optionalOf(Reflect.get(of, part))
    : optionals().none
}

const partIsMissing = (node: ASTNode, { of, part }: Access): void => {
  let from: unknown
  let at: unknown = part
  watch(of, (value) => (from = inner(value)))
  if (typeof part !== 'string') watch(part, (value) => (at = value))
  alter(node, (value) => {
    if (!isOptional(value)) return value
    if (!value.hasValue()) return foundAt(node, from, at)
    return value.value() === null ? optionals().none : value
  })
}

const isNull = (node: ASTNode): boolean => node.op === 'value' && node.args === null

/** Compared with anything but a written null, null is missing too: `!=` would hold for what nobody sent. */
const neverNull = (...sides: ASTNode[]): void => {
  if (sides.some(isNull)) return
  for (const side of sides)
    if (accessOf(side) || side.op === 'id')
      watch(side, (value) => {
        if (value === null) throw new AbsentError(`${serialize(side)} is null`)
      })
}

/** After the type check. */
export const nullIsMissing = (tree: ASTNode): void =>
  walk(tree, (node) => {
    const access = accessOf(node)
    if (access && (isPartOptional(node) || isOfOptional(access.of))) partIsMissing(node, access)
    if (node.op === '==' || node.op === '!=') neverNull(node.args[0], node.args[1])
    if (node.op === 'in') neverNull(node.args[0])
    const asked = node.op === 'call' && node.args[0] === 'has' ? node.args[1][0] : undefined
    if (asked) alterMacro(node, (value, run) => value === true && !isNullAt(asked, run))
  })

const MET_NULL = new Set([
  'no_such_overload',
  'no_matching_overload',
  'invalid_logical_operand',
  'invalid_condition_type',
  'invalid_comprehension_range',
])

/** Whether an operator, a condition or a function met null where it takes none. `summary` names the types it met. */
export const metNull = (code: unknown, summary: string): boolean =>
  typeof code === 'string' && MET_NULL.has(code) && /\bnull\b/.test(summary)

/** The first chain of names in an expression that holds null, as it is written. */
export const nullIn = (tree: ASTNode, context: object): string | undefined => {
  let found: string | undefined
  walk(tree, (node) => {
    const path = found === undefined ? pathOf(node) : undefined
    if (path?.reduce<unknown>(partAt, context) === null) found = path.join('.')
  })
  return found
}
