// Names with their values, where a name may come again: once it is its value, several times a list in the order of coming.
import type { JsonObject, JsonValue } from '../values/json.ts'

export function listed(pairs: Iterable<readonly [name: string, value: JsonValue]>): JsonObject {
  const all = new Map<string, JsonValue[]>()
  for (const [name, value] of pairs) {
    const before = all.get(name)
    if (before) before.push(value)
    else all.set(name, [value])
  }
  return Object.fromEntries(
    [...all].map(([name, values]) => [name, values.length === 1 ? (values[0] as JsonValue) : values]),
  )
}
