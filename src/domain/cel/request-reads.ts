// What an expression reads of a request by name: headers["x-event-id"], headers.host, "x-event-id" in headers; query the same.
import type { ASTNode } from '@marcbachmann/cel-js'
import { isCredential } from '../body/query.ts'
import { accessOf, nameOf, walk } from './tree.ts'

export interface HeaderRead {
  name: string
  /** Where it stands in the expression. */
  at: number
}

const textOf = (node: ASTNode): string | undefined =>
  node.op === 'value' && typeof node.args === 'string' ? node.args : undefined

function nameRead(node: ASTNode, root: string): string | undefined {
  const isRoot = (one: ASTNode): boolean => one.op === 'id' && one.args === root
  const access = accessOf(node)
  if (access) return isRoot(access.of) ? nameOf(access) : undefined
  return node.op === 'in' && isRoot(node.args[1]) ? textOf(node.args[0]) : undefined
}

function readsOf(tree: ASTNode, root: string): HeaderRead[] {
  const found: HeaderRead[] = []
  walk(tree, (node) => {
    const name = nameRead(node, root)
    if (name !== undefined) found.push({ name, at: node.range.start })
  })
  return found
}

export const headersIn = (tree: ASTNode): HeaderRead[] => readsOf(tree, 'headers')

/** What an expression reads of a request beyond its body and these headers, in words; undefined: nothing. */
export function readBeyond(tree: ASTNode, signed: readonly string[]): string | undefined {
  const headers = headersIn(tree)
  const header = headers.find(({ name }) => !signed.includes(name.toLowerCase()))
  if (header) return `headers["${header.name}"]`
  let found: string | undefined
  let named = headers.length
  walk(tree, (node) => {
    if (node.op !== 'id') return
    if (node.args === 'query') found = 'the query'
    // Each read by a name has one of these inside.
    if (node.args === 'headers' && (named -= 1) < 0) found ??= 'headers by names that are worked out'
  })
  return found
}

/** Header names have no case, and events hold them in lower case (RFC 9110, 5.1): another would never be found. */
export function wrongHeader(tree: ASTNode): { message: string; at: number } | undefined {
  const wrong = headersIn(tree).find(({ name }) => name !== name.toLowerCase())
  return (
    wrong && {
      message: `headers have their names in lower case here: headers["${wrong.name.toLowerCase()}"]`,
      at: wrong.at,
    }
  )
}

/** Parameters named like a credential are not kept, so they would never be found. */
export function wrongQuery(tree: ASTNode): { message: string; at: number } | undefined {
  const wrong = readsOf(tree, 'query').find(({ name }) => isCredential(name))
  return (
    wrong && {
      message: `query.${wrong.name} is never there: parameters named like a credential are not kept. "verify" says how the sender proves itself`,
      at: wrong.at,
    }
  )
}
