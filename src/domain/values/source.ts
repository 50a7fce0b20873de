// Where a value of a record came from, and when it was observed.
import type { JsonObject } from './json.ts'

export interface Source {
  from: string
  /** ISO 8601. */
  at: string | undefined
}

/** undefined: nothing says where it came from. What the event brought was observed when the event arrived. */
export function sourceOf(sources: JsonObject, name: string, receivedAt: Date): Source | undefined {
  const { from, at, observedAt } = (sources[name] ?? {}) as {
    from?: string
    at?: string
    observedAt?: string
  }
  if (from === undefined) return undefined
  return { from, at: observedAt ?? at ?? (from === 'event' ? receivedAt.toISOString() : undefined) }
}
