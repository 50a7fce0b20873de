// What a file reads beside a field: the place in the event, or the other field, that the field's value came from. A value that
// a person writes for the field does not reach it, so what the rules say of such a record cannot be told. Pure.
import { expressionsIn, parseQuietly } from '../cel/template-parts.ts'
import { ANY, meet, type ReadPath, readsIn } from '../cel/reads.ts'
import type { FieldDefinition } from '../fields/field.ts'
import type { Definition } from '../workflow-file/definition.ts'
import type { Enrichment } from '../workflow-file/enrich.ts'
import type { HttpRequest } from '../workflow-file/http-request.ts'

/** `by`: what reads it, as its author knows it: `rule "large"`. */
export interface ReadBeside {
  field: string
  by: string
  reads: string
  /** Where it stands in the file. */
  pointer: (string | number)[]
}

type Part = Pick<Definition, 'fields' | 'rules' | 'routes' | 'enrich'>

const OUTSIDE = new Set(['event', 'headers', 'query', 'method', 'record'])

const pathsOf = (source: string | undefined): ReadPath[] => {
  const tree = source === undefined ? undefined : parseQuietly(source)
  return tree ? readsIn(tree).filter(([root = '']) => OUTSIDE.has(root)) : []
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []

/** What a call sends, wherever it stands in it. */
const sentIn = (http: HttpRequest | undefined): ReadPath[] =>
  textsIn(http).flatMap(expressionsIn).flatMap(pathsOf)

const askedBy = ({ key, http, history }: Enrichment): ReadPath[] => [
  ...pathsOf(key),
  ...pathsOf(history?.same),
  ...sentIn(http),
]

/** What a value that is written for the field stands instead of. Of money, its currency is none where the event has it. */
const valueOf = ({ fields }: Part, name: string): ReadPath[] => pathsOf(fields[name]?.from ?? `event.${name}`)

/** What a field is made of: of money, its currency too. */
const fromOf = (part: Part, name: string): ReadPath[] => [
  ...valueOf(part, name),
  ...pathsOf(part.fields[name]?.currency),
]

/** Reads of the record as a whole, or of a name that is worked out, are reads of all that it may hold. */
const named = ({ fields, enrich }: Part, path: ReadPath): ReadPath[] => {
  const [root, name = ANY] = path
  if (root !== 'record' || name !== ANY) return [path]
  return [...Object.keys(fields), ...Object.keys(enrich)].map((one) => ['record', one])
}

/** Everything that these paths come from, through the fields of the record, but not through those in `known`. */
function sourcesOf(
  part: Part,
  paths: readonly ReadPath[],
  known: ReadonlySet<string>,
  met = new Set<string>(),
): ReadPath[] {
  return paths
    .flatMap((path) => named(part, path))
    .flatMap((path) => {
      const [root, name = ''] = path
      if (root !== 'record') return [path]
      if (known.has(name)) return []
      // Where it came from is told once.
      if (met.has(name)) return [path]
      met.add(name)
      const enrichment = part.enrich[name]
      const from = Object.hasOwn(part.fields, name)
        ? fromOf(part, name)
        : enrichment
          ? askedBy(enrichment)
          : []
      return [path, ...sourcesOf(part, from, known, met)]
    })
}

interface Reader {
  by: string
  paths: ReadPath[]
  pointer: (string | number)[]
}

const PLAIN = new Set<string>([
  'type',
  'from',
  'missing',
  'default',
  'title',
  'description',
  'secret',
  'personal',
  'examples',
  'approximate',
])

/** Whether a field holds what it does not accept: by its bounds, or by a value that is worked out and may not be there. */
const stops = ({ from, missing, ...field }: FieldDefinition): boolean =>
  Object.entries(field).some(([keyword, value]) => value !== undefined && !PLAIN.has(keyword)) ||
  (missing === 'ask' && from !== undefined && !/^[\w.]+$/.test(from.trim()))

/** Fields that stop what they do not accept. What a person writes is checked by the field it is of, and by no other. */
const stoppingFields = ({ fields }: Part): Reader[] =>
  Object.entries(fields).flatMap(([name, field]) =>
    stops(field) ? [{ by: `The field "${name}"`, paths: [['record', name]], pointer: ['fields', name] }] : [],
  )

/** All that decides, with what it reads: rules, reviews, conditions of actions, and calls, fields and lookups that stop a run. */
const readersIn = (part: Part): Reader[] => [
  ...part.rules.map(({ name, when }, at) => ({
    by: `The rule "${name}"`,
    paths: pathsOf(when),
    pointer: ['rules', at, 'when'],
  })),
  ...Object.entries(part.routes).flatMap(([name, { review, actions }]) => [
    ...(review
      ? [
          {
            by: `The review of "${name}"`,
            paths: pathsOf(review.when),
            pointer: ['routes', name, 'review', 'when'],
          },
        ]
      : []),
    ...actions.map(({ action, when }, at) => ({
      by: `The condition of "${action}"`,
      paths: pathsOf(when),
      pointer: ['routes', name, 'actions', at, 'when'],
    })),
    // A call may refuse the run, and so decides about what comes behind it.
    ...actions.slice(0, -1).flatMap(({ action, http }, at) =>
      http
        ? [
            {
              by: `The call "${action}"`,
              paths: sentIn(http),
              pointer: ['routes', name, 'actions', at, 'http'],
            },
          ]
        : [],
    ),
  ]),
  ...stoppingFields(part),
  ...Object.entries(part.enrich).flatMap(([name, lookup]) =>
    lookup.missing === 'ask'
      ? [{ by: `The lookup "${name}"`, paths: askedBy(lookup), pointer: ['enrich', name] }]
      : [],
  ),
]

const kept = new WeakMap<Part, Reader[]>()

/** A definition never changes: ten thousand rules are parsed once. */
function readersOf(part: Part): Reader[] {
  const readers = kept.get(part) ?? readersIn(part)
  kept.set(part, readers)
  return readers
}

/** The fields that hold what a rule or a review also reads of the event itself. */
export function eventReads(part: Part): string[] {
  const none: ReadonlySet<string> = new Set()
  const read = new Map<string, ReadPath>()
  for (const { paths } of readersOf(part))
    for (const path of sourcesOf(part, paths, none)) if (path[0] !== 'record') read.set(path.join('.'), path)
  const all = [...read.values()]
  return Object.keys(part.fields).filter((name) =>
    fromOf(part, name).some((from) => from[0] !== 'record' && all.some((one) => meet(one, from))),
  )
}

/**
 * The first thing that reads beside one of these fields, given a value by a person; undefined: nothing does. `currencies`: money
 * that was given its currency too.
 */
export function readBeside(
  part: Part,
  written: readonly string[],
  currencies: readonly string[],
): ReadBeside | undefined {
  const known = new Set(written)
  const readers = readersOf(part).map((one) => ({ ...one, reads: sourcesOf(part, one.paths, known) }))
  for (const field of written) {
    if (!Object.hasOwn(part.fields, field)) continue
    const from = currencies.includes(field) ? fromOf(part, field) : valueOf(part, field)
    const sources = sourcesOf(part, from, known)
    for (const { by, reads, pointer } of readers) {
      const read = reads.find((one) => sources.some((source) => meet(source, one)))
      if (read) return { field, by, reads: read.join('.'), pointer }
    }
  }
  return undefined
}
