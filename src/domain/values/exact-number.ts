// Numbers that a double would round: ids beyond 2^53, amounts with more digits than it holds. They stay the digits that
// were sent, from a body to the call that is made of it; every other number is a plain one, and costs nothing.
import { randomUUID } from 'node:crypto'
import { Big } from 'big.js'

/** A third argument of JSON.parse's reviver, and what lets a number out as it is written: in Node since 21. */
declare global {
  interface JSON {
    rawJSON(text: string): object
  }
}
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown
const parseWith = (text: string, reviver: Reviver): unknown =>
  JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1])

/** No object that came as JSON through our database has such a name: jsonb refuses U+0000. */
const DIGITS = '\u0000number'

/** The digits of a number that a double does not hold. JSON.stringify writes them as they are. */
export class ExactNumber {
  /** Where a library copies it name by name (Prisma does), this tells what it was. */
  readonly [DIGITS]: string
  constructor(text: string) {
    this[DIGITS] = text
  }
  get text(): string {
    return this[DIGITS]
  }
  /** The same for equal numbers. */
  get canonical(): string {
    return canonical(this.text)
  }
  toJSON(): object {
    return JSON.rawJSON(this.text)
  }
  toString(): string {
    return this.text
  }
}

/** A number of JSON, of CEL, or of ours. */
export type AnyNumber = number | bigint | ExactNumber

/** Longer numbers are no data of anybody's, and the database would write 1e99999 out. */
const MOST_DIGITS = 1000

/** Its significant digits and their power of ten: equal for 1.10 and 11e-1. */
const canonical = (text: string): string => {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const all = `${whole}${fraction}`.replace(/^0+/, '')
  const digits = all.replace(/0+$/, '')
  if (digits === '') return '0'
  return `${sign === '-' ? '-' : ''}${digits}e${Number(exponent) - fraction.length + all.length - digits.length}`
}

const LEAST_EXACT = 1e-290

/** Whether a number that is written out would be written otherwise once it is a double. */
export const isAltered = (text: string): boolean => {
  const value = Number(text)
  if (!Number.isFinite(value)) return true
  const exponentAt = text.search(/e/i)
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt)
  if (value === 0) return /[1-9]/.test(mantissa)
  // A double holds any 15 digits, but for the very smallest numbers.
  if (mantissa.length <= 15 && Math.abs(value) > LEAST_EXACT) return false
  return canonical(text) !== canonical(String(value))
}

/** Whether a number that is written out is no double: it would be altered, or one more than it would be. */
export const rounds = (text: string): boolean =>
  /^[+-]?\d+$/.test(text) ? !Number.isSafeInteger(Number(text)) : isAltered(text)

/** Whether a number is too long to be kept. */
export const isTooLong = (text: string): boolean =>
  text.length > MOST_DIGITS || Math.abs(Number(/e([+-]?\d+)$/i.exec(text)?.[1] ?? 0)) > MOST_DIGITS

/** A text that reads as a number. */
export const isNumberText = (text: string): boolean =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?$/i.test(text.trim()) && !isTooLong(text.trim())

/** A number that is written out, as it is kept. */
export const numberOf = (text: string): number | ExactNumber =>
  rounds(text) ? new ExactNumber(text.replace(/^\+/, '')) : Number(text)

export const isWhole = ({ text }: ExactNumber): boolean => Big(text).mod(1).eq(0)

/** JavaScript writes larger doubles with an exponent. */
const LEAST_WITH_EXPONENT = 1e21

/** How a number reads in a text: the same for the same number, whichever way it was sent (1e25, 10.0e24). A whole one has all digits. */
export const numberText = (value: AnyNumber): string => {
  if (value instanceof ExactNumber)
    return isWhole(value) ? Big(value.text).toFixed() : Big(value.text).toString()
  const isLarge =
    typeof value === 'number' && Number.isFinite(value) && Math.abs(value) >= LEAST_WITH_EXPONENT
  return isLarge ? Big(String(value)).toFixed() : String(value)
}

/** No number of the text rounds unless one of these is found: 16 digits or more (8 of them in a row), or a large exponent. */
const mayRound = (text: string): boolean =>
  (/\d{8}/.test(text) && /[\d.]{16}/.test(text)) || /\d[eE][-+]?\d{3}/.test(text)

