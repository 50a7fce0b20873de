// What a request of Slack must have before Bolt or a listener reads it: the parts they read without asking. Slack's own
// requests have them; what is signed and has not was made by somebody else, or by a Slack that changed.
import { z } from 'zod'

const text = z.string()
const withId = z.looseObject({ id: text })
const object = z.looseObject({})

const event = z.looseObject({
  event_id: text,
  // Bolt looks for a channel in each of these.
  event: z.looseObject({ type: text, channel: z.union([text, object]).optional(), item: object.optional() }),
  authorizations: z.array(object).optional(),
})
const command = z.looseObject({
  command: text,
  text,
  user_id: text,
  channel_id: text,
  trigger_id: text,
})
const presses = z.looseObject({
  type: z.literal('block_actions'),
  user: withId,
  trigger_id: text,
  container: object,
  channel: withId.nullish(),
  view: withId.nullish(),
  message: object.nullish(),
  actions: z
    .array(
      z.looseObject({
        type: text,
        action_id: text,
        selected_option: z.looseObject({ value: text.optional() }).nullish(),
      }),
    )
    .min(1),
})
const submission = z.looseObject({
  type: z.enum(['view_submission', 'view_closed']),
  user: withId,
  view: z.looseObject({
    id: text,
    callback_id: text,
    private_metadata: text,
    state: z.looseObject({ values: z.record(text, z.record(text, object)) }),
  }),
})
const shortcut = z.looseObject({
  type: z.literal('shortcut'),
  callback_id: text,
  trigger_id: text,
  user: withId,
})
const messageShortcut = z.looseObject({
  type: z.literal('message_action'),
  callback_id: text,
  trigger_id: text,
  user: withId,
  channel: withId,
  message: z.looseObject({ ts: text, text: text.optional() }),
})

/** The order in which Bolt tells them apart: what has an event is one, whatever it says its type is. */
function shapeOf(body: Record<string, unknown>): z.ZodType | undefined {
  if (body['event'] !== undefined) return event
  if (body['command'] !== undefined) return command
  switch (body['type']) {
    case 'block_actions':
      return presses
    case 'view_submission':
    case 'view_closed':
      return submission
    case 'shortcut':
      return shortcut
    case 'message_action':
      return messageShortcut
    default:
      return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Why this is nothing to act on: which part is not as it must be, never what stands in it. undefined: act on it. */
export function misshapen(body: unknown): string | undefined {
  if (!isObject(body)) return 'not an object'
  const shape = shapeOf(body)
  if (!shape) return 'neither an event, a command nor something a person did'
  const { error } = shape.safeParse(body)
  return error && `not as Slack sends it: ${error.issues[0]?.path.join('.') ?? ''}`
}
