// An expression as a tree and back. The library is loaded when the first expression is read: most commands read none.
import { createRequire } from 'node:module'
import type * as Cel from '@marcbachmann/cel-js'

const require = createRequire(import.meta.url)
let loaded: typeof Cel | undefined
const library = (): typeof Cel => (loaded ??= require('@marcbachmann/cel-js') as typeof Cel)

export type { ASTNode } from '@marcbachmann/cel-js'
export const parse: typeof Cel.parse = (source) => library().parse(source)
export const serialize: typeof Cel.serialize = (node) => library().serialize(node)
