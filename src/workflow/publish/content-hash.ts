// When two versions are the same: by what their files say, however their keys came to be ordered on the way through
// a database or a draft. The order of fields, routes and tests is content: people read them in it.
import { createHash } from 'node:crypto'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { fileForm } from '../file/file-form.ts'

/** The same value with the keys of every object in one order. */
export function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOneOrder(inner)]),
  )
}

const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

export const standardsHash = (standards: Standards): string => hashOf(inOneOrder(standards))

/** What a version decides by. Who sends is not part of it: a source changes for all at once, without a new version of each. */
export const decidingPart = (standards: Standards): object => ({ ...standards, sources: undefined })

/** What the standards say is part of how a version decides. */
export const contentHash = (definition: Definition, standards: Standards): string =>
  hashOf([fileForm(definition), inOneOrder(decidingPart(standards))])
