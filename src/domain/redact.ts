// What a workflow marks `secret` or `personal` is masked wherever a run is shown. Values are masked where they stand,
// and wherever they turn up again: in the event, in traces, in messages of exceptions and targets.
import type { FieldDefinition } from './field.ts'
import type { JsonObject, JsonValue } from './json.ts'

export const MASK = '●●●'

// Shorter values turn up in any text by chance; they are masked only where they stand.
const SHORTEST_FOUND_AGAIN = 3
// Messages show the beginning of a long value (cel-values.ts).
const SHOWN = 77
const MOST_VALUES = 500
const VALUES = new Set(['value', 'before', 'after'])
const REASON_FACTS = /( is false: ).*$/s

export interface Redactor {
  /** Fields that are masked, by name. */
  names: string[]
  /** Outside text without the values. */
  text(text: string): string
  /** Any value with the values masked inside it. */
  value(value: JsonValue): JsonValue
  /** A record or corrections: fields masked whole. */
  record(fields: JsonObject): JsonObject
  /** An event's body as text, JSON or not. */
  body(text: string): string
  /** Why a rule did not hold: its facts go when it read a masked field. */
  because(text: string): string
}

const asIs: Redactor = {
  names: [],
  text: (text) => text,
  value: (value) => value,
  record: (fields) => fields,
  body: (text) => text,
  because: (text) => text,
}

const isMasked = ({ secret, personal }: Pick<FieldDefinition, 'secret' | 'personal'>): boolean =>
  secret === true || personal === true

/** Chains like event.customer.email or event["e-mail"][0] that an expression reads. */
const eventPaths = (expression: string): string[][] =>
  [...expression.matchAll(/\bevent((?:\.[A-Za-z_]\w*|\[(?:"[^"]*"|'[^']*'|\d+)\])+)/g)].map(([, chain]) =>
    [...(chain ?? '').matchAll(/\.([A-Za-z_]\w*)|\[(?:"([^"]*)"|'([^']*)'|(\d+))\]/g)].map(
      ([, name, double, single, index]) => name ?? double ?? single ?? index ?? '',
    ),
  )

const isObject = (value: unknown): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const inside = (value: JsonValue | undefined, key: string): JsonValue | undefined => {
  if (Array.isArray(value)) return value[Number(key)]
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

const leaves = (value: JsonValue | undefined): string[] => {
  if (typeof value === 'string') {
    const json = JSON.stringify(value)
    return [value, json.slice(1, -1), ...(json.length > SHOWN ? [json.slice(1, SHOWN)] : [])]
  }
  if (typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(leaves)
  return isObject(value) ? Object.values(value).flatMap(leaves) : []
}

const parsed = (text: string): JsonValue | undefined => {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

const isWithin = (path: string[], other: string[]): boolean => path.every((part, at) => other[at] === part)

/** The masked field that this expression shows something of; undefined when there is none. */
export function maskedFieldIn(
  expression: string,
  fields: Record<string, FieldDefinition>,
): string | undefined {
  const read = eventPaths(expression)
  const found = Object.entries(fields).find(
    ([name, field]) =>
      isMasked(field) &&
      eventPaths(field.from ?? `event.${name}`).some((path) =>
        read.some((one) => isWithin(path, one) || isWithin(one, path)),
      ),
  )
  return found?.[0]
}

/** The value at `path` masked; the rest as it is. */
function maskedAt(value: JsonValue, path: string[]): JsonValue {
  const [first, ...rest] = path
  if (first === undefined) return MASK
  const there = inside(value, first)
  if (there === undefined) return value
  const masked = maskedAt(there, rest)
  if (Array.isArray(value)) return value.map((one, at) => (at === Number(first) ? masked : one))
  return isObject(value) ? { ...value, [first]: masked } : value
}

const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** A function that replaces what is in `values`, whatever its case, longest first. */
function replacer(values: string[]): (text: string) => string {
  const found = [...new Set(values.map((value) => value.trim()))]
    .filter((value) => value.length >= SHORTEST_FOUND_AGAIN)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, MOST_VALUES)
  if (found.length === 0) return (text) => text
  // Nothing but literal words: it takes no longer than the text is long.
  const pattern = new RegExp(found.map(literal).join('|'), 'giu')
  return (text) => text.replaceAll(pattern, MASK)
}

/** What to mask in one run. `known` are its record and corrections, `body` its event as it came. */
export function redactor(
  fields: Record<string, FieldDefinition>,
  known: JsonObject[],
  body: string,
): Redactor {
  const masked = Object.entries(fields).filter(([, field]) => isMasked(field))
  if (masked.length === 0) return asIs
  const names = masked.map(([name]) => name)
  const event = parsed(body)
  const paths = masked.flatMap(([name, { from }]) => eventPaths(from ?? `event.${name}`))
  const read = (path: string[]) => path.reduce<JsonValue | undefined>(inside, event)
  const text = replacer([
    ...names.flatMap((name) => known.flatMap((record) => leaves(inside(record, name)))),
    ...paths.flatMap((path) => leaves(read(path))),
  ])
  const value = (given: JsonValue): JsonValue => {
    if (typeof given === 'string') return text(given)
    if (typeof given === 'number') return text(String(given)) === String(given) ? given : MASK
    if (Array.isArray(given)) return given.map(value)
    if (!isObject(given)) return given
    // A problem of a field: {field, message, value}; or a change of one: {field, before, after}.
    const isAboutMasked = names.some((name) => name === given['field'])
    return Object.fromEntries(
      Object.entries(given).map(([key, inner]) => [
        key,
        isAboutMasked && VALUES.has(key) && inner !== null ? MASK : value(inner),
      ]),
    )
  }
  return {
    names,
    text,
    value,
    record: (record) =>
      Object.fromEntries(
        Object.entries(record).map(([name, inner]) => [name, names.includes(name) ? MASK : value(inner)]),
      ),
    body: (given) =>
      event === undefined
        ? text(given)
        : JSON.stringify(value(paths.reduce((at, path) => maskedAt(at, path), event))),
    because: (given) => {
      const isAbout = names.some((name) => new RegExp(String.raw`\brecord\.${name}\b`).test(given))
      return text(isAbout ? given.replace(REASON_FACTS, `$1${MASK}`) : given)
    },
  }
}
