// What lookups found, put into a record: values with their source and time, or why the run must stop. Pure.
import type { LookupPlan } from '../rules/decision.ts'
import type { JsonObject, JsonValue } from './json.ts'

export type Found =
  | { kind: 'value'; value: JsonValue; source: JsonObject }
  /** Asked and not there, or what the key is made of is not there. */
  | { kind: 'none'; because: string }
  /** Could not be asked. */
  | { kind: 'failed'; because: string }
  /** Known, but older than `max_age`, and could not be had fresh. */
  | { kind: 'stale'; because: string }

export interface LookupProblem {
  name: string
  reason: 'lookup_failed' | 'stale_data'
  message: string
}

export interface Enriched {
  fields: JsonObject
  sources: JsonObject
  problems: LookupProblem[]
}

/** What one lookup adds to the record, by what the workflow says of missing values. */
export function place(plan: LookupPlan, found: Found): Enriched {
  const { name } = plan
  if (found.kind === 'value')
    return { fields: { [name]: found.value }, sources: { [name]: found.source }, problems: [] }
  const { because } = found
  if (plan.missing === 'ask') {
    const reason = found.kind === 'stale' ? 'stale_data' : 'lookup_failed'
    return { fields: {}, sources: {}, problems: [{ name, reason, message: `${name}: ${because}` }] }
  }
  if (plan.missing === 'default')
    return {
      fields: { [name]: plan.default ?? null },
      sources: { [name]: { from: 'default', because } },
      problems: [],
    }
  return { fields: {}, sources: { [name]: { from: 'nowhere', because } }, problems: [] }
}
