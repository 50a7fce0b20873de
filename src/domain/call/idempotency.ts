// Where the idempotency key of a step stands in its call: in a header, or in the data where the API reads it there. The key is
// the same over all tries of a step; it is ours, so no approval covers it.
import { createHash } from 'node:crypto'
import type { HttpCall, Idempotency, KeyForm } from './http-call.ts'
import { asWritten, type HeaderText } from '../text/texts.ts'
import { isJsonObject, type JsonValue } from '../values/json.ts'

const digest = (key: string): string => createHash('sha256').update(key).digest('hex')

/** A UUID of version 8 (RFC 9562, 5.8): its bits are our own choice, here those of a SHA-256. */
const uuidOf = (key: string): string => {
  const hex = digest(key)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const inForm = (key: string, as: KeyForm): string =>
  as === 'uuid' ? uuidOf(key) : as === 'short' ? digest(key).slice(0, 24) : key

/** What the call says there itself stays: whoever writes a `dedup_key` means it, and an approval covers it. */
function withAt(value: JsonValue | undefined, [name, ...rest]: readonly string[], key: string): JsonValue {
  if (name === undefined) return value ?? key
  const map = isJsonObject(value) ? value : {}
  return { ...map, [name]: withAt(Object.hasOwn(map, name) ? map[name] : undefined, rest, key) }
}

/** What every call carries whose file says nothing else: the second is the name that Standard Webhooks has for it. */
const USUAL = ['idempotency-key', 'webhook-id']

const withHeaders = (call: HttpCall, names: readonly string[], key: string): HttpCall => ({
  ...call,
  headers: {
    ...Object.fromEntries(
      names
        .filter((name) => !Object.keys(call.headers).some((own) => own.toLowerCase() === name.toLowerCase()))
        .map((name) => [name.toLowerCase(), asWritten<HeaderText>(key)]),
    ),
    ...call.headers,
  },
})

/** The call with its key. `key`: undefined where nothing is to be done only once (a lookup). */
export function withKey(call: HttpCall, key: string | undefined): HttpCall {
  const where: Idempotency | undefined = call.handling?.idempotency
  if (key === undefined || where === 'none') return call
  if (where === undefined) return withHeaders(call, USUAL, key)
  const text = inForm(key, where.as)
  if ('header' in where) return withHeaders(call, [where.header], text)
  if ('query' in where) return { ...call, query: { [where.query]: text, ...call.query } }
  if ('form' in where) return { ...call, form: { [where.form]: text, ...call.form } }
  return { ...call, json: withAt(call.json, where.json.split('.'), text) }
}
