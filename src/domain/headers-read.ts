// The headers of an event that an expression reads by name: headers["x-event-id"], headers.host, "x-event-id" in headers.
import type { ASTNode } from '@marcbachmann/cel-js'
import { walk } from './cel-tree.ts'

export interface HeaderRead {
  name: string
  /** Where it stands in the expression. */
  at: number
}

const isHeaders = (node: ASTNode): boolean => node.op === 'id' && node.args === 'headers'

const textOf = (node: ASTNode): string | undefined =>
  node.op === 'value' && typeof node.args === 'string' ? node.args : undefined

function nameRead(node: ASTNode): string | undefined {
  if (node.op === '.' && isHeaders(node.args[0])) return node.args[1]
  if (node.op === '[]' && isHeaders(node.args[0])) return textOf(node.args[1])
  return node.op === 'in' && isHeaders(node.args[1]) ? textOf(node.args[0]) : undefined
}

export function headersIn(tree: ASTNode): HeaderRead[] {
  const found: HeaderRead[] = []
  walk(tree, (node) => {
    const name = nameRead(node)
    if (name !== undefined) found.push({ name, at: node.range.start })
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
