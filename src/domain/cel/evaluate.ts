// How a node of an expression is evaluated, after the type check, which is where cel-js decides it: seen or changed here.
import type { ASTNode } from '@marcbachmann/cel-js'

type Evaluate = (this: unknown, ...args: unknown[]) => unknown

const metaOf = (node: ASTNode): object => {
  const meta: unknown = Reflect.get(node, 'meta')
  return typeof meta === 'object' && meta !== null ? meta : {}
}

const setMeta = (node: ASTNode, key: string, value: unknown): void => {
  const set: unknown = Reflect.get(node, 'setMeta')
  if (typeof set !== 'function') throw new TypeError('cel-js no longer has setMeta on its nodes')
  Reflect.apply(set, node, [key, value])
}

/** Has `change` give the value of the node in place of what it was evaluated to. */
export const alter = (node: ASTNode, change: (value: unknown) => unknown): void => {
  const evaluate: unknown = Reflect.get(metaOf(node), 'evaluate')
  if (typeof evaluate !== 'function' || Reflect.has(metaOf(node), 'alternate')) return
  const altered: Evaluate = function (...args) {
    return change(Reflect.apply(evaluate, this, args))
  }
  setMeta(node, 'evaluate', altered)
}

/** Has `look` see each value of the node as it is evaluated. */
export const watch = (node: ASTNode, look: (value: unknown) => void): void =>
  alter(node, (value) => {
    look(value)
    return value
  })

/** The same of a macro, which reads its arguments itself. `run` evaluates a checked part of it. */
export const alterMacro = (
  node: ASTNode,
  change: (value: unknown, run: (part: ASTNode) => unknown) => unknown,
): void => {
  const macro: unknown = Reflect.get(metaOf(node), 'macro')
  const evaluate: unknown = typeof macro === 'object' && macro !== null && Reflect.get(macro, 'evaluate')
  if (typeof macro !== 'object' || macro === null || typeof evaluate !== 'function')
    throw new TypeError('cel-js no longer keeps a macro where it was')
  Reflect.set(macro, 'evaluate', (evaluator: object, self: unknown, context: unknown) => {
    const run = (part: ASTNode): unknown =>
      Reflect.apply(Reflect.get(evaluator, 'run') as Evaluate, evaluator, [part, context])
    return change(Reflect.apply(evaluate, macro, [evaluator, self, context]), run)
  })
}
