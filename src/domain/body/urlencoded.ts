// application/x-www-form-urlencoded, and the query of an address, which is written the same way.
import type { JsonObject } from '../json.ts'
import { decode } from './decode.ts'
import { fieldsOf, MOST_FIELDS, tooManyFields } from './fields.ts'

/** `text` has a character a byte. */
const unescaped = (text: string): Uint8Array =>
  Buffer.from(
    text
      .replaceAll('+', ' ')
      .replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

/** Names and values in the order in which they came. Throws BodyFault. */
export function pairsOf(bytes: Uint8Array, charset?: string): [name: string, value: string][] {
  const pairs = Buffer.from(bytes)
    .toString('latin1')
    .split('&')
    .filter((pair) => pair.trim() !== '')
  if (pairs.length > MOST_FIELDS) throw tooManyFields()
  return pairs.map((pair) => {
    const at = pair.indexOf('=')
    const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    return [decode(unescaped(name), charset), decode(unescaped(value), charset)]
  })
}

export const readUrlencoded = (bytes: Uint8Array, charset: string | undefined): JsonObject =>
  fieldsOf(pairsOf(bytes, charset))
