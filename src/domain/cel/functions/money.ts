// Money in CEL: a type of its own, so that the type check refuses to compare it with a number, which says no currency.
import type { Environment } from '@marcbachmann/cel-js'
import { AbsentError, FunctionError } from '../errors.ts'
import { isAnyNumber } from '../../values/decimal.ts'
import type { AnyNumber } from '../../values/exact-number.ts'
import {
  addMoney,
  compareMoney,
  exactText,
  Money,
  moneyIn,
  moneyOf,
  ratioOfMoney,
  roundMoney,
  scaleMoney,
  subtractMoney,
} from '../../values/money.ts'

const written = (text: string): Money => {
  const money = moneyIn(text)
  if (money) return money
  throw new FunctionError(`money() reads a text like "500 EUR", and got ${JSON.stringify(text.slice(0, 60))}`)
}

const unitOf = (text: string): 'major' | 'minor' => {
  if (text === 'major' || text === 'minor') return text
  throw new FunctionError(`money(amount, currency, unit) has the unit "minor" or "major", not "${text}"`)
}

const amountOf = (value: unknown): AnyNumber | string => {
  if (value === null || value === undefined) throw new AbsentError('the amount is not there')
  if (typeof value === 'string' || isAnyNumber(value)) return value
  throw new FunctionError('money() takes the amount as a number, or as a text of digits')
}

const comparisons: [string, (order: number) => boolean][] = [
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
  // != comes with it.
  ['==', (order) => order === 0],
]

/** After `registerNumbers`, whose type `exact` it meets. `isChecking`: for the type check, where every number is a double. */
export const registerMoney = (environment: Environment, isChecking: boolean): void => {
  environment.registerType('money', {
    ctor: Money,
    fields: { amount: 'string', currency: 'string', minor: isChecking ? 'double' : 'dyn' },
  })
  environment.registerFunction('money(string): money', written)
  environment.registerFunction('money(dyn, string): money', (amount: unknown, currency: string) =>
    moneyOf(amountOf(amount), currency),
  )
  environment.registerFunction(
    'money(dyn, string, string): money',
    (amount: unknown, currency: string, unit: string) => moneyOf(amountOf(amount), currency, unitOf(unit)),
  )
  environment.registerFunction('round(money): money', roundMoney)
  environment.registerFunction('string(money): string', exactText)
  for (const [operator, holds] of comparisons)
    environment.registerOperator(`money ${operator} money`, (a: Money, b: Money) => holds(compareMoney(a, b)))
  environment.registerOperator('money + money: money', addMoney)
  environment.registerOperator('money - money: money', subtractMoney)
  environment.registerOperator('-money', (value: Money) => scaleMoney('*', value, -1))
  environment.registerOperator('money / money: double', ratioOfMoney)
  for (const number of ['double', 'int', 'exact']) {
    for (const operator of ['*', '/'] as const)
      environment.registerOperator(`money ${operator} ${number}: money`, (value: Money, by: AnyNumber) =>
        scaleMoney(operator, value, by),
      )
    environment.registerOperator(`${number} * money: money`, (by: AnyNumber, value: Money) =>
      scaleMoney('*', value, by),
    )
  }
}

const AMONG_OTHERS = /^no such overload: (.+) (<=?|>=?|==|!=|\+|-) (.+)$/

const isMoney = (type: string): boolean => type === 'money' || type === 'dyn<money>'

/** What to write instead where an operator met money and something else; undefined: its message is about something else. */
export const besideMoney = (message: string): string | undefined => {
  const [, left = '', operator = '', right = ''] = AMONG_OTHERS.exec(message) ?? []
  if (isMoney(left) === isMoney(right)) return undefined
  const does =
    operator === '+' ? 'added to money' : operator === '-' ? 'subtracted from money' : 'compared with money'
  const other = (isMoney(left) ? right : left).replace(/^dyn<(.+)>$/, '$1')
  const what = { int: 'a number', double: 'a number', exact: 'a number', string: 'a text' }[other] ?? other
  return `money is ${does}, and this is ${what}: write record.total ${operator} money("500 EUR"), or compare record.total.minor`
}
