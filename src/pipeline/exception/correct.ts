// Corrections: what a person types for fields, checked by the workflow's own schema before anything is claimed.
import { storedEvent } from '../../db/runs/events.ts'
import type { Database } from '../../db/store/open.ts'
import { type Change, changesBetween } from '../../domain/exceptions/change.ts'
import type { Lacking } from '../../domain/exceptions/lookups.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/values/json.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { besideFields } from '../../domain/rules/lookups-changed.ts'
import { type ReadBeside, readBeside } from '../../domain/rules/reads-beside.ts'
import { inputOf } from '../decide/judge.ts'
import type { ResolveAnswer } from './resolution.ts'

export interface Corrections {
  kind: 'corrections'
  corrections: JsonObject
  /** The whole record with them, where lookups stay as they were. */
  fields: JsonObject
  sources: JsonObject
  changes: Change[]
}

const outOfReach = ({ by, reads }: ReadBeside): string =>
  `${by} reads ${reads} itself, which a correction leaves as it is. Replay the run with a corrected event instead.`
const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (isJsonObject(value) && Object.keys(value).length === 0)

/** Old and new corrections together, when the record they make is valid in the corrected fields. */
export async function correct(
  { db, catalog, clock }: { db: Database; catalog: Catalog; clock: () => Date },
  { runId, run }: { runId: string; run: { versionId: string; eventId: string } },
  typed: JsonObject,
  lookups: readonly Lacking[] = [],
): Promise<Corrections | Extract<ResolveAnswer, { kind: 'invalid' }>> {
  const { compiled } = await catalog.version(run.versionId)
  const filled = lookups.flatMap(({ name }) => (Object.hasOwn(typed, name) ? [name] : []))
  const unknown = Object.keys(typed).filter(
    (field) => !Object.hasOwn(compiled.definition.fields, field) && !filled.includes(field),
  )
  if (unknown.length > 0) {
    return {
      kind: 'invalid',
      problems: unknown.map((field) => ({ field, message: `This workflow has no field "${field}".` })),
    }
  }
  const event = await storedEvent(db.prisma, run.eventId)
  const record = await db.prisma.record.findUnique({ where: { runId } })
  const corrections = { ...(record?.corrections as JsonObject | undefined), ...typed }
  const input = inputOf(event)
  const validated = compiled.validate(input, corrections, clock())
  const mine = validated.problems.filter(
    ({ field }) => Object.hasOwn(typed, field) || corrections[field] === undefined,
  )
  if (mine.length > 0) {
    return { kind: 'invalid', problems: mine.map(({ field, message }) => ({ field, message })) }
  }
  const empty = lookups.filter(({ name }) =>
    filled.length === 0 ? Object.keys(typed).length === 0 : filled.includes(name) && isEmpty(typed[name]),
  )
  if (empty.length > 0)
    return {
      kind: 'invalid',
      problems: empty.map(({ name, reads }) => ({
        field: reads[0] ? `${name}.${reads[0]}` : name,
        message: 'Fill in the value.',
      })),
    }
  const before = (record?.fields ?? {}) as JsonObject
  const { definition } = compiled
  const found = Object.fromEntries(filled.map((name) => [name, typed[name] ?? null]))
  const fields = { ...besideFields(definition, before), ...validated.fields, ...found }
  const changes = changesBetween(before, fields)
  const written = changes.map(({ field }) => field).filter((field) => Object.hasOwn(typed, field))
  const beside = readBeside(definition, written, validated.currencies)
  if (beside) return { kind: 'invalid', problems: [{ field: beside.field, message: outOfReach(beside) }] }
  const sources = (record?.sources ?? {}) as JsonObject
  const given = Object.fromEntries(filled.map((name) => [name, { from: 'correction' }]))
  return {
    kind: 'corrections',
    corrections,
    fields,
    sources: { ...besideFields(definition, sources), ...validated.sources, ...given },
    changes,
  }
}
