// A text with ${…} taken apart into what the author wrote and its expressions. `$${` stands for `${` itself.
import { type ASTNode, parse } from './syntax.ts'
import { pathsIn } from './tree.ts'

/** `at` is where the expression begins in the text. */
export type TemplatePart = { text: string } | { source: string; at: number }

/** Where the expression that opens at `from` ends: braces and quotes inside it are minded. -1: never. */
const closing = (text: string, from: number): number => {
  let depth = 0
  let quote: string | undefined
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (quote !== undefined) {
      if (char === '\\') at += 1
      else if (char === quote) quote = undefined
    } else if (char === '"' || char === "'") quote = char
    else if (char === '{') depth += 1
    else if (char === '}') {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return -1
}

/** Splits a text at its ${…}; `openAt` is one that is never closed. */
export const split = (text: string): { parts: TemplatePart[] } | { openAt: number } => {
  const parts: TemplatePart[] = []
  let literal = ''
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('$${', at)) {
      literal += '${'
      at += 2
    } else if (text.startsWith('${', at)) {
      const end = closing(text, at + 2)
      if (end < 0) return { openAt: at }
      if (literal !== '') parts.push({ text: literal })
      literal = ''
      parts.push({ source: text.slice(at + 2, end), at: at + 2 })
      at = end
    } else literal += text[at] ?? ''
  }
  if (literal !== '') parts.push({ text: literal })
  return { parts }
}

/** The sources of a text's expressions. */
export const expressionsIn = (text: string): string[] => {
  const found = split(text)
  return 'parts' in found ? found.parts.flatMap((part) => ('source' in part ? [part.source] : [])) : []
}

/** The tree of an expression; undefined where it cannot be parsed. */
export const parseQuietly = (source: string): ASTNode | undefined => {
  try {
    return parse(source).ast
  } catch {
    return undefined
  }
}

/** The chains of names that the expressions of a text read. */
export const pathsInText = (text: string): string[][] =>
  expressionsIn(text).flatMap((source) => {
    const tree = parseQuietly(source)
    return tree ? pathsIn(tree).map(({ path }) => path) : []
  })
