// application/x-www-form-urlencoded, and the query of an address, which is written the same way.
import type { JsonObject } from '../values/json.ts'
import { decode } from './decode.ts'
import { fieldsOf, MOST_FIELDS, tooManyFields } from './fields.ts'

const AMPERSAND = 0x26
const EQUALS = 0x3d
const PLUS = 0x2b
const PERCENT = 0x25
const SPACE = 0x20
const NO_BREAK_SPACE = 0xa0
const TAB = 0x09
const RETURN = 0x0d

const hexDigit = (byte: number | undefined): number =>
  byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16)

/** What the bytes stand for: + is a space, %41 an A. Byte by byte: a text of escapes alone is 350,000 of them. */
function unescaped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    const code = byte === PERCENT ? hexDigit(bytes[at + 1]) * 16 + hexDigit(bytes[at + 2]) : Number.NaN
    if (!Number.isNaN(code)) at += 2
    out[length] = Number.isNaN(code) ? (byte === PLUS ? SPACE : byte) : code
    length += 1
  }
  return out.subarray(0, length)
}

const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === SPACE || byte === NO_BREAK_SPACE || (byte >= TAB && byte <= RETURN))

/** Names and values in the order in which they came. Throws BodyFault. */
export function pairsOf(bytes: Uint8Array, charset?: string): [name: string, value: string][] {
  const pairs: [name: string, value: string][] = []
  for (let from = 0; from < bytes.length;) {
    if (bytes[from] === AMPERSAND) {
      from += 1
      continue
    }
    const found = bytes.indexOf(AMPERSAND, from)
    const pair = bytes.subarray(from, found < 0 ? bytes.length : found)
    from += pair.length + 1
    if (isBlank(pair)) continue
    if (pairs.length === MOST_FIELDS) throw tooManyFields()
    const at = pair.indexOf(EQUALS)
    const [name, value] = at < 0 ? [pair, new Uint8Array()] : [pair.subarray(0, at), pair.subarray(at + 1)]
    pairs.push([decode(unescaped(name), charset), decode(unescaped(value), charset)])
  }
  return pairs
}

export const readUrlencoded = (bytes: Uint8Array, charset: string | undefined): JsonObject =>
  fieldsOf(pairsOf(bytes, charset))
