// The fields of a form as an object, however the form was sent.
import type { JsonObject, JsonValue } from '../values/json.ts'
import { unreadable } from './body-fault.ts'
import { readJson } from './json-text.ts'
import { listed } from './listed.ts'

export const MOST_FIELDS = 1000

export const tooManyFields = () =>
  unreadable('Too many fields', `The form has more than ${MOST_FIELDS} fields.`)

/** Slack, GitHub and others send their whole event as JSON in a field of this name. Other text in it stays text. */
const valueOf = (name: string, value: JsonValue): JsonValue =>
  name === 'payload' && typeof value === 'string' && /^\s*[[{]/.test(value)
    ? readJson(value, 'The field "payload"')
    : value

export function fieldsOf(pairs: (readonly [name: string, value: JsonValue])[]): JsonObject {
  if (pairs.length > MOST_FIELDS) throw tooManyFields()
  return listed(pairs.map(([name, value]) => [name, valueOf(name, value)] as const))
}
