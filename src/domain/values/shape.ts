// The shape of what arrives: which paths an event has, and of which types. Learned as counts; what was nearly always
// there and is not any more, or is of another type, deviates. Bounded, whatever arrives.
import { ExactNumber } from './exact-number.ts'
import type { JsonValue } from './json.ts'

export type ShapeType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'
/** How often each path had each type; `events` is how many were counted. */
export interface Shape {
  events: number
  seen: Map<string, Map<ShapeType, number>>
}
export interface Expectation {
  path: string
  type: ShapeType
  /** How many deviate in a row before it is a change: the more reliable it was, the fewer. */
  inARow: number
}
export interface Deviation {
  path: string
  expected: ShapeType
  found: ShapeType | 'missing'
}

export const MOST_PATHS = 200
const MOST_DEPTH = 5
// A key that is not a name is most likely a value (an id, a date): each event would bring new paths.
const isName = (key: string): boolean => /^[A-Za-z_][\w-]{0,63}$/.test(key)

const typeOf = (value: unknown): ShapeType => {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof ExactNumber) return 'number'
  const type = typeof value
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object'
}

/** Every path of an event with its type; lists are not entered. At most MOST_PATHS, five names deep. */
export function shapeOf(event: JsonValue): Map<string, ShapeType> {
  const paths = new Map<string, ShapeType>()
  const enter = (value: JsonValue, front: string, depth: number): void => {
    if (typeOf(value) !== 'object') return
    for (const [key, inner] of Object.entries(value as Record<string, JsonValue>)) {
      if (paths.size >= MOST_PATHS) return
      if (!isName(key)) continue
      const path = front === '' ? key : `${front}.${key}`
      paths.set(path, typeOf(inner))
      if (depth < MOST_DEPTH) enter(inner, path, depth + 1)
    }
  }
  enter(event, '', 1)
  return paths
}

/** The type at a path; `missing` where there is none, or null stands in its place. */
export function typeAt(event: unknown, path: string): ShapeType | 'missing' {
  let value: unknown = event
  for (const key of path.split('.')) {
    if (typeOf(value) !== 'object' || !Object.hasOwn(value as object, key)) return 'missing'
    value = (value as Record<string, unknown>)[key]
  }
  const type = typeOf(value)
  return type === 'null' ? 'missing' : type
}

export const emptyShape = (): Shape => ({ events: 0, seen: new Map() })

/** Counts one event. A shape that knows enough paths learns no new ones. */
export function learn(shape: Shape, event: JsonValue): void {
  shape.events += 1
  for (const [path, type] of shapeOf(event)) {
    const types = shape.seen.get(path) ?? new Map<ShapeType, number>()
    if (types.size === 0 && shape.seen.size >= MOST_PATHS) continue
    types.set(type, (types.get(type) ?? 0) + 1)
    shape.seen.set(path, types)
  }
}

const ENOUGH_EVENTS = 50
const NEARLY_ALWAYS = 0.95
const FEWEST = 3
// Chance that values which are sometimes missing are missing so often in a row all the same.
const BY_CHANCE = 1e-5

/** What can be relied on, of these paths: after 50 events, what 95 of 100 had. */
export function expectations(shape: Shape, paths: Iterable<string>): Expectation[] {
  if (shape.events < ENOUGH_EVENTS) return []
  return [...new Set(paths)].flatMap((path): Expectation[] => {
    for (const [type, times] of shape.seen.get(path) ?? []) {
      const share = times / shape.events
      if (type === 'null' || share < NEARLY_ALWAYS) continue
      const otherwise = 1 - times / (shape.events + 1)
      const inARow = Math.max(FEWEST, Math.ceil(Math.log(BY_CHANCE) / Math.log(otherwise)))
      return [{ path, type, inARow }]
    }
    return []
  })
}

/** What an event has otherwise than expected. */
export const deviations = (
  event: unknown,
  expected: readonly Pick<Expectation, 'path' | 'type'>[],
): Deviation[] =>
  expected.flatMap(({ path, type }) => {
    const found = typeAt(event, path)
    return found === type ? [] : [{ path, expected: type, found }]
  })

/** Names in an event that no event had before: one of them may be the new name of what is missing. */
export function newNames(event: JsonValue, shape: Shape, most = 3): string[] {
  return [...shapeOf(event).keys()].filter((path) => !shape.seen.has(path)).slice(0, most)
}

/** What changed, for a person. */
export function changeText(changed: Deviation[], names: string[]): string {
  const lines = changed.map(({ path, expected, found }) =>
    found === 'missing'
      ? `"${path}" (${expected}) is missing.`
      : `"${path}" was of type ${expected}, and is of type ${found}.`,
  )
  const renamed = changed.some(({ found }) => found === 'missing') && names.length > 0
  return [...lines, ...(renamed ? [`New: ${names.map((name) => `"${name}"`).join(', ')}.`] : [])].join(' ')
}
