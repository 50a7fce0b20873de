// JSON as a type: what an event body, a record and a stored definition are made of.
import { ExactNumber, parseJson } from './exact-number.ts'

/** A number that a double would round is an ExactNumber. */
export type JsonValue = string | number | ExactNumber | boolean | null | JsonValue[] | JsonObject
export type JsonObject = { [key: string]: JsonValue }

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)

/** Anything that JSON can hold, as JSON. */
export const asJson = (value: unknown): JsonObject => parseJson(JSON.stringify(value)) as JsonObject
