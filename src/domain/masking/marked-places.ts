// Where in an event marked fields come from, whatever shape it has, and what is there.
import { isAnyNumber } from '../values/decimal.ts'
import { numberText, parseJson } from '../values/exact-number.ts'
import { isJsonObject, type JsonValue } from '../values/json.ts'
import { MASK, type Marks } from './marked.ts'

export const inside = (value: JsonValue | undefined, key: string): JsonValue | undefined => {
  if (Array.isArray(value)) return value[Number(key)]
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

export const leaves = (value: JsonValue | undefined): string[] => {
  if (typeof value === 'string') return [value]
  if (isAnyNumber(value)) return [...new Set([String(value), numberText(value)])]
  if (Array.isArray(value)) return value.flatMap(leaves)
  return isJsonObject(value) ? Object.values(value).flatMap(leaves) : []
}

export const parsed = (text: string): JsonValue | undefined => {
  try {
    return parseJson(text) as JsonValue
  } catch {
    return undefined
  }
}

/** Hears each value that MASK stands for. */
export type Masked = (value: JsonValue) => void

export const isIndex = (name: string): boolean => /^\d+$/.test(name)

/** Senders write one name in many ways, and what is in a `PIN` is as secret as what is in a `pin`. */
const sameName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')

/**
 * The value at `path` masked, under whatever spelling of its names; the rest as it is. An event may have another shape than the file knows: a list has the rest of
 * the path in each element, one thing that should be a list is its element, and where the path meets text, a number or a
 * boolean, what it leads to may be anywhere in there.
 */
function maskedAt(value: JsonValue, path: string[], masked?: Masked): JsonValue {
  const [first, ...rest] = path
  if (first === undefined || (value !== null && typeof value !== 'object') || isAnyNumber(value)) {
    masked?.(value)
    return MASK
  }
  if (Array.isArray(value))
    return isIndex(first)
      ? value.map((one, at) => (at === Number(first) ? maskedAt(one, rest, masked) : one))
      : value.map((one) => maskedAt(one, path, masked))
  if (!isJsonObject(value)) return value
  const names = Object.entries(value).filter(([name]) => sameName(name) === sameName(first))
  const there = Object.fromEntries(names.map(([name, one]) => [name, maskedAt(one, rest, masked)]))
  if (names.length > 0) return { ...value, ...there }
  return isIndex(first) ? maskedAt(value, rest, masked) : value
}

export const eventPaths = (marks: Marks): string[][] =>
  marks.flatMap(({ path: [root, ...path] }) => (root === 'event' ? [path] : []))

/** What an event holds where marked fields come from; of JSON in a text there, what is in it too. */
export function valuesIn(event: JsonValue | undefined, marks: Marks): string[] {
  const found: JsonValue[] = []
  const hear: Masked = (value) => {
    found.push(value)
    const within = typeof value === 'string' ? parsed(value) : undefined
    if (typeof within === 'object' && within !== null) found.push(within)
  }
  if (event !== undefined) for (const path of eventPaths(marks)) maskedAt(event, path, hear)
  return found.flatMap(leaves)
}

/** The event with all that marked fields come from masked, and the names in it with it. */
export const withoutPlaces = (event: JsonValue, paths: string[][]): JsonValue =>
  paths.reduce((at, path) => maskedAt(at, path), event)
