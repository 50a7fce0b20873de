// How places and values of a file are named in messages, and how an example of what would be right is written.
import type { z } from 'zod'
import { stringify } from 'yaml'
import { isNumberText } from '../../domain/values/exact-number.ts'
import type { Path } from './yaml-file.ts'

/** The last steps of a path, beginning with a name: routes.refund, actions[1].http.url */
export const nameOf = (path: Path): string => {
  if (path.length === 0) return 'the file'
  const from = Math.max(0, path.length - 3)
  const first = typeof path[from] === 'number' ? from - 1 : from
  const names = path
    .slice(Math.max(0, first))
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : step))
  return names.join('.').replaceAll('.[', '[')
}

const words: Record<string, string> = {
  string: 'text',
  record: 'a map of names',
  object: 'a map of names',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}
export const wordFor = (expected: string): string => words[expected] ?? expected

export const shapeOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map of names'
  if (typeof value === 'number') return String(value)
  return `the ${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(value)}`
}

const readsAs = (expected: string, text: string): boolean =>
  expected === 'boolean'
    ? text === 'true' || text === 'false'
    : (expected === 'number' || expected === 'int') && isNumberText(text)

export const quoteHint = (expected: string, value: unknown): string | undefined =>
  expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `put it in quotes: "${String(value)}"`
    : typeof value === 'string' && readsAs(expected, value.trim())
      ? `write it without quotes: ${value.trim()}`
      : undefined

/** "like respond: 30m"; undefined when there is no example. */
export const exampleHint = (example: unknown, value: unknown, name?: string | number): string | undefined => {
  if (example === undefined) return undefined
  const style = { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true } as const
  const text = stringify(example, style).trim()
  // An unquoted # begins a comment, and what is left is empty.
  const why =
    value === null && typeof example === 'string' && example.startsWith('#')
      ? ' (in quotes: # begins a comment)'
      : ''
  return `like ${typeof name === 'string' ? `${name}: ` : ''}${text}${why}`
}

export const boundText = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
  if (issue.code === 'too_small')
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
  return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
}

export const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
