// What is left of a file when the places that could not be read are taken out or filled in, so that the rest is checked
// as well and all problems come at once. Only for checking: nothing salvaged is ever published.
import type { z } from 'zod'
import { nearest } from '../nearest.ts'
import type { Path } from './yaml-file.ts'

/** Sections of the file: in which something could not be read, and whose names are not known. */
export type Unread = { partly: ReadonlySet<string>; wholly: ReadonlySet<string> }
export type Salvaged<T> = { value: T; unread: Unread }
/** What stands in for an unreadable place, where without it more would be unreadable. */
export type Stub = { at: readonly string[]; value: (path: Path, file: Section) => unknown }
type Section = Record<string, unknown>

/** Each round takes out at least one place; a file that needs more of them is told about what it has already. */
const mostChecks = 30

/** undefined: nothing of it can be read. */
export const salvage = <T>(
  schema: z.ZodType<T>,
  source: unknown,
  { sections, stubs = [] }: { sections: readonly string[]; stubs?: readonly Stub[] },
): Salvaged<T> | undefined => {
  if (!isSection(source)) return undefined
  const file = structuredClone(source)
  const partly = new Set<string>()
  const wholly = new Set<string>()
  for (let round = 0; round < mostChecks; round += 1) {
    const result = schema.safeParse(file)
    if (result.success) return { value: result.data, unread: { partly, wholly } }
    for (const issue of result.error.issues) {
      for (const path of placesOf(issue)) {
        const [written = ''] = path.map(String)
        const section = sections.includes(written) ? written : (nearest(written, sections) ?? written)
        partly.add(section)
        if (path.length === 1 || issue.code === 'invalid_key') wholly.add(section)
        takeOut(file, path, issue.code === 'invalid_key' ? [] : stubs)
      }
    }
  }
  return undefined
}

const placesOf = (issue: z.core.$ZodIssue): Path[] => {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const valueAt = (file: unknown, path: Path): unknown => {
  let at = file
  for (const step of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined
  return at
}

/**
 * The narrowest place that can go: a stub where there is one, a key of a map otherwise. Entries of lists stay, or the
 * places of those below them would shift.
 */
const takeOut = (file: Section, path: Path, stubs: readonly Stub[]): void => {
  for (let length = path.length; length > 0; length -= 1) {
    const place = path.slice(0, length)
    const parent = valueAt(file, place.slice(0, -1))
    const name = place.at(-1)
    if (typeof parent !== 'object' || parent === null || name === undefined) continue
    const stub = stubs.find(
      ({ at }) => at.length === place.length && at.every((step, n) => step === '*' || step === place[n]),
    )
    if (stub) {
      Reflect.set(parent, name, stub.value(place, file))
      return
    }
    if (typeof name === 'string' && Object.hasOwn(parent, name)) {
      Reflect.deleteProperty(parent, name)
      return
    }
  }
}
