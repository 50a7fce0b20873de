// Paths into what an action sends: `json.customer.email`. A file names with them what an approval leaves out.
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'

/** What a path may lead into, by kind of action. Where a call goes, and to whom, is always covered. */
const parts = {
  http: ['json', 'form', 'multipart', 'text', 'headers'],
  slack: ['text'],
  email: ['subject', 'text'],
  emit: ['event'],
} as const
type Parted = Partial<Record<keyof typeof parts, unknown>>

const inside = (value: JsonValue, name: string): JsonValue | undefined => {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
  return value[name]
}

/** The names on the way to `path`; undefined where nothing stands there. A name with a dot in it counts as one. */
export function namesTo(value: JsonValue, path: string): string[] | undefined {
  if (inside(value, path) !== undefined) return [path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const first = path.slice(0, dot)
    const there = inside(value, first)
    const rest = there === undefined ? undefined : namesTo(there, path.slice(dot + 1))
    if (rest) return [first, ...rest]
  }
  return undefined
}

/** The value with null at the end of these names. */
export function withoutAt(value: JsonValue, [first, ...rest]: readonly string[]): JsonValue {
  if (first === undefined) return null
  const there = inside(value, first)
  if (there === undefined) return value
  const without = withoutAt(there, rest)
  if (Array.isArray(value)) return value.map((one, at) => (at === Number(first) ? without : one))
  return { ...(value as JsonObject), [first]: without }
}

/** The part of a path that lies inside this action: `refund.json.at` of the action "refund" is `json.at`. */
export const pathInAction = (path: string, action: string): string | undefined =>
  path.startsWith(`${action}.`) ? path.slice(action.length + 1) : undefined

export type PlaceInFile = { kind: 'text'; pointer: string[] } | { kind: 'whole' } | { kind: 'nothing' }

/** Where a path leads in an action as its file has it. Only a single text can be left out of an approval. */
export function placeInAction(action: Parted, path: string): PlaceInFile {
  for (const [kind, names] of Object.entries(parts) as [keyof typeof parts, readonly string[]][]) {
    const written = action[kind]
    if (typeof written !== 'object' || written === null) continue
    const found = namesTo(written as JsonObject, path)
    if (!found || !names.includes(found[0] ?? '')) return { kind: 'nothing' }
    const value = found.reduce<JsonValue | undefined>(
      (at, name) => (at === undefined ? undefined : inside(at, name)),
      written as JsonObject,
    )
    return typeof value === 'string' ? { kind: 'text', pointer: [kind, ...found] } : { kind: 'whole' }
  }
  return { kind: 'nothing' }
}
