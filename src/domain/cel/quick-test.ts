// What can be told of a condition from the record alone, by plain comparisons: most rules ask nothing else, and
// this is many times faster than the interpreter. A part that is not understood, or a value that is not there,
// gives undefined, and then CEL decides. So this can only ever be silent, not different.
import type { ASTNode } from '@marcbachmann/cel-js'
import { recordFieldOf } from './tree.ts'
import type { FieldDefinition } from '../fields/field.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'

export type QuickTest = (record: JsonObject) => boolean | undefined
type Kind = 'text' | 'number' | 'flag' | 'time'
type Operand = {
  kind: Kind
  read: (record: JsonObject) => string | number | boolean | undefined
  literal: boolean
}
type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

const silent: QuickTest = () => undefined

export const quickTest = (tree: ASTNode, fields: Record<string, FieldDefinition>): QuickTest => {
  const kinds = new Map<string, Kind>()
  for (const [name, field] of Object.entries(fields)) {
    const kind = kindOf(field)
    if (kind) kinds.set(name, kind)
  }
  return compile(tree, kinds)
}

const kindOf = (field: FieldDefinition): Kind | undefined => {
  switch (field.type) {
    case 'string':
      return 'text'
    case 'enum':
      return field.enum?.every((value) => typeof value === 'string') === true ? 'text' : undefined
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'flag'
    case 'timestamp':
      return 'time'
    default:
      return undefined
  }
}

const typeOfKind = { text: 'string', number: 'number', flag: 'boolean', time: 'string' } as const

const operandOf = (node: ASTNode, kinds: Map<string, Kind>): Operand | undefined => {
  const field = recordFieldOf(node)
  if (field !== undefined) {
    const kind = kinds.get(field)
    if (!kind) return undefined
    const type = typeOfKind[kind]
    const read = (record: JsonObject) => {
      const value = record[field]
      return isOfType(value, type) ? value : undefined
    }
    return { kind, read, literal: false }
  }
  const value = literalOf(node)
  if (value === undefined) return undefined
  const kind = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'flag'
  return { kind, read: () => value, literal: true }
}

const isOfType = (value: JsonValue | undefined, type: string): value is string | number | boolean =>
  typeof value === type

const literalOf = (node: ASTNode): string | number | boolean | undefined => {
  if (node.op === '-_') {
    const inner = literalOf(node.args)
    return typeof inner === 'number' ? -inner : undefined
  }
  if (node.op !== 'value') return undefined
  const value = node.args
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : undefined
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined
}

const compile = (node: ASTNode, kinds: Map<string, Kind>): QuickTest => {
  switch (node.op) {
    case '&&':
      return both(compile(node.args[0], kinds), compile(node.args[1], kinds))
    case '||':
      return either(compile(node.args[0], kinds), compile(node.args[1], kinds))
    case '!_': {
      const inner = compile(node.args, kinds)
      return (record) => {
        const holds = inner(record)
        return holds === undefined ? undefined : !holds
      }
    }
    case 'value': {
      const { args } = node
      return typeof args === 'boolean' ? () => args : silent
    }
    case '.': {
      const operand = operandOf(node, kinds)
      return operand?.kind === 'flag'
        ? (record) => operand.read(record) === true || (operand.read(record) === false ? false : undefined)
        : silent
    }
    case 'call':
      return has(node.args[0] === 'has' ? node.args[1][0] : undefined)
    case 'in':
      return within(operandOf(node.args[0], kinds), node.args[1])
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparing(node.op, operandOf(node.args[0], kinds), operandOf(node.args[1], kinds))
    default:
      return silent
  }
}

const both =
  (left: QuickTest, right: QuickTest): QuickTest =>
  (record) => {
    const first = left(record)
    if (first === false) return false
    const second = right(record)
    return second === false ? false : first === true && second === true ? true : undefined
  }

const either =
  (left: QuickTest, right: QuickTest): QuickTest =>
  (record) => {
    const first = left(record)
    if (first === true) return true
    const second = right(record)
    return second === true ? true : first === false && second === false ? false : undefined
  }

const has = (node: ASTNode | undefined): QuickTest => {
  const field = node && recordFieldOf(node)
  return field === undefined ? silent : (record) => record[field] !== undefined && record[field] !== null
}

const within = (operand: Operand | undefined, list: ASTNode): QuickTest => {
  if (!operand || operand.literal || operand.kind === 'time' || list.op !== 'list') return silent
  const literals = list.args.map(literalOf)
  const type = typeOfKind[operand.kind]
  if (!literals.every((value) => typeof value === type)) return silent
  const values = new Set(literals)
  return (record) => {
    const value = operand.read(record)
    return value === undefined ? undefined : values.has(value)
  }
}

const comparing = (
  operator: Comparison,
  left: Operand | undefined,
  right: Operand | undefined,
): QuickTest => {
  if (!left || !right || left.kind !== right.kind) return silent
  const isOrder = operator !== '==' && operator !== '!='
  // Texts are ordered by code point in CEL and by UTF-16 unit here; times are ISO texts in UTC, which order as times.
  if (isOrder && left.kind !== 'number' && left.kind !== 'time') return silent
  const test = tests[operator]
  return (record) => {
    const a = left.read(record)
    const b = right.read(record)
    return a === undefined || b === undefined ? undefined : test(a, b)
  }
}

type Plain = string | number | boolean
const tests: Record<Comparison, (a: Plain, b: Plain) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}
