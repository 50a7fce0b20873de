// Expressions over an event before there is a record: keys, subjects, filters.
import { type Compiled, type Context, evaluate, type Expression } from '../cel/expression.ts'
import { pathsIn } from '../cel/tree.ts'
import { textOf } from '../cel/values.ts'

/** Subjects and types stand in every list, so longer ones are cut. */
export const LONGEST_LABEL = 255

/** Refuses an expression that reads what is not known yet. */
export function early(compiled: Compiled): Compiled {
  if (!compiled.ok) return compiled
  const late = pathsIn(compiled.expression.tree).find(({ path }) => path[0] === 'record' || path[0] === 'now')
  if (!late) return compiled
  const message = `only event, headers, query, method and vars are known here, not ${late.path[0]}`
  return { ok: false, fault: { message, at: late.node.range.start } }
}

/** undefined: there is no such text. Never throws. */
export function earlyText(expression: Expression | undefined, context: Context): string | undefined {
  if (!expression) return undefined
  const result = evaluate(expression, context)
  const text = result.kind === 'value' ? textOf(result.value).trim() : ''
  return text === '' ? undefined : text
}
