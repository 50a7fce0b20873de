// What a person may change of an action before it is tried again: what is sent, never where a call goes or how it
// is signed.
import type { RenderedAction } from './compiled-workflow.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { mailLine, mailText } from './render-text.ts'
import { asWritten, type MailAddresses, type SlackText } from './texts.ts'

/** The parts of an action that may be changed, by name; undefined where there is nothing to change. */
export function inputOfAction(action: RenderedAction): JsonObject | undefined {
  switch (action.kind) {
    case 'http':
      return action.call.body === undefined ? undefined : { body: action.call.body }
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

/** What is wrong with an input for this action; empty: it can be sent. */
export function inputProblems(
  action: RenderedAction,
  input: JsonObject,
): { field: string; message: string }[] {
  const known = Object.keys(inputOfAction(action) ?? {})
  const unknown = Object.keys(input).filter((name) => !known.includes(name))
  const empty = known.filter((name) => {
    const value = input[name]
    if (name === 'body') return value === undefined
    return name === 'event' ? !isJsonObject(value) : typeof value !== 'string' || value.trim() === ''
  })
  return [
    ...unknown.map((field) => ({ field, message: `This action sends no "${field}".` })),
    ...empty.map((field) => ({
      field,
      message: field === 'event' ? 'Write a JSON object.' : 'This cannot be empty.',
    })),
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
      return { ...action, call: { ...action.call, body: input['body'] ?? null } }
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

const placeholder = /\$\{secret\.(\w+)\}/g

/** What stands for a secret where a person sees the input. */
export const secretPlaceholder = (name: string): string => `\${secret.${name}}`

/** Names of the secrets that this action's own texts use: an edited input may use these and no others. */
export const secretsIn = (action: object): Set<string> =>
  new Set([...JSON.stringify(action).matchAll(/\bsecret\.(\w+)/g)].map(([, name = '']) => name))

/** The input with its secrets put in, where `secretOf` knows them. */
export function withSecrets(value: JsonValue, secretOf: (name: string) => string | undefined): JsonValue {
  if (typeof value === 'string')
    return value.replaceAll(placeholder, (whole, name: string) => secretOf(name) ?? whole)
  if (Array.isArray(value)) return value.map((one) => withSecrets(one, secretOf))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withSecrets(one, secretOf)]))
}

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
