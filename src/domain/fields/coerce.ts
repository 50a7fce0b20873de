// From whatever an event holds to a value of a field's type. Text that reads as the type is taken as it: CSV
// rows, forms and `/workflow run k=v` have only text. Empty text is absent unless minLength: 0 allows it.
import { readTime } from '../cel/functions/times.ts'
import { jsonOf, shown } from '../cel/values.ts'
import { compareNumbers, isAnyNumber } from '../values/decimal.ts'
import {
  ExactNumber,
  isNumberText,
  isWhole,
  numberOf,
  numberText,
  parseJson,
} from '../values/exact-number.ts'
import { coerceMoney, type GivenMoney } from './coerce-money.ts'
import type { FieldDefinition } from './field.ts'
import { isJsonObject, type JsonValue } from '../values/json.ts'
import { isMarked, MASK } from '../masking/marked.ts'

export type Coerced =
  | { kind: 'value'; value: JsonValue }
  | { kind: 'absent' }
  /** `isLacking`: a part of it is not there. */
  | { kind: 'invalid'; message: string; wanted: string; isLacking?: true }

const value = (of: JsonValue): Coerced => ({ kind: 'value', value: of })
const invalid = (json: JsonValue, wanted: string): Coerced => ({
  kind: 'invalid',
  message: `${shown(json)} is not ${wanted}`,
  wanted,
})

const toText = (json: JsonValue): Coerced =>
  typeof json === 'string'
    ? value(json)
    : isAnyNumber(json)
      ? value(numberText(json))
      : typeof json === 'boolean'
        ? value(String(json))
        : invalid(json, 'text')

const toNumber = (json: JsonValue, field: FieldDefinition): Coerced => {
  const number = typeof json === 'string' && isNumberText(json) ? numberOf(json.trim()) : json
  // A large whole one may come as a double (1e16): it is the integer that it reads as, like one with all its digits.
  if (typeof number === 'number')
    return value(field.type === 'integer' && Number.isInteger(number) ? numberOf(numberText(number)) : number)
  if (!(number instanceof ExactNumber)) return invalid(json, 'a number')
  if (field.type === 'integer') return isWhole(number) ? value(number) : invalid(json, 'a whole number')
  const double = Number(number.text)
  // Beyond 2^53 some whole numbers are written as the double is: 1152921504606847000.
  const isHeld = Number.isFinite(double) && compareNumbers(number, double) === 0
  if (isHeld || (field.approximate === true && Number.isFinite(double))) return value(double)
  return invalid(
    json,
    'kept exactly by a number: give the field the type string (or integer), or say approximate: true',
  )
}

const toBoolean = (json: JsonValue): Coerced => {
  if (typeof json === 'boolean') return value(json)
  const text = typeof json === 'string' ? json.trim().toLowerCase() : ''
  if (text === 'true' || text === 'yes') return value(true)
  if (text === 'false' || text === 'no') return value(false)
  return invalid(json, 'true or false')
}

const toTimestamp = (json: JsonValue): Coerced => {
  const read = readTime(json)
  return read instanceof Date ? value(read.toISOString()) : invalid(json, read.wanted)
}

const toEnum = (json: JsonValue, field: FieldDefinition): Coerced => {
  const found = field.enum?.find((allowed) => allowed === json || String(allowed) === json)
  return found === undefined ? value(json) : value(found)
}

/** Lists and objects may come as their JSON text, as forms and commands send them. */
const toStructure = (json: JsonValue, type: 'array' | 'object'): Coerced => {
  const wanted = type === 'array' ? 'a list' : 'an object'
  let found = json
  if (typeof json === 'string') {
    try {
      found = jsonOf(parseJson(json)) ?? null
    } catch {
      return invalid(json, wanted)
    }
  }
  const fits = Array.isArray(found) ? type === 'array' : isJsonObject(found) && type === 'object'
  return fits ? value(found) : invalid(json, wanted)
}

const typed = (json: JsonValue, field: FieldDefinition, money: GivenMoney): Coerced => {
  switch (field.type) {
    case 'string':
      return toText(json)
    case 'number':
    case 'integer':
      return toNumber(json, field)
    case 'boolean':
      return toBoolean(json)
    case 'timestamp':
      return toTimestamp(json)
    case 'money':
      return coerceMoney(json, field, money, (wanted) => invalid(json, wanted))
    case 'enum':
      return toEnum(json, field)
    case 'array':
    case 'object':
      return toStructure(json, field.type)
    default:
      return field.type satisfies never
  }
}

const NOT_SAID: GivenMoney = { currency: undefined, isWritten: true }

/** `money`: what a number of the event is an amount of, where the field is money; unset for what a person wrote. */
export const coerce = (raw: unknown, field: FieldDefinition, money = NOT_SAID): Coerced => {
  const json = jsonOf(raw)
  if (json === null || json === undefined) return { kind: 'absent' }
  const isText = field.type === 'string'
  if (typeof json === 'string' && json.trim() === '' && !(isText && field.minLength === 0))
    return { kind: 'absent' }
  const found = typed(json, field, money)
  if (found.kind !== 'invalid' || !isMarked(field)) return found
  return { ...found, message: `${MASK} is not ${found.wanted}` }
}
