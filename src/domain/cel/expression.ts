// One CEL expression: parsed, made safe, type-checked; then run as often as needed.
import type { Environment } from '@marcbachmann/cel-js'
import { boundWork } from './bounds.ts'
import { budgeted } from './budget.ts'
import { constantFault } from './constants.ts'
import type { Environments } from './environment.ts'
import { AbsentError, BudgetError, FunctionError } from './errors.ts'
import { patternFault } from './functions/own.ts'
import { decimalArithmetic, roundedLiteral } from './numbers.ts'
import { type ExpressionFault, faultOf, textOfError } from './expression-fault.ts'
import { type ASTNode, parse } from './syntax.ts'
import { accessOf, pathsIn, walk, walkDepth } from './tree.ts'
import { metNull, nullIn, nullIsMissing } from './missing.ts'
import { isOptional } from './optional.ts'
import { headersIn, wrongHeader, wrongQuery } from './request-reads.ts'
import { markedIn, type Marks } from '../masking/marked.ts'

export type Context = Record<string | symbol, unknown>
export type Expression = {
  source: string
  type: string
  tree: ASTNode
  /** It reads a field that is secret or personal: what it says of its values is not shown. */
  isMarked: boolean
  /** It reads a secret: nor is that. */
  readsSecret: boolean
  run: (context: Context) => unknown
}

export type Compiled = { ok: true; expression: Expression } | { ok: false; fault: ExpressionFault }

/** Int literals become doubles in lists they are compared with: most numbers are doubles. Where one would be rounded, none does. */
const doubleLiterals = (list: ASTNode, mayRound: boolean): void => {
  if (list.op !== 'list') return
  const ints = list.args.filter((item) => item.op === 'value' && typeof item.args === 'bigint')
  if (!mayRound && ints.some(({ args }) => !Number.isSafeInteger(Number(args)))) return
  for (const item of ints) Reflect.set(item, 'args', Number(item.args))
}

/** A default is of the same kind as what it stands for. */
const doubleDefault = (value: ASTNode | undefined): void => {
  if (value?.op === '-_') return doubleDefault(value.args)
  if (value?.op !== 'value' || typeof value.args !== 'bigint') return
  if (Number.isSafeInteger(Number(value.args))) Reflect.set(value, 'args', Number(value.args))
}

/** What format() writes is of any kind, one beside another. */
const anyKinds = (list: ASTNode | undefined): void => {
  if (list?.op !== 'list') return
  for (const [at, item] of list.args.entries()) {
    const any = parse('dyn(0)').ast
    Reflect.set(any, 'args', ['dyn', [item]])
    Reflect.set(list.args, at, any)
  }
}

/** Our own in place of the library's: a pattern in linear time, JSON with every digit. */
const OURS: Record<string, string> = { matches: 'matchesLinear', json: 'jsonExact' }

/** Before the type check: our own functions, and lists of numbers that JSON numbers can be in. */
const adaptTree = (tree: ASTNode, isOnlyChecked = false): void => {
  walk(tree, (node) => {
    const ours = node.op === 'rcall' && Object.hasOwn(OURS, node.args[0]) ? OURS[node.args[0]] : undefined
    if (node.op === 'rcall' && ours !== undefined)
      Reflect.set(node, 'args', [ours, node.args[1], node.args[2]])
    if (node.op === 'rcall' && node.args[0] === 'orValue') doubleDefault(node.args[2][0])
    if (node.op === 'rcall' && node.args[0] === 'format') anyKinds(node.args[2][0])
    if (node.op === 'in' && accessOf(node.args[0])) doubleLiterals(node.args[1], isOnlyChecked)
    if (node.op === 'list' && node.args.some((item) => item.op === 'value' && typeof item.args === 'number'))
      doubleLiterals(node, isOnlyChecked)
  })
}

/** cel-js does not mind an unknown field inside has(); a rule with such a typo would never hold. */
const unknownField = (tree: ASTNode, known: KnownNames): ExpressionFault | undefined => {
  for (const { path, node } of pathsIn(tree)) {
    const [root = '', field] = path
    const names = root === 'record' ? known.record : root === 'vars' ? known.vars : undefined
    if (!names || field === undefined || names.has(field)) continue
    return {
      message: `No such key: ${field}`,
      at: node.input.indexOf(field, node.range.start + root.length),
      unknown: { what: root === 'record' ? 'field' : 'var', name: field },
    }
  }
  return undefined
}

/** A pattern that is written out is read now rather than when an event meets it. */
const wrongPattern = (tree: ASTNode): ExpressionFault | undefined => {
  let fault: ExpressionFault | undefined
  walk(tree, (node) => {
    if (node.op !== 'rcall' || node.args[0] !== 'matches') return
    const [pattern] = node.args[2]
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return
    const message = patternFault(pattern.args)
    if (message !== undefined) fault ??= { message, at: pattern.range.start }
  })
  return fault
}

