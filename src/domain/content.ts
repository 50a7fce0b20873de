// What a body says, apart from how it is written: order of names, spaces, 1.0 and 1. Pure.
import { canonicalHash, canonicalJson } from './canonical.ts'
import { readBody, type StoredBody } from './body/read-body.ts'
import { isJsonObject, type JsonValue } from './json.ts'

/** Both could be read when they were captured. */
function contentOf(stored: StoredBody): JsonValue {
  const read = readBody(stored)
  if (read.kind === 'unreadable') throw new Error(read.detail)
  return read.body
}

export const contentHash = (stored: StoredBody): string => canonicalHash(contentOf(stored))

const isSame = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b)

function pathsBetween(before: JsonValue | undefined, after: JsonValue | undefined, path: string): string[] {
  if (isSame(before, after)) return []
  if (!isJsonObject(before) || !isJsonObject(after)) return [path]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    pathsBetween(before[name], after[name], path === '' ? name : `${path}.${name}`),
  )
}

/** Where two bodies differ (`order.status`), without what stands there; '': they are no two objects. A list counts as one value. */
export const changedPaths = (before: StoredBody, after: StoredBody): string[] =>
  pathsBetween(contentOf(before), contentOf(after), '')
