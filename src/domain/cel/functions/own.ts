// Our functions in CEL, beside its own: domain, hours, businessHours, sum, and `matches` in linear time. Times: times.ts.
import { RE2JS } from 're2js'
import { businessMsBetween } from '../../time/business-time.ts'
import type { Calendar } from '../../time/calendar.ts'
import { spend } from '../budget.ts'
import { AbsentError, FunctionError } from '../errors.ts'
import { shorten } from '../../text/cut.ts'
import { calculate, isAnyNumber } from '../../values/decimal.ts'
import { ExactNumber, isNumberText, numberOf } from '../../values/exact-number.ts'
import { addMoney, exactText, Money, scaleMoney } from '../../values/money.ts'

const shown = (value: unknown): string => {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? Number(inner) : inner,
  )
  return shorten(text, 60)
}

const textOf = (value: unknown, what: string): string => {
  if (value === null || value === undefined) throw new AbsentError(`${what} is not there`)
  if (typeof value !== 'string') throw new FunctionError(`${what} must be text, and is ${shown(value)}`)
  if (value.trim() === '') throw new AbsentError(`${what} is empty`)
  return value.trim()
}

/** The one address in a text like `Kim Lee <kim@acme.example>`: quoted names and comments are no part of it. */
const addressIn = (text: string): string | { count: number } => {
  const bare = text.replaceAll(/"[^"]*"|\([^()]*\)/g, ' ')
  const angles = [...bare.matchAll(/<([^<>]*)>/g)].map(([, inner = '']) => inner.trim())
  const outside = bare.replaceAll(/<[^<>]*>/g, ' ')
  // A name may look like an address (`kim@acme.example <kim@acme.example>`); a list has commas.
  const listed = angles.length > 0 && !/[,;]/.test(outside) ? [] : outside.split(/[,;\s]+/)
  const all = [...angles, ...listed.filter((one) => one.includes('@'))]
  return all.length === 1 ? (all[0] ?? '') : { count: all.length }
}

export const emailDomain = (value: unknown): string => {
  const text = textOf(value, 'the address').toLowerCase()
  const address = addressIn(text)
  if (typeof address !== 'string' && address.count > 1)
    throw new FunctionError(
      `"${shorten(text, 60)}" holds ${address.count} email addresses: domain() reads one`,
    )
  const [, domain] = /^[^\s@]+@([^\s@]+)$/.exec(typeof address === 'string' ? address : '') ?? []
  if (domain === undefined) throw new FunctionError(`"${shorten(text, 60)}" is not an email address`)
  return domain
}

export const hoursBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 3_600_000

/** Of one currency, every digit kept. Throws FunctionError for a list that holds anything else. */
const sumOfMoney = (values: unknown[], first: Money): Money =>
  values.reduce<Money>(
    (total, value) => {
      if (value instanceof Money) return addMoney(total, value)
      throw new FunctionError(
        `sum() adds up money with money, and met ${shown(value)} after ${exactText(first)}`,
      )
    },
    scaleMoney('*', first, 0),
  )

/**
 * Adds up money, or numbers, or texts that read as numbers (shops send amounts as text), as + does: of whole and of long numbers every
 * digit, of other doubles the nearest double, rounded once.
 */
export const sum = (values: unknown): number | ExactNumber | Money => {
  if (values === null || values === undefined) throw new AbsentError('the list of sum() is not there')
  if (!Array.isArray(values)) throw new FunctionError(`sum() adds up a list, and got ${shown(values)}`)
  const money: unknown = values.find((value) => value instanceof Money)
  if (money instanceof Money) return sumOfMoney(values, money)
  const numbers = values.map((value: unknown) => {
    const one = typeof value === 'string' && isNumberText(value) ? numberOf(value.trim()) : value
    if (!isAnyNumber(one) || (typeof one === 'number' && !Number.isFinite(one)))
      throw new FunctionError(`sum() adds up numbers, and met ${shown(value)}`)
    return one
  })
  const total = numbers.reduce<number | ExactNumber>((so, one) => calculate('+', so, one), 0)
  const isWhole = numbers.every((one) => typeof one === 'bigint' || Number.isInteger(one))
  const isKept = isWhole || numbers.some((one) => one instanceof ExactNumber)
  return typeof total === 'number' || isKept ? total : Number(total.text)
}

/** A pattern may come from an event; reading and running it costs its length times that of the text. */
const longestPattern = 500
const mostPatterns = 500
/**
 * RE2 takes about 0.1 µs for a character and an instruction of the pattern where it cannot skip (`(a+)+$` has 8
 * instructions): so much of them that the rest of the budget is some 50 ms. Measured by bench/patterns.ts.
 */
const stepsAnInstruction = 20
const patterns = new Map<string, RE2JS>()

const compiledPattern = (pattern: string): RE2JS => {
  const known = patterns.get(pattern)
  if (known) return known
  if (pattern.length > longestPattern)
    throw new FunctionError(
      `a pattern has at most ${longestPattern} characters, and this has ${pattern.length}`,
    )
  try {
    const compiled = RE2JS.compile(pattern)
    if (patterns.size >= mostPatterns) patterns.clear()
    patterns.set(pattern, compiled)
    return compiled
  } catch {
    throw new FunctionError(
      `"${shorten(pattern, 60)}" is not a regular expression (RE2 syntax: no look-ahead, no back-references)`,
    )
  }
}

/** RE2 instead of JavaScript's backtracking: it takes as long as the text is, times the size of the pattern. */
export const matchesLinear = (text: string, pattern: string): boolean => {
  const compiled = compiledPattern(pattern)
  // Paid before it is done: what is too long is never begun.
  spend(text.length * compiled.programSize() * stepsAnInstruction)
  return compiled.matcher(text).find()
}

/** Why a pattern cannot be used; undefined when it can. */
export const patternFault = (pattern: string): string | undefined => {
  try {
    compiledPattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof FunctionError) return error.message
    throw error
  }
}

export const businessHours = (calendar: Calendar | undefined) => (from: Date, to: Date) => {
  if (!calendar) throw new FunctionError('businessHours() needs a calendar: name one in sla.calendar')
  try {
    return businessMsBetween(from, to, calendar) / 3_600_000
  } catch (error) {
    throw error instanceof RangeError ? new FunctionError(error.message) : error
  }
}