/** Nothing that is sent begins like this: it is made anew in each process. */
const MARK = `${randomUUID()}:`
/**
 * A text as a whole, also one without an end (a mark in it would end it), or what may be a number that a double does not hold:
 * 1e400 has five characters.
 */
const TEXTS_AND_LONG = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|-?\d[\d.eE+-]{3,}/g
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i

/** Puts back what the marks stand for, in place. */
function withoutMarks(value: unknown, numbers: ExactNumber[]): unknown {
  if (typeof value === 'string')
    return value.startsWith(MARK) ? numbers[Number(value.slice(MARK.length))] : value
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) value[at] = withoutMarks(value[at], numbers)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, before] of Object.entries(value)) {
      // A number where a name must stand: no JSON, although it is with the mark in its place.
      if (name.startsWith(MARK)) throw new SyntaxError('a number is no name')
      const after = withoutMarks(before, numbers)
      // Assigning to __proto__ would not set the name.
      if (after !== before) Object.defineProperty(value, name, { value: after })
    }
  }
  return value
}

/**
 * JSON with every number as it was written. Throws SyntaxError, also for a number that nobody could keep. A reviver would do
 * the same, at seconds for a body of 1 MiB.
 */
export const parseJson = (text: string): unknown => {
  if (!mayRound(text)) return JSON.parse(text)
  const numbers: ExactNumber[] = []
  const marked = text.replaceAll(TEXTS_AND_LONG, (token) => {
    if (token.startsWith('"') || !mayRound(token) || !JSON_NUMBER.test(token)) return token
    if (isTooLong(token)) throw new SyntaxError(`a number has more than ${MOST_DIGITS} digits`)
    const number = numberOf(token)
    return typeof number === 'number' ? token : `"${MARK}${numbers.push(number) - 1}"`
  })
  if (numbers.length === 0) return JSON.parse(text)
  try {
    return withoutMarks(JSON.parse(marked), numbers)
  } catch (error) {
    // In the words of what was sent.
    if (error instanceof SyntaxError) JSON.parse(text)
    throw error
  }
}

/** JSON laid out for people, each number in the very digits it came in: 1.10 stays 1.10. */
export const layOut = (text: string): string =>
  JSON.stringify(
    parseWith(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value,
    ),
    null,
    2,
  )

const TAG = `${DIGITS}:`
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The same value with each text or exact number replaced; the very same where nothing is. */
export const mapLeaves = (value: unknown, replace: (leaf: string | ExactNumber) => unknown): unknown => {
  if (typeof value === 'string' || value instanceof ExactNumber) return replace(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const mapped = value.map((one) => mapLeaves(one, replace))
    return mapped.some((one, at) => one !== value[at]) ? mapped : value
  }
  if (!isPlain(value)) return value
  if (DIGITS in value) return replace(new ExactNumber(String(value[DIGITS])))
  const entries = Object.entries(value)
  const mapped = entries.map(([name, one]) => [name, mapLeaves(one, replace)] as const)
  return mapped.some(([, one], at) => one !== entries[at]?.[1]) ? Object.fromEntries(mapped) : value
}

const nearestDouble = ({ text }: ExactNumber): number =>
  Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(text)))

/** Every exact number as a double, for what only asks how large it is. */
export const approximated = (value: unknown): unknown =>
  mapLeaves(value, (leaf) => (leaf instanceof ExactNumber ? nearestDouble(leaf) : leaf))

/** For a library that would read or write numbers as doubles: a text that no data holds stands for each exact one. */
export const tagged = (value: unknown): unknown =>
  mapLeaves(value, (leaf) => (leaf instanceof ExactNumber ? `${TAG}${leaf.text}` : leaf))
export const untagged = (value: unknown): unknown =>
  mapLeaves(value, (leaf) =>
    typeof leaf === 'string' && leaf.startsWith(TAG) ? new ExactNumber(leaf.slice(TAG.length)) : leaf,
  )

const TAGGED_TEXT = /"\\u0000number:([^"\\]+)"/g
const TEXTS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/** In JSON text, tags for the numbers that a double would round; the same text where there is none. */
export const tagText = (json: string): string =>
  mayRound(json)
    ? json.replaceAll(TEXTS_AND_NUMBERS, (token) =>
        token.startsWith('"') || !mayRound(token) || !rounds(token) ? token : `"\\u0000number:${token}"`,
      )
    : json
export const untagText = (json: string): string => json.replaceAll(TAGGED_TEXT, '$1')
