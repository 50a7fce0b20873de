// Comparisons of a number with a text that only looks like one: never equal, and nothing says so when they run.
import type { ASTNode } from '@marcbachmann/cel-js'
import { pathOf, walk } from './tree.ts'
import { isAnyNumber } from '../values/decimal.ts'
import type { JsonValue } from '../values/json.ts'

type Kind = 'a number' | 'a text'

/** A part of the event that is compared with values of this kind. */
export interface Compared {
  path: string[]
  with: Kind
}

const kindOf = (value: unknown): Kind | undefined =>
  typeof value === 'string' ? 'a text' : isAnyNumber(value) ? 'a number' : undefined

const literalKind = (node: ASTNode): Kind | undefined => {
  if (node.op === '-_') return literalKind(node.args)
  return node.op === 'value' ? kindOf(node.args) : undefined
}

const eventPath = (node: ASTNode): string[] | undefined => {
  const [root, ...path] = pathOf(node) ?? []
  return root === 'event' && path.length > 0 ? path : undefined
}

/** Every `event.x == 100` and `event.x in ["100"]` of a condition. */
export const comparedIn = (tree: ASTNode): Compared[] => {
  const found: Compared[] = []
  const note = (path: string[] | undefined, kind: Kind | undefined) => {
    if (path && kind) found.push({ path, with: kind })
  }
  walk(tree, (node) => {
    if (node.op === '==' || node.op === '!=') {
      const [left, right] = node.args
      note(eventPath(left), literalKind(right))
      note(eventPath(right), literalKind(left))
    }
    if (node.op === 'in' && node.args[1].op === 'list') {
      const [first, ...rest] = node.args[1].args.map(literalKind)
      if (rest.every((kind) => kind === first)) note(eventPath(node.args[0]), first)
    }
  })
  return found
}

/** What of an event is never equal to what it is compared with, in words. */
export const unlikeIn = (event: JsonValue, compared: readonly Compared[]): string[] =>
  compared.flatMap(({ path, with: kind }) => {
    const value = path.reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined,
      event,
    )
    const is = kindOf(value)
    return is === undefined || is === kind
      ? []
      : [`event.${path.join('.')} is compared with ${kind}, and is ${is}: they are never equal`]
  })
