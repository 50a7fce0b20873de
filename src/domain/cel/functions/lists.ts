// CEL's lists and sets extensions (github.com/google/cel-go, ext). Numbers are equal by value, of however many digits.
import type { Environment } from '@marcbachmann/cel-js'
import { spend } from '../budget.ts'
import { isSame } from '../equality.ts'
import { FunctionError } from '../errors.ts'
import { optionalOf } from '../missing.ts'
import { compareNumbers, isAnyNumber } from '../../values/decimal.ts'
import { compareMoney, Money } from '../../values/money.ts'
import { Namespace, registerNamespace } from './namespace.ts'
import { shown } from '../values.ts'

type List = readonly unknown[]

class Sets extends Namespace {}

/** Numbers, texts, times or money of one currency: never one with another. */
const compare = (a: unknown, b: unknown): number => {
  if (isAnyNumber(a) && isAnyNumber(b)) return compareNumbers(a, b)
  if (a instanceof Money && b instanceof Money) return compareMoney(a, b)
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  throw new FunctionError(`sort() takes a list of one kind, and met ${shown(a)} beside ${shown(b)}`)
}

const sorted = (list: List): unknown[] => {
  spend(list.length * Math.ceil(Math.log2(list.length + 1)) * 8)
  return list.toSorted(compare)
}

const has = (list: List, value: unknown): boolean => list.some((one) => isSame(one, value))

const distinct = (list: List): unknown[] => {
  spend(list.length * list.length)
  return list.filter((one, at) => list.findIndex((other) => isSame(one, other)) === at)
}

const flat = (list: List): unknown[] => {
  const made = list.flat()
  spend(made.length)
  return made
}

const slice = (list: List, from: unknown, to: unknown): unknown[] => {
  const [first, end] = [Number(from), Number(to)]
  if (!(Number.isInteger(first) && Number.isInteger(end) && first >= 0 && first <= end && end <= list.length))
    throw new FunctionError(
      `slice(${shown(from)}, ${shown(to)}) is outside of a list of ${list.length}: 0 <= from <= to <= size`,
    )
  return list.slice(first, end)
}

const comparing =
  (holds: (a: List, b: List) => boolean) =>
  (_sets: Sets, a: List, b: List): boolean => {
    spend(a.length * b.length)
    return holds(a, b)
  }

const contains = (a: List, b: List): boolean => b.every((one) => has(a, one))

export const registerLists = (environment: Environment): void => {
  environment.registerFunction('list.first(): optional', (list: List) => optionalOf(list[0]))
  environment.registerFunction('list.last(): optional', (list: List) => optionalOf(list.at(-1)))
  environment.registerFunction('list.sort(): list', sorted)
  environment.registerFunction('list.reverse(): list', (list: List) => list.toReversed())
  environment.registerFunction('list.distinct(): list', distinct)
  environment.registerFunction('list.flatten(): list', flat)
  environment.registerFunction('list.slice(dyn, dyn): list', slice)
  registerNamespace(environment, 'sets', { type: 'Sets', Class: Sets })
  environment.registerFunction('Sets.contains(list, list): bool', comparing(contains))
  environment.registerFunction(
    'Sets.equivalent(list, list): bool',
    comparing((a, b) => contains(a, b) && contains(b, a)),
  )
  environment.registerFunction(
    'Sets.intersects(list, list): bool',
    comparing((a, b) => a.some((one) => has(b, one))),
  )
}
