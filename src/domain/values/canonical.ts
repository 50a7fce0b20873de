// JSON as one text and one hash, whatever the order of an object's names: equal values and no others give the same.
import { createHash } from 'node:crypto'
import { ExactNumber } from './exact-number.ts'
import type { JsonValue } from './json.ts'

export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  // The database writes 1e400 out: the same number, and the same text here.
  if (value instanceof ExactNumber) return value.canonical
  // 1e16 is a double as it was sent, and an exact number once it was stored: one text for both.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return new ExactNumber(String(value)).canonical
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).toSorted()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(',')}}`
}

export const canonicalHash = (value: JsonValue): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')
