// What an expression can be told before any event: parts made of constants alone that never have a value, and formats of
// times that leave the day open.
import { type ASTNode, serialize } from '@marcbachmann/cel-js'
import { isDayless } from './cel-times.ts'
import { childrenOf, sourceOf, walk } from './cel-tree.ts'
import { type ExpressionFault, textOfError } from './expression-fault.ts'

const worked = new Set(['call', 'rcall', '+', '-', '*', '/', '%'])

const isConstant = (node: ASTNode): boolean => {
  let hasName = false
  walk(node, ({ op }) => (hasName ||= op === 'id'))
  return !hasName
}

/** The largest parts that are worked out of constants. */
const constantParts = (node: ASTNode): ASTNode[] =>
  worked.has(node.op) && isConstant(node) ? [node] : childrenOf(node).flatMap(constantParts)

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
export const constantFault = (
  tree: ASTNode,
  workOut: (source: string) => void,
): ExpressionFault | undefined => {
  const dayless = daylessFormat(tree)
  if (dayless) return dayless
  for (const part of constantParts(tree)) {
    try {
      workOut(serialize(part))
    } catch (error) {
      return { message: `${sourceOf(part)} never has a value: ${textOfError(error)}`, at: part.range.start }
    }
  }
  return undefined
}
