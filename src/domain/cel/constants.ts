// What an expression can be told before any event: parts made of constants alone that never have a value, and formats of
// times that leave the day open.
import { type ASTNode, serialize } from './syntax.ts'
import { isDayless, isZone, zoneFault } from './functions/times.ts'
import { childrenOf, sourceOf, walk } from './tree.ts'
import { type ExpressionFault, textOfError } from './expression-fault.ts'

const worked = new Set(['call', 'rcall', '+', '-', '*', '/', '%', '[]', '.'])

const isConstant = (node: ASTNode): boolean => {
  let hasName = false
  walk(node, ({ op }) => (hasName ||= op === 'id'))
  return !hasName
}

/** The largest parts that are worked out of constants. */
const constantParts = (node: ASTNode): ASTNode[] =>
  worked.has(node.op) && isConstant(node) ? [node] : childrenOf(node).flatMap(constantParts)

/** Its text, with each number as it was written: cel-js writes 1e25 as one that it cannot read, and 1e-10 as 0. */
const textOf = (part: ASTNode): string => serialize(withTexts(part) as ASTNode)

const withTexts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withTexts)
  if (typeof value !== 'object' || value === null || !('op' in value && 'args' in value)) return value
  const { op, args } = value
  if (op !== 'value') return { op, args: withTexts(args) }
  return typeof args === 'number'
    ? { op: 'call', args: ['double', [{ op: 'value', args: String(args) }]] }
    : { op, args }
}

const daylessFormat = (tree: ASTNode): ExpressionFault | undefined => {
  let fault: ExpressionFault | undefined
  walk(tree, (node) => {
    if (node.op !== 'call' || node.args[0] !== 'parseTime' || node.args[1].length > 3) return
    const format = node.args[1][1]
    if (format?.op !== 'value' || typeof format.args !== 'string' || !isDayless(format.args)) return
    fault ??= {
      message: `${JSON.stringify(format.args)} does not say which day is meant: parseTime(x, format, zone, now) takes it from now`,
      at: format.range.start,
    }
  })
  return fault
}

/** `workOut` runs an expression that reads nothing; it throws what is wrong with it. */
const unknownZone = (tree: ASTNode): ExpressionFault | undefined => {
  let fault: ExpressionFault | undefined
  walk(tree, (node) => {
    const zone = node.op === 'call' && node.args[0] === 'parseTime' ? node.args[1][2] : undefined
    if (zone?.op !== 'value' || typeof zone.args !== 'string' || isZone(zone.args)) return
    fault ??= { message: zoneFault(zone.args), at: zone.range.start }
  })
  return fault
}

export const constantFault = (
  tree: ASTNode,
  workOut: (source: string) => void,
): ExpressionFault | undefined => {
  const wrongTime = daylessFormat(tree) ?? unknownZone(tree)
  if (wrongTime) return wrongTime
  for (const part of constantParts(tree)) {
    try {
      workOut(textOf(part))
    } catch (error) {
      return { message: `${sourceOf(part)} never has a value: ${textOfError(error)}`, at: part.range.start }
    }
  }
  return undefined
}
