// From zod's issues to problems a person can act on: where, what is wrong, what would be right.
import type { z } from 'zod'
import type { Problem } from '../domain/problem.ts'
import { meant } from './nearest.ts'
import { keysAt } from './json-schema.ts'
import type { Path, YamlFile } from './yaml-file.ts'

type Issue = z.core.$ZodIssue
type Kind = 'workflow' | 'standards'

export const schemaProblems = (error: z.ZodError, yaml: YamlFile, file: string, kind: Kind): Problem[] =>
  error.issues.flatMap((issue) => problemsOf(issue, [], yaml, file, kind))

const problemsOf = (issue: Issue, before: Path, yaml: YamlFile, file: string, kind: Kind): Problem[] => {
  const path: Path = [
    ...before,
    ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
  ]
  const problem = (place: Path, message: string, hint?: string, ofKey = false): Problem => ({
    file,
    ...(ofKey ? yaml.locateKey(place) : yaml.locate(place)),
    severity: 'error',
    message,
    ...(hint !== undefined && { hint }),
  })
  const value = valueAt(yaml.value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const where = path.length > 0 ? ` in ${nameOf(path)}` : ''
        return problem(
          [...path, key],
          `unknown key "${key}"${where}`,
          meant(key, keysAt(kind, path), 'known here'),
          true,
        )
      })
    case 'invalid_union': {
      const branch = bestBranch(issue.errors, value)
      if (branch) return branch.flatMap((inner) => problemsOf(inner, path, yaml, file, kind))
      return [problem(path, `${nameOf(path)} cannot be ${shapeOf(value)}`)]
    }
    case 'invalid_key':
      return issue.issues.map((inner) =>
        problem(path, `"${String(path.at(-1))}" cannot be a name here: ${inner.message}`, undefined, true),
      )
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      const text = typeof value === 'string' ? value : shapeOf(value)
      if (value === undefined)
        return [problem(path, `${nameOf(path)} is missing`, `one of ${allowed.join(', ')}`)]
      return [
        problem(
          path,
          `${nameOf(path)} cannot be "${text}"`,
          meant(text, allowed, 'one of') ?? `one of ${allowed.join(', ')}`,
        ),
      ]
    }
    case 'invalid_type':
      return [
        value === undefined
          ? problem(path.slice(0, -1), `${nameOf(path)} is missing`)
          : problem(
              path,
              `${nameOf(path)} must be ${wordFor(issue.expected)}, and is ${shapeOf(value)}`,
              quoteHint(issue.expected, value),
            ),
      ]
    default:
      return [
        problem(path, path.length > 0 ? `${nameOf(path)}: ${lower(issue.message)}` : lower(issue.message)),
      ]
  }
}

/** The branch that was meant: the one that did not fail at its root for being of another type. */
const bestBranch = (branches: Issue[][], value: unknown): Issue[] | undefined =>
  branches.find(
    (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'),
  ) ?? (typeof value === 'object' ? undefined : branches[0])

const nameOf = (path: Path): string => {
  if (path.length === 0) return 'the file'
  const names = path.map((step) => (typeof step === 'number' ? `[${step + 1}]` : step))
  return names.slice(-3).join('.').replaceAll('.[', '[')
}

const valueAt = (value: unknown, path: Path): unknown => {
  let at = value
  for (const step of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined
  return at
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
const wordFor = (expected: string): string => words[expected] ?? expected

const shapeOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map of names'
  return `${typeof value === 'string' ? 'the text' : `the ${typeof value}`} ${JSON.stringify(value)}`
}

const quoteHint = (expected: string, value: unknown): string | undefined =>
  expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `put it in quotes: "${String(value)}"`
    : undefined

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
