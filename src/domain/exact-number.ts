// Numbers that a double would round: ids beyond 2^53, amounts with more digits than it holds. They stay the digits that
// were sent, from a body to the call that is made of it; every other number is a plain one, and costs nothing.
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

/** Whether a number that is written out would be written otherwise once it is a double. */
export const isAltered = (text: string): boolean => {
  const value = Number(text)
  return !Number.isFinite(value) || canonical(text) !== canonical(String(value))
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

/** JSON with every number as it was written. Throws SyntaxError, also for a number that nobody could keep. */
export const parseJson = (text: string): unknown => {
  if (!mayRound(text)) return JSON.parse(text)
  return parseWith(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || !mayRound(source)) return value
    if (isTooLong(source)) throw new SyntaxError(`a number has more than ${MOST_DIGITS} digits`)
    return numberOf(source)
  })
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
