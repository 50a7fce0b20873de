// What was ignored by filter, in words. Types are what senders call them: whoever shows the text escapes it.
import { shorten } from './text/cut.ts'

const MOST_TYPES = 5
const MOST_TYPE = 60

export interface Ignored {
  /** null: the event says no type. */
  type: string | null
  n: number
}

/** "charge.succeeded: 10, invoice.paid: 2, 3 more types: 4"; the most frequent first. */
export function ignoredTypesText(ignored: readonly Ignored[]): string {
  const byType = new Map<string, number>()
  for (const { type, n } of ignored) {
    const name = type === null ? 'no type' : shorten(type, MOST_TYPE)
    byType.set(name, (byType.get(name) ?? 0) + n)
  }
  const sorted = [...byType].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const rest = sorted.slice(MOST_TYPES)
  const left = rest.reduce((sum, [, n]) => sum + n, 0)
  return [
    ...sorted.slice(0, MOST_TYPES).map(([type, n]) => `${type}: ${n}`),
    ...(rest.length === 0 ? [] : [`${rest.length} more ${rest.length === 1 ? 'type' : 'types'}: ${left}`]),
  ].join(', ')
}

/** "12 ignored by filter (charge.succeeded: 12)"; empty: nothing was. */
export function ignoredText(ignored: readonly Ignored[]): string {
  const total = ignored.reduce((sum, { n }) => sum + n, 0)
  return total === 0 ? '' : `${total} ignored by filter (${ignoredTypesText(ignored)})`
}
