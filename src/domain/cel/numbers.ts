// Numbers in CEL: plain ones are doubles and ints as ever; one that a double would round is of a type of its own, which
// meets them in every operator. Arithmetic gives what it gives on paper.
import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import { Big } from 'big.js'
import { FunctionError } from './errors.ts'
import { holdsOthers, isSame } from './equality.ts'
import { alter, watch } from './evaluate.ts'
import { isOfCalendar } from './functions/times.ts'
import { walk } from './tree.ts'
import { shorten } from '../text/cut.ts'
import { calculate, compareNumbers, corrected, isAnyNumber, type Operator } from '../values/decimal.ts'
import { type AnyNumber, ExactNumber, isAltered, isNumberText, numberText } from '../values/exact-number.ts'

const operators: readonly Operator[] = ['+', '-', '*', '/', '%']
const comparisons: [string, (order: number) => boolean][] = [
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
]

/** A call of CEL's own that only a double or an int can answer. */
const asDouble = (value: ExactNumber): number => {
  const double = Number(value.text)
  if (Number.isFinite(double)) return double
  throw new FunctionError(`${value.text} is too large for double()`)
}
/** Cut as int() cuts a double: towards zero. */
const asInt = (value: ExactNumber): bigint => BigInt(Big(value.text).round(0, Big.roundDown).toFixed())

export const registerNumbers = (environment: Environment): void => {
  environment.registerType('exact', ExactNumber)
  environment.registerFunction('string(exact): string', numberText)
  environment.registerFunction('double(exact): double', asDouble)
  environment.registerFunction('int(exact): int', asInt)
  environment.registerOperator('-exact', (value: ExactNumber) => calculate('-', 0, value))
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b)
  environment.registerOperator('double == int', (a: number, b: bigint) => compareNumbers(a, b) === 0)
  const pairs = [
    ['exact', 'exact'],
    ['exact', 'int'],
    ['exact', 'double'],
    ['int', 'exact'],
    ['double', 'exact'],
  ]
  for (const [left, right] of pairs) {
    for (const operator of operators)
      environment.registerOperator(`${left} ${operator} ${right}: dyn`, (a: AnyNumber, b: AnyNumber) =>
        calculate(operator, a, b),
      )
    for (const [operator, holds] of comparisons)
      environment.registerOperator(`${left} ${operator} ${right}`, (a: AnyNumber, b: AnyNumber) =>
        holds(compareNumbers(a, b)),
      )
    // The other way round comes with it.
    if (left === 'exact')
      environment.registerOperator(
        `${left} == ${right}`,
        (a: AnyNumber, b: AnyNumber) => compareNumbers(a, b) === 0,
      )
  }
  for (const operator of operators) {
    const plain = (a: number | bigint, b: number | bigint) => doubles[operator](Number(a), Number(b))
    environment.registerOperator(`double ${operator} int: double`, plain)
    environment.registerOperator(`int ${operator} double: double`, plain)
  }
}

const doubles: Record<Operator, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

const orders: Record<string, (order: number) => boolean> = {
  ...Object.fromEntries(comparisons),
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
}

const isOperator = (op: string): op is Operator => operators.some((one) => one === op)
const hasExact = (value: unknown): boolean => value instanceof ExactNumber

/** What an operator gives where one side holds a number of more digits than the type check expected; undefined: nothing. */
const ofExact = (op: string, left: unknown, right: unknown): unknown => {
  if (!(hasExact(left) || hasExact(right)) || !isAnyNumber(left) || !isAnyNumber(right)) return undefined
  return isOperator(op) ? calculate(op, left, right) : orders[op]?.(compareNumbers(left, right))
}

/** After the type check: what doubles make of decimals and of large whole numbers is set right, and lists find any kind. */
export const decimalArithmetic = (tree: ASTNode): void => {
  const nodes: ASTNode[] = []
  walk(tree, (node) => nodes.push(node))
  // Parts before the whole, which is to see what they are set right to.
  for (const node of nodes.toReversed()) setRight(node)
}

/** Only what is calculated holds more digits than the type check expected. */
const calculates = (node: ASTNode): boolean => {
  let found = false
  walk(node, ({ op }) => (found ||= isOperator(op)))
  return found
}

/** A value that is written out and holds no others. */
const isLeaf = ({ op }: ASTNode): boolean => op === 'value'

