// What is null is missing: for `.?` and has(), and for an operator or a function that meets it.
import { type ASTNode, parse } from './syntax.ts'
import { alter, alterMacro } from './evaluate.ts'
import { accessOf, pathOf, walk } from './tree.ts'

/** What `.?` gives: a value, or none. */
export interface Optional {
  hasValue: () => boolean
  value: () => unknown
}

let made: { none: unknown; of: (context: object) => unknown } | undefined
// The library gives its class to nobody; its own expressions make one.
const optionals = () => (made ??= { none: parse('optional.none()')(), of: parse('optional.of(value)') })

/** Of null or undefined: none. */
export const optionalOf = (value: unknown): unknown =>
  value === null || value === undefined ? optionals().none : optionals().of({ value })

export const isOptional = (value: unknown): value is Optional =>
  Object.prototype.toString.call(value) === '[object optional]'

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

/** After the type check. */
export const nullIsMissing = (tree: ASTNode): void =>
  walk(tree, (node) => {
    if (node.op === '.?' || node.op === '[?]')
      alter(node, (value) =>
        isOptional(value) && value.hasValue() && value.value() === null ? optionals().none : value,
      )
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
