// Why a condition did not hold: which part was false, and on which value. Works from the parsed tree, so the
// answer uses the author's own words.
import { type ASTNode, serialize } from './syntax.ts'
import type { Environments } from './environment.ts'
import { shorten } from '../text/cut.ts'
import { pathsIn, sourceOf } from './tree.ts'
import { shown } from './values.ts'
import { FunctionError } from './errors.ts'
import { Money } from '../values/money.ts'
import { type Context, evaluate, type Expression, compileExpression, type KnownNames } from './expression.ts'
import type { FieldDefinition } from '../fields/field.ts'
import type { JsonObject } from '../values/json.ts'
import { isMarkedPath, MASK } from '../masking/marked.ts'
import { quickTest, type QuickTest } from './quick-test.ts'

const mostParts = 3

const partOfMoney = (money: Money, name: string): unknown => {
  try {
    return Reflect.get(money, name)
  } catch (error) {
    // A part of a cent has no minor unit.
    if (error instanceof FunctionError) return undefined
    throw error
  }
}

/** What a chain of names holds, without the interpreter. */
const readPath = (context: Context, path: readonly string[]): unknown => {
  let at: unknown = context
  for (const name of path) {
    if (at instanceof Money) return partOfMoney(at, name)
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined
  }
  return at
}

export type Explainer = (expression: Expression, record: JsonObject, context: Context) => string

/** Parts are compiled when first asked for and kept: the same rules fail again and again. */
export const explainer = (
  environments: Environments,
  known: KnownNames,
  fields: Record<string, FieldDefinition>,
): Explainer => {
  const parts = new WeakMap<ASTNode, Expression | undefined>()
  const quick = new WeakMap<ASTNode, QuickTest>()

  const partOf = (node: ASTNode): Expression | undefined => {
    if (!parts.has(node)) {
      const compiled = compileExpression(environments, serialize(node), known)
      parts.set(node, compiled.ok ? compiled.expression : undefined)
    }
    return parts.get(node)
  }
  const isFalse = (node: ASTNode, record: JsonObject, context: Context): boolean => {
    const test = quick.get(node) ?? quickTest(node, fields)
    quick.set(node, test)
    const told = test(record)
    if (told !== undefined) return !told
    const part = partOf(node)
    const result = part && evaluate(part, context)
    return result?.kind === 'value' && result.value === false
  }

  const because = (node: ASTNode, record: JsonObject, context: Context): string => {
    if (node.op === '&&') {
      const [left, right] = node.args
      return because(isFalse(left, record, context) ? left : right, record, context)
    }
    if (node.op === '||')
      return `${because(node.args[0], record, context)}; and ${because(node.args[1], record, context)}`
    const source = sourceOf(node)
    if (node.op === 'value') return `${source} never holds`
    // The trace shows each value that the part read, once, as it was.
    const values = new Map<string, string>()
    for (const { path } of pathsIn(node)) {
      const name = path.join('.')
      if (
        values.size < mostParts &&
        ['record', 'event', 'headers', 'query', 'method', 'vars', 'now'].includes(path[0] ?? '')
      )
        values.set(name, isMarkedPath(path, known.marks) ? MASK : shown(readPath(context, path)))
    }
    const facts = [...values].map(([name, value]) => `${name} is ${value}`).join(', ')
    return facts === '' ? `${source} is false` : `${source} is false: ${facts}`
  }

  return (expression, record, context) => {
    const text = because(expression.tree, record, context)
    return shorten(text, 400)
  }
}
