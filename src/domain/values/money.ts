// Money: a decimal and a currency. Amounts are texts of digits and calculated as decimals, so that no double ever rounds one;
// two currencies never meet without somebody being told.
import { Big } from 'big.js'
import { FunctionError } from '../cel/errors.ts'
import { currencyOf, digitsOf } from './currency.ts'
import { calculate } from './decimal.ts'
import { type AnyNumber, ExactNumber, isNumberText, numberOf } from './exact-number.ts'
import { isJsonObject, type JsonObject } from './json.ts'

export type MoneyUnit = 'major' | 'minor'

/** Digits before the point, and after it: far beyond any amount, and few enough to be written out. */
const MOST_DIGITS = 60

/** Minor units have up to four more decimals once they are counted in major ones. */
const MOST_DECIMALS = MOST_DIGITS + 4

const isWithin = (amount: Big, decimals = MOST_DIGITS): boolean =>
  amount.e < MOST_DIGITS && amount.c.length - amount.e - 1 <= decimals

/** big.js knows no plus sign. */
const bigOf = (text: string): Big => Big(text.trim().replace(/^\+/, ''))

/** Whether a text is an amount of money: `900`, `1.5e3`; not `5e-324`. */
export const isAmountText = (text: string): boolean => isNumberText(text) && isWithin(bigOf(text))

/** With at least the decimals of the currency, and no zero more than it needs. */
export const exactAmount = (amount: Big, currency: string): string => {
  const exact = amount.eq(0) ? Big(0) : amount
  return exact.toFixed(Math.max(digitsOf(currency), exact.c.length - exact.e - 1))
}

/** In JSON: `{"amount": "900.00", "currency": "EUR"}`. Equal money of one currency has equal texts. */
export class Money {
  /** In the major unit, with at least the decimals of the currency: `900.00`, of yen `900`. */
  readonly amount: string
  /** A code of ISO 4217. */
  readonly currency: string
  /** Throws FunctionError for an amount of too many digits. */
  constructor(amount: Big, currency: string) {
    if (!isWithin(amount, MOST_DECIMALS))
      throw new FunctionError(`${amount.toString()} ${currency} has more digits than money can have`)
    this.amount = exactAmount(amount, currency)
    this.currency = currency
  }
  /** In the minor unit: 90000 of €900.00. Throws FunctionError for an amount with a part of a cent. */
  get minor(): number | ExactNumber {
    const minor = Big(this.amount).times(`1e${digitsOf(this.currency)}`)
    if (minor.mod(1).eq(0)) return numberOf(minor.toFixed())
    throw new FunctionError(`${exactText(this)} is no whole number of the minor unit: round() it first`)
  }
  /** As `string()` gives it: `900.00 EUR`. */
  toString(): string {
    return exactText(this)
  }
}

/** For machines and for people who type it: `900.00 EUR`. */
export const exactText = ({ amount, currency }: { amount: string; currency: string }): string =>
  `${amount} ${currency}`

/** Of an amount that is written in digits. Throws FunctionError where there is no such money. */
export const moneyOf = (amount: AnyNumber | string, currency: string, unit: MoneyUnit = 'major'): Money => {
  const code = currencyOf(currency)
  if (code === undefined) throw new FunctionError(`"${currency.slice(0, 20)}" is no currency of ISO 4217`)
  const text = String(amount).trim()
  if (!isAmountText(text)) throw new FunctionError(`"${text.slice(0, 60)}" is no amount of money`)
  const written = bigOf(text)
  return new Money(unit === 'minor' ? written.times(`1e-${digitsOf(code)}`) : written, code)
}

/** `500 EUR`, `eur 12.50`; undefined: the text is no money. */
export const moneyIn = (text: string): Money | undefined => {
  const [, front, amount = '', back] =
    /^\s*([A-Za-z]{3}(?=[\s\d.+-]))?\s*([^\sA-Za-z]+)\s*([A-Za-z]{3})?\s*$/.exec(text) ?? []
  const currency = front ?? back
  if (currency === undefined || (front !== undefined && back !== undefined)) return undefined
  return currencyOf(currency) !== undefined && isAmountText(amount) ? moneyOf(amount, currency) : undefined
}

/** The money that JSON holds as `Money` writes it, names and all; undefined: it is something else. */
export const moneyFromJson = (json: unknown): Money | undefined => {
  if (!isJsonObject(json) || Object.keys(json).length !== 2) return undefined
  const { amount, currency } = json
  if (typeof amount !== 'string' || typeof currency !== 'string') return undefined
  if (currencyOf(currency) !== currency || !isNumberText(amount)) return undefined
  const exact = bigOf(amount)
  const money = isWithin(exact, MOST_DECIMALS) ? new Money(exact, currency) : undefined
  return money?.amount === amount ? money : undefined
}

export const moneyJson = ({ amount, currency }: Money): JsonObject => ({ amount, currency })

const together = (does: string, a: Money, b: Money): [Big, Big] => {
  if (a.currency !== b.currency)
    throw new FunctionError(`${exactText(a)} and ${exactText(b)} can't be ${does}: their currencies differ`)
  return [Big(a.amount), Big(b.amount)]
}

/** Negative, 0 or positive. Throws FunctionError where their currencies differ, as do the others here. */
export const compareMoney = (a: Money, b: Money): number => {
  const [left, right] = together('compared', a, b)
  return left.cmp(right)
}

export const addMoney = (a: Money, b: Money): Money => {
  const [left, right] = together('added', a, b)
  return new Money(left.plus(right), a.currency)
}

export const subtractMoney = (a: Money, b: Money): Money => {
  const [left, right] = together('subtracted', a, b)
  return new Money(left.minus(right), a.currency)
}

/** How many times `b` is in `a`. */
export const ratioOfMoney = (a: Money, b: Money): number => {
  const [left, right] = together('divided', a, b)
  return Number(String(calculate('/', new ExactNumber(left.toFixed()), new ExactNumber(right.toFixed()))))
}

export const scaleMoney = (operator: '*' | '/', { amount, currency }: Money, by: AnyNumber): Money =>
  new Money(Big(String(calculate(operator, new ExactNumber(amount), by))), currency)

/** To the minor unit, a half away from zero, as invoices are. */
export const roundMoney = ({ amount, currency }: Money): Money =>
  new Money(Big(amount).round(digitsOf(currency), Big.roundHalfUp), currency)

const formats = new Map<string, Intl.NumberFormat>()

/** As people read it: `€900.00`, `¥900`, `-CHF 12.50`. Every decimal that there is. */
export const moneyText = ({ amount, currency }: Pick<Money, 'amount' | 'currency'>): string => {
  const decimals = amount.split('.')[1]?.length ?? 0
  const key = `${currency} ${decimals}`
  const format =
    formats.get(key) ??
    new Intl.NumberFormat('en-US', {
      style: 'currency',
      currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
  formats.set(key, format)
  // As text: a number would be rounded first.
  return format.format(amount as `${number}`)
}

/** The same of any JSON value that holds money; undefined: it holds something else. */
export const moneyTextOf = (json: unknown): string | undefined => {
  const money = moneyFromJson(json)
  return money && moneyText(money)
}
