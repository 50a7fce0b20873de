// What a run lacks because a lookup failed, as its exception keeps it: which lookups, and what the workflow reads of each.
import { isNumberText, numberOf, parseJson } from '../values/exact-number.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'

export interface Lacking {
  name: string
  message: string
  /** Paths below it that the workflow reads; empty or '': it is read whole. */
  reads: string[]
}

export function lookupsIn(data: unknown): Lacking[] {
  const found = isJsonObject(data) ? data['lookups'] : undefined
  if (!Array.isArray(found)) return []
  return found.flatMap((one): Lacking[] => {
    if (!isJsonObject(one) || typeof one['name'] !== 'string') return []
    const reads = Array.isArray(one['reads']) ? one['reads'].filter((path) => typeof path === 'string') : []
    return [{ name: one['name'], message: typeof one['message'] === 'string' ? one['message'] : '', reads }]
  })
}

/** What a person is asked for: `customer.tier`, or `customer` where it is read whole. */
export const askedFor = ({ name, reads }: Lacking): string[] => {
  const paths = reads.filter((path) => path !== '' && !reads.some((other) => path.startsWith(`${other}.`)))
  return paths.length === 0 || reads.includes('') ? [name] : paths.map((path) => `${name}.${path}`)
}

/** What was typed, as what it reads as: a number, true, false, a list or an object; anything else, or in quotes, is text. */
export function readTyped(text: string): JsonValue {
  const trimmed = text.trim()
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  if (isNumberText(trimmed) && !/^[-+]?0\d/.test(trimmed)) return numberOf(trimmed)
  if (!/^["[{]/.test(trimmed)) return trimmed
  try {
    return parseJson(trimmed) as JsonValue
  } catch {
    return trimmed
  }
}

const within = (object: JsonObject, [name = '', ...rest]: string[], value: JsonValue): JsonObject => {
  const inner = object[name]
  return {
    ...object,
    [name]: rest.length === 0 ? value : within(isJsonObject(inner) ? inner : {}, rest, value),
  }
}

/** {"customer.tier": "gold"} → {customer: {tier: "gold"}}; what is left empty is left out. */
export const filledIn = (texts: Record<string, string>): JsonObject =>
  Object.entries(texts).reduce<JsonObject>(
    (so, [path, text]) => (text.trim() === '' ? so : within(so, path.split('.'), readTyped(text))),
    {},
  )

/** Texts by name as corrections: those of fields as they stand, which their own check reads; the others for lookups. */
export function correctionsIn(
  fields: Record<string, unknown>,
  texts: Record<string, string>,
  valueOf: (name: string, text: string) => JsonValue = (_name, text) => text,
): JsonObject {
  const typed = Object.entries(texts)
  const isField = ([name]: [string, string]) => Object.hasOwn(fields, name)
  return {
    ...Object.fromEntries(typed.filter(isField).map(([name, text]) => [name, valueOf(name, text)])),
    ...filledIn(Object.fromEntries(typed.filter((one) => !isField(one)))),
  }
}
