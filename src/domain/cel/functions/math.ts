// CEL's math extension (github.com/google/cel-go, ext), over every kind of number here and over money.
import type { Environment } from '@marcbachmann/cel-js'
import { Big } from 'big.js'
import { AbsentError, FunctionError } from '../errors.ts'
import { compareNumbers, isAnyNumber } from '../../values/decimal.ts'
import { type AnyNumber, numberOf } from '../../values/exact-number.ts'
import { compareMoney, Money, moneyOf } from '../../values/money.ts'
import { Namespace, registerNamespace } from './namespace.ts'
import { shown } from '../values.ts'

class CelMath extends Namespace {}

const numberFor = (name: string, value: unknown): AnyNumber => {
  if (value === null || value === undefined)
    throw new AbsentError(`the number of math.${name}() is not there`)
  if (!isAnyNumber(value) || (typeof value === 'number' && !Number.isFinite(value)))
    throw new FunctionError(`math.${name}() takes a number, and got ${shown(value)}`)
  return value
}

const isLess = (name: string, a: unknown, b: unknown): boolean => {
  if (a instanceof Money && b instanceof Money) return compareMoney(a, b) < 0
  return compareNumbers(numberFor(name, a), numberFor(name, b)) < 0
}

/** Of numbers, or of money in one currency. */
const best =
  (name: 'greatest' | 'least') =>
  (given: unknown[]): unknown => {
    const values = given.length === 1 && Array.isArray(given[0]) ? (given[0] as unknown[]) : given
    if (values.length === 0) throw new AbsentError(`math.${name}() has nothing to choose from`)
    return values.reduce((so, one) =>
      (name === 'greatest' ? isLess(name, so, one) : isLess(name, one, so)) ? one : so,
    )
  }

/** What each does to a decimal; of money, to its amount. */
const ofOne: Record<string, (value: Big) => Big> = {
  abs: (value) => value.abs(),
  // Away from zero, where that is up.
  ceil: (value) => value.round(0, value.gt(0) ? Big.roundUp : Big.roundDown),
  floor: (value) => value.round(0, value.gt(0) ? Big.roundDown : Big.roundUp),
  round: (value) => value.round(0, Big.roundHalfUp),
  trunc: (value) => value.round(0, Big.roundDown),
}

const worked = (name: string, value: unknown): unknown => {
  const work = ofOne[name]
  if (!work) throw new TypeError(`there is no math.${name}`)
  if (value instanceof Money) return moneyOf(work(Big(value.amount)).toFixed(), value.currency)
  return numberOf(work(Big(String(numberFor(name, value)))).toFixed())
}

const MOST_ARGUMENTS = 7

export const registerMath = (environment: Environment): void => {
  registerNamespace(environment, 'math', { type: 'Math', Class: CelMath })
  for (const name of Object.keys(ofOne))
    environment.registerFunction(`Math.${name}(dyn): dyn`, (_math: CelMath, value: unknown) =>
      worked(name, value),
    )
  environment.registerFunction('Math.sign(dyn): dyn', (_math: CelMath, value: unknown) =>
    Big(String(value instanceof Money ? value.amount : numberFor('sign', value))).cmp(0),
  )
  for (const name of ['greatest', 'least'] as const)
    for (let count = 1; count <= MOST_ARGUMENTS; count += 1) {
      const types = Array.from({ length: count }, () => 'dyn').join(', ')
      environment.registerFunction(`Math.${name}(${types}): dyn`, (_math: CelMath, ...given: unknown[]) =>
        best(name)(given),
      )
    }
}
