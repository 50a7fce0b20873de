// A YAML file with its positions kept: any place in the value can be found again as line and column.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  visit,
  type YAMLMap,
} from 'yaml'
import { isAltered } from '../../domain/values/exact-number.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { worthSaying, yamlWording } from './yaml-words.ts'

export type Path = readonly (string | number)[]
export type Place = { line: number; column: number }
export type YamlFile = {
  value: unknown
  problems: Problem[]
  /** Where the value at `path` stands, `offset` characters into its text; else the nearest place around it. */
  locate: (path: Path, offset?: number) => Place
  /** Where the key itself stands. */
  locateKey: (path: Path) => Place
}

/** A workflow file is read by people; anything near this size is something else. */
const largest = 2_000_000

export const readYaml = (source: string, file: string): YamlFile => {
  if (source.length > largest) return unreadable(file, `the file has more than ${largest} characters`)
  const lines = new LineCounter()
  const document = parseDocument(source, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    // `<<: *anchor`, as YAML 1.1 has it (yaml.org/type/merge.html).
    merge: true,
    prettyErrors: false,
  })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problems: Problem[] = worthSaying(document.errors).map(({ code, message, pos: [at] }) => ({
    file,
    ...placeAt(at),
    severity: 'error',
    message: yamlWording(code, message, source.slice(at).split('\n', 1)[0] ?? ''),
  }))
  visit(document, {
    Pair: (_key, pair) => {
      // JavaScript would take it as something else than data, and so lose it.
      if (isScalar(pair.key) && pair.key.value === '__proto__')
        problems.push({
          file,
          ...placeAt(pair.key.range?.[0] ?? 0),
          severity: 'error',
          message: '"__proto__" cannot be a name',
        })
    },
    Scalar: (_key, { value, source: written = '', range }) => {
      if (typeof value === 'number' && /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(written) && isAltered(written))
        problems.push({
          file,
          ...placeAt(range?.[0] ?? 0),
          severity: 'error',
          message: `${written} has more digits than a number in a file keeps, and would be ${value}: put it in quotes`,
        })
    },
  })
  const locate = (path: Path, offset = 0): Place => {
    const node = nodeAt(document, path)
    const start = node?.range?.[0] ?? 0
    return placeAt(start + offsetInside(node, source, offset))
  }
  const locateKey = (path: Path): Place => {
    const parent = nodeAt(document, path.slice(0, -1))
    const name = path.at(-1)
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(name))
      : undefined
    const key = pair?.key
    return isScalar(key) ? placeAt(key.range?.[0] ?? 0) : locate(path)
  }
  return {
    value: problems.length > 0 ? undefined : valueOf(document, problems, file, placeAt),
    problems,
    locate,
    locateKey,
  }
}

const valueOf = (
  document: ReturnType<typeof parseDocument>,
  problems: Problem[],
  file: string,
  placeAt: (offset: number) => Place,
): unknown => {
  try {
    // Aliases are counted, so that a small file cannot unfold into a large value.
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return withoutSnippets(value)
  } catch (error) {
    let place: Place = { line: 1, column: 1 }
    visit(document, {
      Alias: (_key, node) => {
        if (node.resolve(document) === undefined && node.range) place = placeAt(node.range[0])
      },
    })
    const message = `${error instanceof Error ? error.message : String(error)}; a text that begins with * needs quotes`
    problems.push({ file, ...place, severity: 'error', message })
    return undefined
  }
}

/** Keys that begin with x- hold what a file says once and uses where it likes, by an anchor; they mean nothing themselves. */
const withoutSnippets = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('x-')))
    : value

const unreadable = (file: string, message: string): YamlFile => ({
  value: undefined,
  problems: [{ file, line: 1, column: 1, severity: 'error', message }],
  locate: () => ({ line: 1, column: 1 }),
  locateKey: () => ({ line: 1, column: 1 }),
})

/** The node at a path, or the deepest one on the way that exists. Behind an alias it is what that stands for. */
const nodeAt = (document: Document, path: Path): Node | undefined => {
  let node = resolved(document, document.contents)
  for (const step of path) {
    const next = isMap(node) || isSeq(node) ? resolved(document, node.get(step, true)) : undefined
    const found = next ?? (isMap(node) ? mergedAt(document, node, step) : undefined)
    if (!found) break
    node = found
  }
  return node
}

const resolved = (document: Document, node: unknown): Node | undefined => {
  if (isAlias(node)) return node.resolve(document)
  return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined
}

/** What a map has of those that it merges (`<<`). */
const mergedAt = (document: Document, map: YAMLMap, step: string | number): Node | undefined => {
  const merged = resolved(document, map.get('<<', true))
  for (const one of isSeq(merged) ? merged.items : [merged]) {
    const from = resolved(document, one)
    const found = isMap(from) ? resolved(document, from.get(step, true)) : undefined
    if (found) return found
  }
  return undefined
}

/** How far into the source an offset in the text lies: exact for texts on one line, else the start. */
const offsetInside = (node: Node | undefined, source: string, offset: number): number => {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range || offset === 0) return 0
  const raw = source.slice(node.range[0], node.range[1])
  const at = raw.indexOf(node.value)
  return at < 0 ? 0 : at + Math.min(offset, node.value.length)
}
