// What a person changed when resolving: kept with the decision, shown on the card and in explain.
import { ExactNumber } from '../values/exact-number.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'

export interface Change {
  field: string
  /** null: was, or is, not there. */
  before: JsonValue
  after: JsonValue
}

/** Equal as JSON: the order of an object's names does not count. */
export function sameJson(one: JsonValue, other: JsonValue): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, at) => sameJson(value, other[at] ?? null))
  if (one instanceof ExactNumber && other instanceof ExactNumber) return one.canonical === other.canonical
  if (!isJsonObject(one) || !isJsonObject(other)) return one === other
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name] ?? null, other[name] ?? null))
  )
}

/** Every name whose value differs, in the order of `after`. */
export const changesBetween = (before: JsonObject, after: JsonObject): Change[] =>
  [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter(({ before: was, after: is }) => !sameJson(was, is))

/** The changes in a decision's inputs; empty where nothing was changed. */
export function changesIn(inputs: unknown): Change[] {
  const found =
    typeof inputs === 'object' && inputs !== null && 'changes' in inputs ? inputs.changes : undefined
  return Array.isArray(found) ? (found as Change[]) : []
}
