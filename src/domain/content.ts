// What a body says, apart from how it is written: order of names, spaces, 1.0 and 1. Pure.
import { canonicalHash, canonicalJson } from './canonical.ts'
import { parseJson } from './exact-number.ts'
import { isJsonObject, type JsonValue } from './json.ts'

const contentOf = (body: Uint8Array): JsonValue => parseJson(new TextDecoder().decode(body)) as JsonValue

/** `body`: JSON, as it was captured. */
export const contentHash = (body: Uint8Array): string => canonicalHash(contentOf(body))

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
export const changedPaths = (before: Uint8Array, after: Uint8Array): string[] =>
  pathsBetween(contentOf(before), contentOf(after), '')
