// What an approval covers (approval.ts) without what is marked: a value is masked where the file's own text at its place reads
// a marked field, however short the value is. Hashes are masked whole: who has one, and the rest of what it is of, tries values.
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { MASK } from './marked.ts'
import type { Route } from '../workflow-file/route.ts'

type Routes = Record<string, Pick<Route, 'actions'>>

interface Place {
  /** The part of the file there, or the text that stands for all below it. */
  part: JsonValue
  /** Where in the path that is: names below it are those of a value. */
  end: number
  /** Lists of the file that the path leads through, by their paths. */
  lists: { at: string; list: JsonValue[] }[]
}

const has = (written: object, name: string): boolean =>
  Object.hasOwn(written, name) && !(Array.isArray(written) && name === 'length')

/** What the file has at a path like `json.lines.0.name`, from the sign `from` of it on; undefined: nothing. */
function placeAt(written: JsonValue | undefined, path: string, from = 0): Place | undefined {
  if (written === undefined) return undefined
  if (typeof written === 'string' || from > path.length)
    return { part: written, end: Math.max(from - 1, 0), lists: [] }
  if (typeof written !== 'object' || written === null) return undefined
  const inside = written as Record<string, JsonValue>
  for (let dot = path.indexOf('.', from); ; dot = path.indexOf('.', dot + 1)) {
    const end = dot < 0 ? path.length : dot
    const name = path.slice(from, end)
    const found = has(written, name) ? placeAt(inside[name], path, end + 1) : undefined
    if (found && Array.isArray(written))
      return { ...found, lists: [{ at: path.slice(0, from), list: written }, ...found.lists] }
    if (found || dot < 0) return found
  }
}

/** How many elements of a list these paths name. `list`: its path, with a dot at its end. */
const elementsOf = (list: string, paths: string[]): number =>
  new Set(
    paths.filter((path) => path.startsWith(list)).map((path) => path.slice(list.length).split('.', 1)[0]),
  ).size

/**
 * `kept` as an exception or a decision holds it ({covers?, approved?, changes?}). `isMarked`: whether a part of the file reads
 * a marked field. Which route it was is not kept everywhere: an action is found by its name, in any. Where a person gave an
 * input another shape than the file's, all of the part that they gave it to is masked.
 */
export function withoutMarked(
  kept: JsonObject,
  routes: Routes,
  isMarked: (written: JsonValue) => boolean,
): JsonObject {
  const actions = Object.values(routes).flatMap((route) => route.actions)
  /**
   * The path of what is masked there, up to where the file's text stands for all below: names in a masked value are masked too.
   * undefined: it is not masked. `paths`: all that are shown with this one, where they are known; a list may have lost or got
   * elements.
   */
  const maskedPath = (
    action: JsonValue | undefined,
    path: JsonValue | undefined,
    paths?: string[],
  ): string | undefined => {
    if (typeof path !== 'string') return undefined
    const masked = actions
      .filter((one) => one.action === action)
      .flatMap(({ http, slack, email, emit }) => {
        const written = {
          ...http,
          ...(http?.path === undefined ? {} : { url: http.path }),
          ...slack,
          ...email,
          ...emit,
        } as JsonObject
        const place = placeAt(written, path)
        const [top = ''] = path.split('.', 1)
        if (!place) return Object.hasOwn(written, top) && isMarked(written[top] ?? null) ? [path] : []
        const isMasked =
          isMarked(place.part) ||
          place.lists.some(
            ({ at, list }) => isMarked(list) && !(paths && elementsOf(at, paths) === list.length),
          )
        return isMasked ? [path.slice(0, place.end)] : []
      })
    return masked.toSorted((one, other) => one.length - other.length)[0]
  }

  const cover = (given: JsonValue | undefined): JsonValue | undefined => {
    // The audit has the hash alone.
    if (typeof given === 'string') return MASK
    if (!isJsonObject(given) || !Array.isArray(given['actions'])) return given
    const masked = given['actions'].map((one) => {
      if (!isJsonObject(one) || !Array.isArray(one['values'])) return one
      const paths = one['values'].flatMap((pair) =>
        Array.isArray(pair) && typeof pair[0] === 'string' ? pair[0] : [],
      )
      const seen = new Set<string>()
      const values = one['values'].flatMap((pair) => {
        const at = Array.isArray(pair) ? maskedPath(one['action'], pair[0], paths) : undefined
        if (at === undefined) return [pair]
        if (seen.has(at)) return []
        seen.add(at)
        return [[at, MASK]]
      })
      const hasMaskedChannel = 'channelId' in one && maskedPath(one['action'], 'channel') !== undefined
      return { ...one, hash: MASK, values, ...(hasMaskedChannel ? { channelId: MASK } : {}) }
    })
    return { ...given, hash: MASK, actions: masked }
  }
  const changesOf = (given: JsonValue[]): JsonValue[] => {
    const found = new Map<string, JsonObject>()
    return given.flatMap((one) => {
      const at = isJsonObject(one) ? maskedPath(one['action'], one['field']) : undefined
      if (!isJsonObject(one) || at === undefined) return [one]
      // Several of one masked value are one: which of its names came and went would tell them.
      const key = JSON.stringify([one['action'], at])
      const first = found.get(key)
      const masked = first ?? { ...one, field: at, before: null, after: null }
      if (one['before'] !== null) masked['before'] = MASK
      if (one['after'] !== null) masked['after'] = MASK
      found.set(key, masked)
      return first ? [] : [masked]
    })
  }

  const { covers, approved, changes } = kept
  return {
    ...kept,
    ...(covers === undefined ? {} : { covers: cover(covers) ?? null }),
    ...(approved === undefined ? {} : { approved: cover(approved) ?? null }),
    ...(Array.isArray(changes) ? { changes: changesOf(changes) } : {}),
  }
}
