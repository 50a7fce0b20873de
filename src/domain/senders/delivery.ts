// A delivery as a proof reads it, and the places in one where a value may stand.
import { ExactNumber } from '../values/exact-number.ts'
import type { JsonValue } from '../values/json.ts'
import { pairsOf } from '../body/urlencoded.ts'

export interface Delivery {
  method: string
  /** As the sender has it: PUBLIC_URL with path and query. Behind a proxy the Host header tells something else. */
  url: string
  /** Names in lower case. */
  headers: Record<string, string>
  /** The bytes on the wire. */
  rawBody: Buffer
  /** The body as it is read; undefined where it cannot be. Nothing in it is believed yet. */
  event: JsonValue | undefined
  now: Date
}

/** `part`: the value of `<part>=…` in the list that the signature header is. `event`: a path in the body, `a.b[].c`. */
export type Place = { header: string } | { part: string } | { query: string } | { event: string }

/** undefined: it is a list, an object or nothing. */
export const scalarText = (value: JsonValue | undefined): string | undefined => {
  if (value instanceof ExactNumber) return value.text
  return value === undefined || typeof value === 'object' ? undefined : String(value)
}

function valuesAt(value: JsonValue | undefined, path: readonly string[]): (JsonValue | undefined)[] {
  const [step, ...rest] = path
  if (step === undefined) return [value]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [undefined]
  const name = step.replace(/\[\]$/, '')
  const next = Object.hasOwn(value, name) ? (value as Record<string, JsonValue>)[name] : undefined
  if (name === step) return valuesAt(next, rest)
  return Array.isArray(next) ? next.flatMap((one) => valuesAt(one, rest)) : [undefined]
}

/** What stands at a path of the body, with `[]` for each element of a list; undefined where nothing does. */
export const eventAt = (event: JsonValue | undefined, path: string): (JsonValue | undefined)[] =>
  valuesAt(event, path === '' ? [] : path.split('.'))

export const queryAt = (url: string, name: string): string | undefined => {
  const query = url.split('?').slice(1).join('?')
  try {
    return pairsOf(Buffer.from(query, 'latin1')).find(([one]) => one === name)?.[1]
  } catch {
    return undefined
  }
}

/** The texts at a place: one, but for a path through a list. undefined: it is missing, in one element at least. */
export function textsAt(delivery: Delivery, place: Exclude<Place, { part: string }>): string[] | undefined {
  if ('header' in place) {
    const value = delivery.headers[place.header.toLowerCase()]
    return value === undefined ? undefined : [value]
  }
  if ('query' in place) {
    const value = queryAt(delivery.url, place.query)
    return value === undefined ? undefined : [value]
  }
  const found = eventAt(delivery.event, place.event)
  const texts = found.flatMap((value) => scalarText(value) ?? [])
  return texts.length === 0 || texts.length < found.length ? undefined : texts
}

/** In words, for whoever has to mend it. */
export const placeWords = (place: Place): string => {
  if ('header' in place) return `the header ${place.header}`
  if ('part' in place) return `"${place.part}=" in the signature`
  return 'query' in place ? `"${place.query}" in the address` : `event.${place.event}`
}
