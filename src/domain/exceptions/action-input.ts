// What a person may change of an action before it is tried again: what is sent, never where a call or a secret goes or how
// a call is signed.
import { dataOf } from '../call/http-call.ts'
import { multipartFault } from '../call/multipart.ts'
import { canonicalJson } from '../values/canonical.ts'
import type { RenderedAction } from '../compile/compiled-workflow.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { mailLine, mailText } from '../text/render-text.ts'
import { asWritten, type MailAddresses, type SlackText } from '../text/texts.ts'

/** The parts of an action that may be changed, by name; undefined where there is nothing to change. */
export function inputOfAction(action: RenderedAction): JsonObject | undefined {
  switch (action.kind) {
    case 'http': {
      const data = dataOf(action.call)
      return Object.keys(data).length === 0 ? undefined : data
    }
    case 'slack':
      return { channel: action.channel, text: action.text }
    case 'email':
      return { to: action.to, subject: action.subject, text: action.text }
    case 'emit':
      return { event: action.event }
    case 'skipped':
      return undefined
  }
}

/** The part of an input that says where it is sent. The address of a call is no part of its input. */
const placeOf = {
  slack: 'channel',
  email: 'to',
  http: undefined,
  emit: undefined,
  skipped: undefined,
} as const

/** Whoever edits may not know a secret, and must not have it sent to themselves. */
function movedSecret(
  action: RenderedAction,
  input: JsonObject,
  written: JsonObject,
): { field: string; message: string }[] {
  const place = placeOf[action.kind]
  const [secret] = Object.values(written).flatMap((text) => [...secretsIn(text)])
  if (place === undefined || secret === undefined) return []
  if (input[place] === inputOfAction(action)?.[place]) return []
  return [
    {
      field: place,
      message: `This sends secret.${secret}, so it goes only where the workflow sends it. Correct the record or the workflow instead.`,
    },
  ]
}

/** Parts that are a JSON object. */
const maps = new Set(['event', 'query', 'form', 'multipart'])

/** What is wrong with an input for this action; empty: it can be sent. `written`: its texts in the file, part by part. */
export function inputProblems(
  action: RenderedAction,
  input: JsonObject,
  written: JsonObject,
): { field: string; message: string }[] {
  const known = Object.keys(inputOfAction(action) ?? {})
  const unknown = Object.keys(input).filter((name) => !known.includes(name))
  const empty = known.filter((name) => {
    const value = input[name]
    if (name === 'json') return value === undefined
    return maps.has(name) ? !isJsonObject(value) : typeof value !== 'string' || value.trim() === ''
  })
  const parts = input['multipart']
  const wrongPart = isJsonObject(parts) ? multipartFault(parts) : undefined
  return [
    ...unknown.map((field) => ({ field, message: `This action sends no "${field}".` })),
    ...empty.map((field) => ({
      field,
      message: maps.has(field) ? 'Write a JSON object.' : 'This cannot be empty.',
    })),
    ...(wrongPart === undefined ? [] : [{ field: 'multipart', message: wrongPart }]),
    ...(empty.length > 0 ? [] : movedSecret(action, input, written)),
  ]
}

/** The action with this input, which has no problems. */
export function withInput(action: RenderedAction, input: JsonObject): RenderedAction {
  const text = (name: string): string => {
    const value = input[name]
    return typeof value === 'string' ? value : ''
  }
  switch (action.kind) {
    case 'http':
      return { ...action, call: { ...action.call, ...partsOf(action, input) } }
    case 'slack':
      return {
        ...action,
        ...(text('channel') === action.channel ? {} : { takenFrom: 'an edit' }),
        channel: text('channel'),
        text: asWritten<SlackText>(text('text')),
      }
    case 'email':
      return {
        ...action,
        to: asWritten<MailAddresses>(text('to')),
        subject: mailLine(text('subject')),
        text: mailText(text('text')),
      }
    case 'emit':
      return { ...action, event: isJsonObject(input['event']) ? input['event'] : action.event }
    case 'skipped':
      return action
  }
}

/** Of a call, the parts that it has, as the input has them. */
const partsOf = (action: RenderedAction, input: JsonObject): JsonObject =>
  Object.fromEntries(Object.keys(inputOfAction(action) ?? {}).map((name) => [name, input[name] ?? null]))

const placeholder = /\$\{secret\.(\w+)\}/g

/** What stands for a secret where a person sees the input. */
export const secretPlaceholder = (name: string): string => `\${secret.${name}}`

const secretsIn = (text: JsonValue | undefined): Set<string> =>
  new Set(
    typeof text === 'string' ? [...text.matchAll(/\bsecret\s*\.\s*(\w+)/g)].map(([, name = '']) => name) : [],
  )

/** The same input five times over, or the same part of it. */
export interface EditedParts {
  /** What the person wrote, with placeholders. */
  edited: JsonValue
  /** As the file writes it. */
  written: JsonValue | undefined
  /** What would be sent without the edit, with placeholders. */
  named: JsonValue | undefined
  /** The same with some other text where secrets stand: a placeholder in it came from outside. */
  bare: JsonValue | undefined
  /** The same with the secrets. */
  real: JsonValue | undefined
}

/**
 * An edited input with its secrets put in: where the file itself has them, and nowhere else. A text that came from outside may
 * read like the name of a secret; it stays that text.
 */
export function withOwnSecrets(
  { edited, written, named, bare, real }: EditedParts,
  secretOf: (name: string) => string | undefined,
): JsonValue {
  if (named !== undefined && real !== undefined && canonicalJson(edited) === canonicalJson(named)) return real
  if (typeof edited === 'string') {
    const own = secretsIn(written)
    if (typeof bare !== 'string' || bare.search(placeholder) >= 0) return edited
    return edited.replaceAll(placeholder, (whole, name: string) =>
      own.has(name) ? (secretOf(name) ?? whole) : whole,
    )
  }
  const inside = (name: string): EditedParts => ({
    edited: partOf(edited, name) ?? null,
    written: partOf(written, name),
    named: partOf(named, name),
    bare: partOf(bare, name),
    real: partOf(real, name),
  })
  if (Array.isArray(edited)) return edited.map((_, at) => withOwnSecrets(inside(String(at)), secretOf))
  if (!isJsonObject(edited)) return edited
  return Object.fromEntries(Object.keys(edited).map((name) => [name, withOwnSecrets(inside(name), secretOf)]))
}

const partOf = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  (isJsonObject(value) || Array.isArray(value)) && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined

/** Kept with the decision to retry: what is sent instead, at which step of which route. */
export interface EditedInput {
  route: string
  step: number
  input: JsonObject
}

/** The edited input in a decision's inputs; undefined where none was edited. */
export const editedIn = (inputs: unknown): EditedInput | undefined =>
  typeof inputs === 'object' && inputs !== null && 'edited' in inputs
    ? (inputs.edited as EditedInput)
    : undefined
