// Events to the app: only those its manifest asks for, none while it is not installed.
import type { Delivery } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { actionTs, eventPayload } from './payloads.ts'

export const sendEvent = (
  slack: Slack,
  event: { type: string } & Record<string, unknown>,
): Promise<Delivery | null> => {
  // message events are asked for by the kind of channel: message.channels, message.im …
  const wanted = event.type === 'message' ? `message.${String(event.channel_type)}s` : event.type
  if (!slack.app.events.includes(wanted)) return Promise.resolve(null)
  const payload = eventPayload(slack, { ...event, event_ts: actionTs(slack) })
  return slack.deliverer.deliver({ kind: 'event', what: event.type, user: '', payload })
}
