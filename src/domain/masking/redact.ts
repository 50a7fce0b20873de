// What a workflow marks `secret` or `personal` is masked wherever a run is shown: in its fields, where they came from in
// the event, and in what an action sends of them. Where the same values turn up again in other texts, a search finds them.
import { valueMask } from './find-values.ts'
import { dataOf } from '../call/http-call.ts'
import type { EditedInput } from '../exceptions/action-input.ts'
import { isAnyNumber } from '../values/decimal.ts'
import type { FieldDefinition } from '../fields/field.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { moneyFromJson, moneyText } from '../values/money.ts'
import { eventPaths, inside, leaves, type Masked, parsed, valuesIn, withoutPlaces } from './marked-places.ts'
import { MASK, markedIn, type Marks, marksOf } from './marked.ts'
import { withoutMarked } from './redact-covers.ts'
import type { Route } from '../workflow-file/route.ts'
import { expressionsIn, parseQuietly } from '../cel/template-parts.ts'

export interface Redactor {
  /** Fields that are masked, by name. */
  names: string[]
  /** Outside text without the values. */
  text(text: string): string
  /** Any value with the values masked inside it. */
  value(value: JsonValue): JsonValue
  /** A record or corrections: fields masked whole. */
  record(fields: JsonObject): JsonObject
  /** An event's body as text, JSON or not. */
  body(text: string): string
  /** Whether a CEL expression of this workflow reads a masked field. */
  reads(expression: string): boolean
}

/** Of a workflow version, what says which values are masked. */
export interface MaskedBy {
  fields: Record<string, FieldDefinition>
  routes?: Record<string, Pick<Route, 'actions'>>
}

const asIs: Redactor = {
  names: [],
  text: (text) => text,
  value: (value) => value,
  record: (fields) => fields,
  body: (text) => text,
  reads: () => false,
}

const readsMarked = (expression: string, marks: Marks): boolean => {
  const tree = parseQuietly(expression)
  return tree === undefined || markedIn(tree, marks) !== undefined
}

/** Whether a text of the file holds an expression that reads a marked field. */
const isMarkedText = (text: string, marks: Marks): boolean =>
  expressionsIn(text).some((one) => readsMarked(one, marks))

/** Whether a part of the file reads a marked field anywhere. */
const holdsMarked = (written: JsonValue | undefined, marks: Marks): boolean =>
  leaves(written).some((text) => isMarkedText(text, marks))

/**
 * `value` with MASK wherever the file's text at the same place reads a marked field. Where a person gave it another shape, what
 * was at which place cannot be told: all of it is masked, if the file's part reads a marked field at all.
 */
function maskedPart(
  written: JsonValue | undefined,
  value: JsonValue,
  { marks, masked }: { marks: Marks; masked?: Masked | undefined },
): JsonValue {
  const mask = (one: JsonValue) => {
    masked?.(one)
    return MASK
  }
  if (!holdsMarked(written, marks)) return value
  if (Array.isArray(written) && Array.isArray(value) && written.length === value.length)
    return value.map((one, at) => maskedPart(written[at], one, { marks, masked }))
  if (!isJsonObject(written) || !isJsonObject(value)) return mask(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const there = inside(written, name)
      return [name, there === undefined ? mask(one) : maskedPart(there, one, { marks, masked })]
    }),
  )
}

/** The same for an input, part by part, as `inputTexts` has the texts. */
export const maskedLike = (texts: JsonObject, input: JsonObject, marks: Marks, masked?: Masked): JsonValue =>
  Object.fromEntries(
    Object.entries(input).map(([part, value]) => [
      part,
      maskedPart(inside(texts, part), value, { marks, masked }),
    ]),
  )

/** The texts of an action in the shape of its input (action-input.ts). */
export const inputTexts = (action: Route['actions'][number] | undefined): JsonObject => ({
  ...(action?.http ? dataOf(action.http) : {}),
  ...action?.slack,
  ...action?.email,
  ...(action?.emit ? { event: action.emit.event } : {}),
})

/** Of a longer value its beginning alone is hidden too. */
const BEGINNING = 255
/** A run's subject, which stands in every list, without what its event holds in marked fields. */
export const subjectWithout = (subject: string, event: unknown, marks: Marks): string =>
  marks.length === 0
    ? subject
    : valueMask(
        valuesIn(event as JsonValue, marks).flatMap((value) =>
          value.length > BEGINNING ? [value, value.slice(0, BEGINNING)] : [value],
        ),
        MASK,
      )(subject)

