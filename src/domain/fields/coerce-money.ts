// From what an event or a person gives to the money of a field: a number in the field's unit, a text like 12.50 EUR, or money as
// JSON. What people write (corrections, defaults) counts in the major unit, as they read it.
import { isAmountText, type Money, moneyFromJson, moneyIn, moneyJson, moneyOf } from '../values/money.ts'
import { currencyOf } from '../values/currency.ts'
import { isAnyNumber } from '../values/decimal.ts'
import type { ExactNumber } from '../values/exact-number.ts'
import { isJsonObject, type JsonValue } from '../values/json.ts'
import { exactText } from '../values/money.ts'
import type { Coerced } from './coerce.ts'
import type { FieldDefinition } from './field.ts'

export interface GivenMoney {
  /** What the event says of its currency, as it came; undefined: nothing. */
  currency: string | undefined
  /** A person wrote it. */
  isWritten: boolean
}

/** The code that a field names itself; undefined: its currency stands in the event, or comes with the money. */
export const fixedCurrency = ({ currency }: Pick<FieldDefinition, 'currency'>): string | undefined =>
  currency !== undefined && currencyOf(currency) === currency ? currency : undefined

/** `isLacking`: the amount is there, and its currency is not. */
type Refused = { wanted: string; isLacking?: true }
const isAmount = (json: JsonValue | undefined): json is string | number | ExactNumber =>
  (isAnyNumber(json) || typeof json === 'string') && isAmountText(String(json))

/** Money with its own currency, in the major unit. */
const whole = (json: JsonValue): Money | undefined => {
  if (typeof json === 'string') return moneyIn(json)
  if (!isJsonObject(json) || Object.keys(json).length !== 2) return undefined
  const { amount, currency } = json
  if (typeof currency !== 'string' || currencyOf(currency) === undefined) return undefined
  return isAmount(amount) ? moneyOf(amount, currency) : undefined
}

const toMoney = (json: JsonValue, field: FieldDefinition, given: GivenMoney): Money | Refused => {
  const { isWritten } = given
  const said = fixedCurrency(field) ?? given.currency
  if (isAmount(json)) {
    if (said === undefined)
      return { wanted: 'money: its currency is missing (write it like 12.50 EUR)', isLacking: true }
    if (currencyOf(said) === undefined)
      return { wanted: `money: ${JSON.stringify(said.slice(0, 20))} is no currency of ISO 4217` }
    return moneyOf(json, said, isWritten ? 'major' : field.unit)
  }
  // Only what was written by us is sure not to count cents.
  const isUnclear = field.unit === 'minor' && !isWritten
  const money = isUnclear ? moneyFromJson(json) : whole(json)
  if (!money) return { wanted: 'money, like 12.50 EUR' }
  // Nobody writes another currency than the event has: rules that read it there would not know.
  const wanted = said && currencyOf(said)
  return wanted === undefined || wanted === money.currency
    ? money
    : { wanted: `in ${wanted}, but in ${money.currency}` }
}

export const coerceMoney = (
  json: JsonValue,
  field: FieldDefinition,
  given: GivenMoney,
  refuse: (wanted: string) => Coerced,
): Coerced => {
  const money = toMoney(json, field, given)
  if (!('wanted' in money)) return { kind: 'value', value: moneyJson(money) }
  const refused = refuse(money.wanted)
  return refused.kind === 'invalid' && money.isLacking ? { ...refused, isLacking: true } : refused
}

/** What a person typed for a field, as money; undefined: it is none, and the field says what is wrong. */
export const typedMoney = (field: FieldDefinition, text: string): JsonValue | undefined => {
  const money = toMoney(text.trim(), field, { currency: undefined, isWritten: true })
  return 'wanted' in money ? undefined : moneyJson(money)
}

/** As a person types it: `12.50 EUR`; undefined: it is no money. */
export const typeableMoney = (value: JsonValue | undefined): string | undefined => {
  const money = moneyFromJson(value)
  return money && exactText(money)
}
