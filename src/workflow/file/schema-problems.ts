// From zod's issues to problems a person can act on: where, what is wrong, what would be right.
import { z } from 'zod'
import type { Problem } from '../../domain/text/problem.ts'
import { exampleAt, keysAt, type Kind } from './json-schema.ts'
import { meant, nearest } from '../nearest.ts'
import { boundText, exampleHint, lower, nameOf, quoteHint, shapeOf, wordFor } from './schema-words.ts'
import type { Path, YamlFile } from './yaml-file.ts'

type Issue = z.core.$ZodIssue

export const schemaProblems = (error: z.ZodError, yaml: YamlFile, file: string, kind: Kind): Problem[] =>
  news(error.issues, yaml.value).flatMap((issue) => problemsOf(issue, [], yaml, file, kind))

const stepsOf = (issue: Issue): Path =>
  issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))

const textOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String))

/** Without what only follows from a key that is misspelt: that the right one is missing, and rules over the whole. */
const news = (issues: readonly Issue[], value: unknown): Issue[] => {
  const misspelt = new Map(
    issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [[textOf(issue.path), issue.keys]] : [])),
  )
  return issues.filter((issue) => {
    if (issue.code === 'custom') return !misspelt.has(textOf(issue.path))
    const keys = misspelt.get(textOf(issue.path.slice(0, -1))) ?? []
    const isMissing = valueAt(value, stepsOf(issue)) === undefined
    return !(isMissing && keys.some((key) => nearest(key, [String(issue.path.at(-1))]) !== undefined))
  })
}

const problemsOf = (issue: Issue, before: Path, yaml: YamlFile, file: string, kind: Kind): Problem[] => {
  const path: Path = [...before, ...stepsOf(issue)]
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
    case 'invalid_type': {
      const example = exampleAt(kind, path)
      return [
        value === undefined
          ? problem(path.slice(0, -1), `${nameOf(path)} is missing`, exampleHint(example, value, path.at(-1)))
          : problem(
              path,
              `${nameOf(path)} must be ${wordFor(issue.expected)}, and is ${shapeOf(value)}`,
              typeof value === 'boolean'
                ? quoteHint(issue.expected, value)
                : (exampleHint(example, value) ?? quoteHint(issue.expected, value)),
            ),
      ]
    }
    case 'too_small':
    case 'too_big':
      if (issue.origin !== 'number' && issue.origin !== 'int') break
      return [problem(path, `${nameOf(path)} must be ${boundText(issue)}, and is ${shapeOf(value)}`)]
    case 'custom': {
      const { wrong, right } = meantIn(issue.params)
      if (wrong === undefined) break
      return [problem(path, `${nameOf(path)}: ${issue.message}`, meant(wrong, right, 'one of'))]
    }
    default:
  }
  return [problem(path, path.length > 0 ? `${nameOf(path)}: ${lower(issue.message)}` : lower(issue.message))]
}

/** A name that our own refinements did not know, and those they know. */
const meantIn = (params: Record<string, unknown> | undefined): { wrong?: string; right: string[] } => {
  const parsed = z
    .object({ meant: z.object({ wrong: z.string(), right: z.array(z.string()) }) })
    .safeParse(params)
  return parsed.success ? parsed.data.meant : { right: [] }
}

/** The branch that was meant: the one that did not fail at its root for being of another type. */
const bestBranch = (branches: Issue[][], value: unknown): Issue[] | undefined =>
  branches.find(
    (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'),
  ) ?? (typeof value === 'object' ? undefined : branches[0])

const valueAt = (value: unknown, path: Path): unknown => {
  let at = value
  for (const step of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined
  return at
}
