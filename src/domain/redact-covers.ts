// What an approval covers (approval.ts) without what is marked: a value is masked where the file's own text at its place reads
// a marked field, however short the value is.
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { MASK } from './marked.ts'
import type { Route } from './route.ts'

type Routes = Record<string, Pick<Route, 'actions'>>

/** The text of the file at a path like `body.lines.0.name`, or the one that stands for all below it; undefined: none. */
function textAt(written: JsonValue | undefined, path: string): string | undefined {
  if (typeof written === 'string') return written
  if (typeof written !== 'object' || written === null) return undefined
  const inside = written as Record<string, JsonValue>
  for (let dot = path.indexOf('.'); ; dot = path.indexOf('.', dot + 1)) {
    const name = dot < 0 ? path : path.slice(0, dot)
    const found = Object.hasOwn(inside, name)
      ? textAt(inside[name], dot < 0 ? '' : path.slice(dot + 1))
      : undefined
    if (found !== undefined || dot < 0) return found
  }
}

/**
 * `kept` as an exception or a decision holds it ({covers?, approved?, changes?}). `isMarked`: whether a text of the file reads
 * a marked field. Which route it was is not kept everywhere: an action is found by its name, in any.
 */
export function withoutMarked(
  kept: JsonObject,
  routes: Routes,
  isMarked: (text: string) => boolean,
): JsonObject {
  const actions = Object.values(routes).flatMap((route) => route.actions)
  const isMarkedAt = (action: JsonValue | undefined, path: JsonValue | undefined): boolean =>
    typeof path === 'string' &&
    actions
      .filter((one) => one.action === action)
      .some(({ http, slack, email, emit }) => {
        const text = textAt({ ...http, ...slack, ...email, ...emit }, path)
        return text !== undefined && isMarked(text)
      })

  const cover = (given: JsonValue | undefined): JsonValue | undefined => {
    if (!isJsonObject(given) || !Array.isArray(given['actions'])) return given
    const masked = given['actions'].map((one) => {
      if (!isJsonObject(one) || !Array.isArray(one['values'])) return one
      const values = one['values'].map((pair) =>
        Array.isArray(pair) && isMarkedAt(one['action'], pair[0]) ? [pair[0] ?? null, MASK] : pair,
      )
      const hasMaskedChannel = 'channelId' in one && isMarkedAt(one['action'], 'channel')
      return { ...one, values, ...(hasMaskedChannel ? { channelId: MASK } : {}) }
    })
    return { ...given, actions: masked }
  }
  const change = (given: JsonValue): JsonValue =>
    isJsonObject(given) && isMarkedAt(given['action'], given['field'])
      ? {
          ...given,
          before: given['before'] === null ? null : MASK,
          after: given['after'] === null ? null : MASK,
        }
      : given

  const { covers, approved, changes } = kept
  return {
    ...kept,
    ...(covers === undefined ? {} : { covers: cover(covers) ?? null }),
    ...(approved === undefined ? {} : { approved: cover(approved) ?? null }),
    ...(Array.isArray(changes) ? { changes: changes.map(change) } : {}),
  }
}
