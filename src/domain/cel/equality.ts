// Whether lists and maps are equal with their numbers compared as numbers, of however many digits: cel-js calls a number of a
// type of its own unequal to any other once they stand inside of something.
import { spend } from './budget.ts'
import { compareNumbers, isAnyNumber } from '../values/decimal.ts'
import { compareMoney, Money } from '../values/money.ts'

type Entries = ReadonlyMap<unknown, unknown>

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const entriesOf = (value: unknown): Entries | undefined => {
  if (value instanceof Map) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlain(value)) return undefined
  return new Map(Object.entries(value))
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

export const holdsOthers = (value: unknown): boolean => isList(value) || entriesOf(value) !== undefined

/** Making entries of an object costs more than comparing them. */
const stepsOf = (value: unknown): number =>
  typeof value === 'string'
    ? value.length / 16
    : typeof value !== 'object' || value === null || Array.isArray(value)
      ? 1
      : 2 * Object.keys(value).length

export const isSame = (a: unknown, b: unknown): boolean => {
  spend(1 + stepsOf(a) + stepsOf(b))
  if (a === b) return true
  if (isAnyNumber(a) || isAnyNumber(b)) return isAnyNumber(a) && isAnyNumber(b) && compareNumbers(a, b) === 0
  if (a instanceof Money && b instanceof Money) return compareMoney(a, b) === 0
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if (isList(a) || isList(b))
    return isList(a) && isList(b) && a.length === b.length && a.every((one, at) => isSame(one, b[at]))
  const [left, right] = [entriesOf(a), entriesOf(b)]
  if (!left || !right || left.size !== right.size) return false
  return [...left].every(([name, one]) => right.has(name) && isSame(one, right.get(name)))
}
