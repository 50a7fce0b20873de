// Between JSON, as records are stored, and the values CEL works with: timestamps are Dates, ints are BigInts.
import { shorten } from '../text/cut.ts'
import { isOptional } from './optional.ts'
import { isAnyNumber } from '../values/decimal.ts'
import { ExactNumber, numberOf, numberText } from '../values/exact-number.ts'
import { Money, moneyFromJson, moneyText, moneyTextOf } from '../values/money.ts'
import type { FieldDefinition } from '../fields/field.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'

const namesOf = (fields: Record<string, FieldDefinition>, type: FieldDefinition['type']): string[] =>
  Object.keys(fields).filter((name) => fields[name]?.type === type)

/** The record as CEL sees it. Null is left out: what is missing is absent. */
export const recordValues = (
  fields: Record<string, FieldDefinition>,
): ((record: JsonObject) => Record<string, unknown>) => {
  const timestampFields = namesOf(fields, 'timestamp')
  const numberFields = namesOf(fields, 'number')
  const moneyFields = namesOf(fields, 'money')
  return (record) => {
    const values: Record<string, unknown> = {}
    for (const name in record) {
      if (record[name] !== null && record[name] !== undefined) values[name] = record[name]
    }
    for (const name of timestampFields) {
      const text = values[name]
      if (typeof text === 'string') values[name] = new Date(text)
    }
    // Stored as a double, and read back as the digits it was written with: 10000000000000000.
    for (const name of numberFields) {
      const number = values[name]
      if (number instanceof ExactNumber) values[name] = Number(number.text)
    }
    for (const name of moneyFields) {
      const money = moneyFromJson(values[name])
      if (money) values[name] = money
    }
    return values
  }
}

const durationText = (value: object): string | undefined => {
  const seconds: unknown = Reflect.get(value, 'seconds')
  // Only CEL's own durations hold a BigInt; data never does.
  return typeof seconds === 'bigint' ? `${seconds}s` : undefined
}

/** A value of CEL as JSON; undefined for what JSON cannot hold. */
export const jsonOf = (value: unknown): JsonValue | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  // JSON has no -0, so what is stored and read again would differ.
  if (typeof value === 'number') return value === 0 ? 0 : Number.isFinite(value) ? value : undefined
  if (typeof value === 'bigint') return numberOf(String(value))
  if (value instanceof ExactNumber) return value
  if (isOptional(value)) return value.hasValue() ? jsonOf(value.value()) : undefined
  // As bytes are written in JSON (protobuf.dev, "ProtoJSON Format").
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (Array.isArray(value)) return value.map((item) => jsonOf(item) ?? null)
  if (typeof value !== 'object' || value === undefined) return undefined
  const duration = durationText(value)
  if (duration !== undefined) return duration
  const object: JsonObject = {}
  for (const [name, inner] of value instanceof Map ? value : Object.entries(value)) {
    const json = jsonOf(inner)
    if (json !== undefined) setOwn(object, String(name), json)
  }
  return object
}

/** Assigns as data even when the name is `__proto__`. */
const setOwn = (object: JsonObject, name: string, value: JsonValue): void => {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}

/** How a value reads in a message or a sent text: money as people write it. */
export const textOf = (value: unknown): string => {
  if (value instanceof Money) return moneyText(value)
  const json = jsonOf(value)
  if (isAnyNumber(json)) return numberText(json)
  return typeof json === 'string' ? json : json === undefined ? '' : JSON.stringify(json)
}

/** The same, short and with quotes around text: for traces. */
export const shown = (value: unknown): string => {
  const json = jsonOf(value)
  const text = json === undefined ? 'not there' : (moneyTextOf(json) ?? JSON.stringify(json))
  return shorten(text, 80)
}
