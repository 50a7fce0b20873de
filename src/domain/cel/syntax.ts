// An expression as a tree and back. The library is loaded when the first expression is read: most commands read none.
import { createRequire } from 'node:module'
import type * as Cel from '@marcbachmann/cel-js'

const require = createRequire(import.meta.url)
let loaded: typeof Cel | undefined
const library = (): typeof Cel => (loaded ??= require('@marcbachmann/cel-js') as typeof Cel)

/** Of any expression. Trees are walked by calls within calls, and one of more parts could use up the stack. */
export const limits = {
  maxAstNodes: 1000,
  maxDepth: 32,
  maxListElements: 1000,
  maxMapEntries: 100,
  maxCallArguments: 8,
} as const

/** Knows no names: it reads any expression, and none of ours. */
let bare: Cel.Environment | undefined
const anyNames = (): Cel.Environment =>
  (bare ??= new (library().Environment)({ enableOptionalTypes: true, unlistedVariablesAreDyn: true, limits }))

export type { ASTNode } from '@marcbachmann/cel-js'
export const parse = (source: string): Cel.ParseResult => anyNames().parse(source)
export const serialize: typeof Cel.serialize = (node) => library().serialize(node)
