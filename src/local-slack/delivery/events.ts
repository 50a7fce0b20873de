// Events to the app: only those its manifest asks for, none while it is not installed.
import type { Channel, Delivery } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { actionTs, eventPayload } from './payloads.ts'

/** What an app asks for in its manifest: messages by the kind of conversation. */
const subscriptionOf = ({ type, channel_type: kind }: { type: string; channel_type?: unknown }): string => {
  if (type !== 'message') return type
  return kind === 'im' ? 'message.im' : `message.${String(kind)}s`
}

export const sendEvent = (
  slack: Slack,
  event: { type: string } & Record<string, unknown>,
): Promise<Delivery | null> => {
  if (!slack.app.events.includes(subscriptionOf(event))) return Promise.resolve(null)
  const payload = eventPayload(slack, { ...event, event_ts: actionTs(slack) })
  return slack.deliverer.deliver({ kind: 'event', what: event.type, user: '', payload })
}

/** What happens within a channel is heard by those who are in it. */
export const sendChannelEvent = (
  slack: Slack,
  { members }: Pick<Channel, 'members'>,
  event: { type: string } & Record<string, unknown>,
): Promise<Delivery | null> =>
  members.includes(slack.store.workspace.bot.userId) ? sendEvent(slack, event) : Promise.resolve(null)
