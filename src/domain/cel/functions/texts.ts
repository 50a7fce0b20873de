// Functions over texts beside CEL's own, as its strings and encoders extensions have them (github.com/google/cel-go, ext).
import type { Environment } from '@marcbachmann/cel-js'
import { Big } from 'big.js'
import { spend } from '../budget.ts'
import { AbsentError, FunctionError } from '../errors.ts'
import { isOptional } from '../optional.ts'
import { Namespace, registerNamespace } from './namespace.ts'
import { textOf } from '../values.ts'
import { shorten } from '../../text/cut.ts'
import { isAnyNumber } from '../../values/decimal.ts'
import { type AnyNumber, parseJson } from '../../values/exact-number.ts'
import { isTooDeep, MOST_DEPTH } from '../../body/json-text.ts'

/** No value of anybody's is longer; beyond it a text of an event could be blown up without end. */
const LONGEST = 1_000_000

const notTooLong = (length: number, made: string): void => {
  if (length > LONGEST)
    throw new FunctionError(`${made} would make a text of ${length} characters: at most ${LONGEST}`)
}

/** `limit`: how many are replaced; negative: all. */
const replace = (text: string, sought: string, by: string, limit = -1): string => {
  const parts = text.split(sought)
  const most = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1)
  const length = text.length + most * (by.length - sought.length)
  notTooLong(length, 'replace()')
  spend(length / 16)
  const kept = parts.slice(most).join(sought)
  return [...parts.slice(0, most), kept].join(by)
}

const MOST_DECIMALS = 100

const fixed = (value: AnyNumber, decimals: number): string => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new FunctionError(`${value} cannot be written with decimals`)
  if (decimals > MOST_DECIMALS) throw new FunctionError(`format() writes at most ${MOST_DECIMALS} decimals`)
  return Big(String(value)).toFixed(decimals, Big.roundHalfUp)
}

/** A value of its own, or what may be missing: '' then. */
const held = (value: unknown): unknown => {
  if (value === null) throw new AbsentError('a value of format() is null')
  return isOptional(value) ? (value.hasValue() ? held(value.value()) : '') : value
}

/** `%s` as a text shows it, `%d` a whole number, `%f` and `%.2f` decimals (a half away from zero), `%%` the sign. */
const format = (text: string, values: unknown): string => {
  if (!Array.isArray(values))
    throw new FunctionError('format() takes a list: "%s of %s".format([record.a, record.b])')
  const given = values as unknown[]
  let next = 0
  let length = text.length
  const take = (clause: string): unknown => {
    if (next >= given.length)
      throw new FunctionError(`format() has fewer values than places: ${clause} has none`)
    next += 1
    return given[next - 1]
  }
  const kept = (piece: string): string => {
    length += piece.length
    notTooLong(length, 'format()')
    spend(1 + piece.length / 16)
    return piece
  }
  const made = text.replaceAll(/%(%|(?:\.(\d+))?([a-z])?)/gi, (clause: string, sign, decimals, kind) => {
    if (sign === '%') return '%'
    const value = held(take(clause))
    if (kind === 's' && decimals === undefined) return kept(textOf(value))
    if ((kind !== 'd' || decimals !== undefined) && kind !== 'f')
      throw new FunctionError(`format() knows %s, %d, %f, %.2f and %%, and not ${clause}`)
    if (!isAnyNumber(value))
      throw new FunctionError(
        `format() writes a number for ${clause}, and got "${shorten(textOf(value), 60)}"`,
      )
    if (kind === 'f') return kept(fixed(value, decimals === undefined ? 6 : Number(decimals)))
    if (fixed(value, 0) !== textOf(value))
      throw new FunctionError(`format() writes a whole number for %d, and got ${textOf(value)}`)
    return kept(fixed(value, 0))
  })
  if (next < given.length)
    throw new FunctionError(`format() has more values than places: ${given.length - next} left`)
  return made
}

const charAt = (text: string, at: bigint): string => {
  if (at < 0n || at > BigInt(text.length))
    throw new FunctionError(`charAt(${at}) is outside of a text of ${text.length} characters`)
  return text.charAt(Number(at))
}

const bytesOf = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  throw new FunctionError('base64.encode() takes a text or bytes')
}

const BASE64 = /^[\w+/-]*={0,2}$/

/** With and without padding, in both alphabets (RFC 4648, 4 and 5). */
const decode = (text: string): Uint8Array => {
  const bare = text.replaceAll(/\s/g, '')
  if (!BASE64.test(bare)) throw new FunctionError(`"${shorten(text, 60)}" is not base64`)
  return new Uint8Array(Buffer.from(bare, 'base64'))
}

/** JSON in bytes, its numbers with the digits they were written with. */
const jsonExact = (bytes: Uint8Array): unknown => {
  spend(bytes.length)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (isTooDeep(text)) throw new FunctionError(`json() reads JSON that nests ${MOST_DEPTH} deep at most`)
    return parseJson(text)
  } catch (error) {
    throw error instanceof FunctionError
      ? error
      : new FunctionError('json() reads JSON, and these bytes are none')
  }
}

class Base64 extends Namespace {}

export const registerTexts = (environment: Environment): void => {
  environment.registerFunction(
    'string.replace(string, string): string',
    (text: string, a: string, b: string) => replace(text, a, b),
  )
  environment.registerFunction(
    'string.replace(string, string, int): string',
    (text: string, a: string, b: string, limit: bigint) => replace(text, a, b, Number(limit)),
  )
  environment.registerFunction('string.format(dyn): string', format)
  environment.registerFunction('string.charAt(int): string', charAt)
  environment.registerFunction('bytes.jsonExact(): dyn', jsonExact)
  registerNamespace(environment, 'base64', { type: 'Base64', Class: Base64 })
  environment.registerFunction('Base64.encode(dyn): string', (_base64: Base64, value: unknown) =>
    Buffer.from(bytesOf(value)).toString('base64'),
  )
  environment.registerFunction('Base64.decode(string): bytes', (_base64: Base64, text: string) =>
    decode(text),
  )
}
