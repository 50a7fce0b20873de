// The events of a delivery that has several.
import { type Context, evaluate, type Expression } from '../cel/expression.ts'
import { jsonOf } from '../cel/values.ts'
import type { JsonValue } from '../values/json.ts'

/**
 * What `each` finds: the elements of a list (of lists: of all of them), or the one value that is there, as XML has it. undefined:
 * nothing is there, so the delivery is one event as a whole and its workflow says what it lacks.
 */
export function batchOf(each: Expression, context: Context): JsonValue[] | undefined {
  const result = evaluate(each, context)
  const value = result.kind === 'value' ? jsonOf(result.value) : undefined
  if (value === undefined) return undefined
  return Array.isArray(value) ? value.flat() : [value]
}
