// What a body says, apart from how it is written: order of names, spaces, 1.0 and 1. Pure.
import { canonicalHash, canonicalJson } from './canonical.ts'
import { readBody, type StoredBody } from '../body/read-body.ts'
import { isJsonObject, type JsonValue } from './json.ts'
import { eventPaths, isIndex } from '../masking/marked-places.ts'
import type { Marks } from '../masking/marked.ts'

/** Both could be read when they were captured. */
function contentOf(stored: StoredBody): JsonValue {
  const read = readBody(stored)
  if (read.kind === 'unreadable') throw new Error(read.detail)
  return read.body
}

export const contentHash = (stored: StoredBody): string => canonicalHash(contentOf(stored))

const isSame = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b)

/** Whether `marked` leads here; of a list of the file one thing may have come. */
const isAt = (names: string[], marked: string[]): boolean => {
  const place = marked.filter((name) => !isIndex(name))
  return place.length === names.length && place.every((name, at) => names[at] === name)
}

interface Between {
  before: JsonValue | undefined
  after: JsonValue | undefined
}

function pathsBetween({ before, after }: Between, names: string[], marked: string[][]): string[] {
  if (isSame(before, after)) return []
  if (!isJsonObject(before) || !isJsonObject(after) || marked.some((one) => isAt(names, one)))
    return [names.join('.')]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    pathsBetween({ before: before[name], after: after[name] }, [...names, name], marked),
  )
}

/**
 * Where two bodies differ (`order.status`), without what stands there; '': they are no two objects. A list counts as one value, and so
 * does what marked fields come from: names in it are part of it.
 */
export const changedPaths = (before: StoredBody, after: StoredBody, marks: Marks): string[] =>
  pathsBetween({ before: contentOf(before), after: contentOf(after) }, [], eventPaths(marks))