/** Where a problem or a change of a field holds its values. */
const VALUES = new Set(['value', 'before', 'after'])
/** Objects whose names are those of fields. */
const RECORDS = new Set(['record', 'fields', 'corrections'])

/** Of money its amount, also as people read it; its currency alone says nothing of it. */
function textsOf(value: JsonValue | undefined): string[] {
  const money = moneyFromJson(value)
  return money ? [money.amount, moneyText(money)] : leaves(value)
}

/**
 * What to mask in one run. `known` are its record and corrections, of old too, `body` its event as it came, `edits` what people
 * let its actions send instead.
 */
export function redactor(
  { fields, routes }: MaskedBy,
  known: JsonObject[],
  body: string,
  edits: EditedInput[] = [],
): Redactor {
  const marks = marksOf(fields)
  if (marks.length === 0) return asIs
  const names = [...new Set(marks.map(({ field }) => field))]
  const event = parsed(body)
  const paths = eventPaths(marks)
  const edited: JsonValue[] = []
  for (const { route, step, input } of edits)
    maskedLike(inputTexts(routes?.[route]?.actions[step]), input, marks, (one) => edited.push(one))
  const text = valueMask(
    [
      ...names.flatMap((name) => known.flatMap((record) => textsOf(inside(record, name)))),
      ...valuesIn(event, marks),
      ...edited.flatMap(leaves),
    ],
    MASK,
  )

  /** `isOurs`: names in it are those of our own shapes, and stay. */
  const value = (given: JsonValue, isOurs = true): JsonValue => {
    if (typeof given === 'string') return text(given)
    if (isAnyNumber(given)) return text(String(given)) === String(given) ? given : MASK
    if (Array.isArray(given)) return given.map((one) => value(one, isOurs))
    if (!isJsonObject(given)) return given
    // A problem of a field: {field, message, value}; or a change of one: {field, before, after}.
    const isAboutMasked = isOurs && names.some((name) => name === given['field'])
    return Object.fromEntries(
      Object.entries(given).map(([key, inner]) => {
        if (isAboutMasked && VALUES.has(key) && inner !== null) return [key, MASK]
        if (isOurs && RECORDS.has(key) && isJsonObject(inner)) return [key, record(inner)]
        return [isOurs ? key : text(key), value(inner, isOurs)]
      }),
    )
  }
  const record = (given: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(given).map(([name, inner]) => [name, names.includes(name) ? MASK : value(inner, false)]),
    )
  /** What a person let an action send instead, or (in the audit) its changes alone: masked where the file's text reads a masked field. */
  const unedited = (given: JsonValue): JsonValue => {
    if (!isJsonObject(given) || !isJsonObject(given['edited'])) return given
    const { route, step, input } = given['edited']
    const texts = typeof route === 'string' ? inputTexts(routes?.[route]?.actions[Number(step)]) : {}
    const changes = Array.isArray(given['changes']) ? given['changes'] : []
    return {
      ...given,
      edited: {
        ...given['edited'],
        ...(isJsonObject(input) ? { input: maskedLike(texts, input, marks) } : {}),
      },
      changes: changes.map((change) => {
        if (!isJsonObject(change)) return change
        const { field } = change
        const written = typeof field === 'string' ? texts[field] : undefined
        const like = (side: string) => maskedPart(written, change[side] ?? null, { marks })
        return { ...change, before: like('before'), after: like('after') }
      }),
    }
  }
  const uncovered = (given: JsonValue): JsonValue =>
    isJsonObject(given) ? withoutMarked(given, routes ?? {}, (written) => holdsMarked(written, marks)) : given
  return {
    names,
    text,
    value: (given) => value(uncovered(unedited(given))),
    record,
    body: (given) =>
      event === undefined
        ? // Nothing was read of it, so nobody can tell where in it they are.
          given !== '' && paths.length > 0
          ? MASK
          : text(given)
        : JSON.stringify(value(withoutPlaces(event, paths), false)),
    reads: (expression) => readsMarked(expression, marks),
  }
}
