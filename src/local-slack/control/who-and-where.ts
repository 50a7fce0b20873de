// The people, channels, messages and views that a control call names, or why they can't be used.
import type { Channel, Message, Person, UserGroup, View } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { findChannel, findGroup, findPerson } from '../workspace/find.ts'
import { findView, stackOf } from '../workspace/views.ts'
import { messageAt } from '../workspace/workspace.ts'
import { ControlError, notFound } from './refusal.ts'

export const personNamed = (slack: Slack, who: string): Person => {
  const person = findPerson(slack.store.workspace, who)
  if (!person) throw notFound('person', who)
  return person
}

/** Someone who may act: not deactivated, not the bot. */
export const actor = (slack: Slack, who: string): Person => {
  const person = personNamed(slack, who)
  if (person.isDeleted) throw new ControlError('person_deleted', `${person.name} is deactivated`)
  if (person.isBot) throw new ControlError('person_is_bot', 'Nobody acts as the bot but the bot')
  return person
}

export const channelNamed = (slack: Slack, which: string): Channel => {
  const channel = findChannel(slack.store.workspace, which)
  if (!channel) throw notFound('channel', which)
  return channel
}

export const channelOf = (slack: Slack, which: string, person: Person): Channel => {
  const channel = channelNamed(slack, which)
  if (!channel.members.includes(person.id))
    throw new ControlError('not_in_channel', `${person.name} is not in ${which}`)
  return channel
}

export const groupNamed = (slack: Slack, which: string): UserGroup => {
  const group = findGroup(slack.store.workspace, which)
  if (!group) throw notFound('group', which)
  return group
}

/** A message that this person can see. */
export const messageIn = (
  slack: Slack,
  channel: Channel,
  { ts, person }: { ts: string; person: Person },
): Message => {
  const message = messageAt(slack.store.workspace, channel.id, ts)
  if (!message || (message.ephemeralTo !== null && message.ephemeralTo !== person.id))
    throw notFound('message', ts)
  return message
}

/** The person's own view: the one named, else the modal on top. */
export const viewOfPerson = (slack: Slack, person: Person, viewId: string | undefined): View => {
  const { workspace } = slack.store
  const view = viewId === undefined ? stackOf(workspace, person.id).at(-1) : findView(workspace, viewId)
  if (!view || view.user !== person.id) throw notFound('view', viewId ?? `open for ${person.name}`)
  return view
}
