// What a file reaches: through its imports, and through the paths that it names (a program that it starts, files that it reads).
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'

const NAMED = /'(\.{1,2}\/[^'\n]*\w)'/g
const isCode = (path: string): boolean => /\.[jt]s$/.test(path)
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

const named = new Map<string, string[]>()
function namedIn(file: string): string[] {
  const known = named.get(file)
  if (known) return known
  const paths = [...readFileSync(file, 'utf8').matchAll(NAMED)].map(([, path]) =>
    resolve(dirname(file), path ?? ''),
  )
  named.set(file, paths)
  return paths
}

/**
 * Over how many files `file` reaches the nearest that is a target; undefined: it does not. A path that is not there counts too (what
 * was deleted), and a folder that is named reaches whatever is in it. Outside `within` nothing is followed.
 */
export function distanceTo(file: string, targets: readonly string[], within: string): number | undefined {
  const seen = new Set([file])
  const isTarget = (path: string) => targets.some((one) => one === path || one.startsWith(path + sep))
  let level = [file]
  for (let steps = 0; level.length > 0; steps += 1) {
    if (level.some(isTarget)) return steps
    level = level
      .filter((path) => isCode(path) && isFile(path))
      .flatMap(namedIn)
      .filter((path) => path.startsWith(within + sep) && !seen.has(path) && seen.add(path))
  }
  return undefined
}