export type KnownNames = {
  record: ReadonlySet<string>
  vars: ReadonlySet<string>
  marks: Marks
  /** Collects the headers that are read. */
  headers: Set<string>
}

/** What is wrong with an expression before anything is known of its types. */
const faultIn = (tree: ASTNode, known: KnownNames): ExpressionFault | undefined => {
  if (walkDepth(tree) > 2) return { message: 'lists may be walked two deep at most', at: tree.range.start }
  const names = pathsIn(tree).find(({ path }) => path[0] === 'cel')
  if (names) return { message: 'cel.bind is not available here', at: names.node.range.start }
  return (
    unknownField(tree, known) ??
    wrongPattern(tree) ??
    wrongHeader(tree) ??
    wrongQuery(tree) ??
    roundedLiteral(tree)
  )
}

/** Runs an expression that reads nothing. */
const workOut = (environment: Environment, source: string): void => {
  const parsed = environment.parse(source)
  adaptTree(parsed.ast)
  if (!parsed.check().valid) return
  decimalArithmetic(parsed.ast)
  boundWork(parsed.ast)
  nullIsMissing(parsed.ast)
  budgeted((): unknown => parsed({}))
}

/** Functions whose result may be a number that no double holds. */
const mayGiveExact = (source: string): boolean => /\bsum\s*\(/.test(source)

const check = (environments: Environments, source: string, known: KnownNames): Compiled => {
  const { checking, isWide } = environments
  const running = isWide || mayGiveExact(source) ? environments.running : checking
  const parsed = running.parse(source)
  const tree = parsed.ast
  const fault = faultIn(tree, known) ?? constantFault(tree, (part) => workOut(running, part))
  if (fault) return { ok: false, fault }
  adaptTree(tree)
  let checked = parsed.check()
  if (checked.valid && checking !== running) {
    const strictly = checking.parse(source)
    adaptTree(strictly.ast, true)
    checked = strictly.check()
  }
  if (!checked.valid) return { ok: false, fault: faultOf(checked.error, source) }
  for (const { name } of headersIn(tree)) known.headers.add(name)
  decimalArithmetic(tree)
  boundWork(tree)
  nullIsMissing(tree)
  const run = (context: Context): unknown => budgeted((): unknown => parsed(context))
  const isMarked = markedIn(tree, known.marks) !== undefined
  const readsSecret = pathsIn(tree).some(({ path: [root] }) => root === 'secret')
  return { ok: true, expression: { source, type: checked.type ?? 'dyn', tree, isMarked, readsSecret, run } }
}

/** Parses and type-checks. Never throws. */
export const compileExpression = (
  environments: Environments,
  source: string,
  known: KnownNames,
): Compiled => {
  try {
    return check(environments, source, known)
  } catch (error) {
    return { ok: false, fault: faultOf(error, source) }
  }
}

export type Evaluated =
  | { kind: 'value'; value: unknown }
  /** `mayBe`: its author says so, by an optional. */
  | { kind: 'absent'; message: string; mayBe?: true }
  | { kind: 'fault'; message: string }

const faultOfRun = (
  error: unknown,
  { source, tree }: Expression,
  context: Context,
): Exclude<Evaluated, { kind: 'value' }> => {
  if (error instanceof AbsentError) return { kind: 'absent', message: error.message }
  if (error instanceof FunctionError) return { kind: 'fault', message: error.message }
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  const message = textOfError(error)
  if (code === 'no_such_key' || code === 'index_out_of_bounds') return { kind: 'absent', message }
  if (code === 'optional_value_missing') return { kind: 'absent', message: `${source} is not there` }
  if (metNull(code, message))
    return { kind: 'absent', message: `${nullIn(tree, context) ?? `a part of ${source}`} is null` }
  return { kind: 'fault', message }
}

/** Runs an expression; null and what is not there are both absent. Never throws. */
export const evaluate = (expression: Expression, context: Context): Evaluated => {
  const { source, isMarked, readsSecret } = expression
  try {
    const value = expression.run(context)
    // Operators and functions say why. Whatever else makes such a number: JSON has none, and nobody would notice.
    if (typeof value === 'number' && !Number.isFinite(value))
      return { kind: 'fault', message: `${source} has no result` }
    if (isOptional(value))
      return value.hasValue()
        ? { kind: 'value', value: value.value() }
        : { kind: 'absent', message: `${source} is not there`, mayBe: true }
    return value === null || value === undefined
      ? { kind: 'absent', message: `${source} is not there` }
      : { kind: 'value', value }
  } catch (error) {
    const found = faultOfRun(error, expression, context)
    // Messages quote what they are about.
    if (!(isMarked || readsSecret) || error instanceof BudgetError) return found
    return {
      ...found,
      message: `${source} ${found.kind === 'absent' ? 'is not there' : 'cannot be worked out'}`,
    }
  }
}
