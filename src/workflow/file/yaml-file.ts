// A YAML file with its positions kept: any place in the value can be found again as line and column.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type ParsedNode, visit } from 'yaml'
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
  const root = document.contents
  const locate = (path: Path, offset = 0): Place => {
    const node = nodeAt(root, path)
    const start = node?.range?.[0] ?? 0
    return placeAt(start + offsetInside(node, source, offset))
  }
  const locateKey = (path: Path): Place => {
    const parent = nodeAt(root, path.slice(0, -1))
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
    return value
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

const unreadable = (file: string, message: string): YamlFile => ({
  value: undefined,
  problems: [{ file, line: 1, column: 1, severity: 'error', message }],
  locate: () => ({ line: 1, column: 1 }),
  locateKey: () => ({ line: 1, column: 1 }),
})

/** The node at a path, or the deepest one on the way that exists. */
const nodeAt = (root: ParsedNode | null, path: Path): Node | undefined => {
  let node: Node | null = root
  for (const step of path) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(step, true) : undefined
    if (!isNodeLike(next)) break
    node = next
  }
  return node ?? undefined
}

const isNodeLike = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value)

/** How far into the source an offset in the text lies: exact for texts on one line, else the start. */
const offsetInside = (node: Node | undefined, source: string, offset: number): number => {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range || offset === 0) return 0
  const raw = source.slice(node.range[0], node.range[1])
  const at = raw.indexOf(node.value)
  return at < 0 ? 0 : at + Math.min(offset, node.value.length)
}