const setRight = (node: ASTNode): void => {
  const { op } = node
  if (op === '-_') {
    let given: unknown
    watch(node.args, (value) => (given = value))
    alter(node, (value) => (given instanceof ExactNumber ? calculate('-', 0, given) : value))
  }
  if (op === 'call' && node.args[1][0]) {
    asWritten(node, node.args[0], node.args[1][0])
    if (node.args[0] === 'timestamp') onCalendar(node.args[1][0])
  }
  if (!(isOperator(op) || Object.hasOwn(orders, op) || op === 'in') || !Array.isArray(node.args)) return
  const [leftNode, rightNode] = node.args as [ASTNode, ASTNode]
  const isEquality = op === '==' || op === '!='
  /** What the node gives where both sides are equal. */
  const ofEqual = op === '=='
  const mayHoldOthers = isEquality && !isLeaf(leftNode) && !isLeaf(rightNode)
  if (Object.hasOwn(orders, op) && !mayHoldOthers && !calculates(leftNode) && !calculates(rightNode)) return
  let left: unknown
  let right: unknown
  watch(leftNode, (value) => (left = value))
  watch(rightNode, (value) => (right = value))
  alter(node, (value) => {
    if (op === 'in') return value === false && Array.isArray(right) ? isAmong(left, right) : value
    // Only what cel-js calls unequal: it knows durations and the like.
    if (isEquality && holdsOthers(left) && holdsOthers(right))
      return value !== ofEqual && isSame(left, right) ? ofEqual : value
    const exact = ofExact(op, left, right)
    if (exact !== undefined) return exact
    const isSum = typeof value === 'number' && isOperator(op)
    return isSum && isDoubleOrInt(left) && isDoubleOrInt(right) ? corrected(op, [left, right], value) : value
  })
}

/** double() of a text that says no number: cel-js takes hexadecimal digits, and Infinity and NaN, which no JSON holds. */
const checkedDouble = (value: unknown, given: unknown): unknown => {
  if (typeof given === 'string' && !isNumberText(given))
    throw new FunctionError(
      `double() takes a number in digits, and got ${JSON.stringify(shorten(given, 60))}`,
    )
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new FunctionError(`${shorten(String(given), 60)} is too large for double()`)
  return value
}

/** string() and int() of a number that a double writes otherwise: 1e25 is a one with 25 zeros. */
const asWritten = (node: ASTNode, name: string, argument: ASTNode): void => {
  if (name !== 'string' && name !== 'int' && name !== 'double') return
  let given: unknown
  alter(argument, (value) => {
    given = value
    // CEL's int() of what the type check took for a double refuses it.
    return name === 'int' && value instanceof ExactNumber ? 0 : value
  })
  alter(node, (value) => {
    if (name === 'double') return checkedDouble(value, given)
    if (name === 'int' && given instanceof ExactNumber) return asInt(given)
    if (name === 'int') return Number.isInteger(given) ? BigInt(numberText(given as number)) : value
    return Number.isFinite(given) || hasExact(given) ? numberText(given as AnyNumber) : value
  })
}

/** Of what timestamp() is given. */
const onCalendar = (argument: ASTNode): void =>
  watch(argument, (given) => {
    if (typeof given === 'string' && !isOfCalendar(given))
      throw new FunctionError(`${JSON.stringify(shorten(given, 60))} is no day of the calendar`)
  })

const isDoubleOrInt = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

/** cel-js compares a number with one of another type only where it knows both types before. */
const isAmong = (value: unknown, list: readonly unknown[]): boolean => {
  if (holdsOthers(value)) return list.some((one) => isSame(value, one))
  return (
    isAnyNumber(value) && (hasExact(value) || list.some(hasExact)) && list.some((one) => isSame(value, one))
  )
}

/** A number in an expression that would be another one when it is read. */
export const roundedLiteral = (tree: ASTNode): { message: string; at: number } | undefined => {
  let fault: { message: string; at: number } | undefined
  walk(tree, (node) => {
    if (node.op !== 'value' || typeof node.args !== 'number') return
    const text = node.input.slice(node.range.start, node.range.end)
    if (/^[\d.]+(e[+-]?\d+)?$/i.test(text) && isAltered(text))
      fault ??= {
        message: `${text} has more digits than a number here keeps, and would be ${node.args}: write fewer`,
        at: node.range.start,
      }
  })
  return fault
}
