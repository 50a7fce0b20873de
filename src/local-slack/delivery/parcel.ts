// What is sent to the app, and how it looks on each of the two wires.
import { createHmac } from 'node:crypto'
import type { DeliveryKind } from '../contract.ts'

export interface Parcel {
  kind: DeliveryKind
  /** The command, action_id, callback_id or event type. */
  what: string
  user: string
  payload: Record<string, unknown>
}

export interface Retry {
  num: number
  reason: 'timeout' | 'http_timeout' | 'http_error' | 'connection_failed'
}

export const envelopeType = (kind: DeliveryKind): 'slash_commands' | 'events_api' | 'interactive' => {
  if (kind === 'slash_command') return 'slash_commands'
  return kind === 'event' ? 'events_api' : 'interactive'
}

/** Whether the app may answer with a payload in its acknowledgement. */
export const acceptsResponse = (kind: DeliveryKind): boolean =>
  ['slash_command', 'view_submission', 'block_suggestion'].includes(kind)

export const httpBody = (parcel: Parcel): { contentType: string; body: string } => {
  if (parcel.kind === 'event')
    return { contentType: 'application/json', body: JSON.stringify(parcel.payload) }
  const fields =
    parcel.kind === 'slash_command'
      ? Object.entries(parcel.payload).map(([key, value]): [string, string] => [key, String(value)])
      : [['payload', JSON.stringify(parcel.payload)] satisfies [string, string]]
  return { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() }
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const signedHeaders = (signingSecret: string, body: string, nowMs: number): Record<string, string> => {
  const timestamp = String(Math.floor(nowMs / 1000))
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` }
}
