// A channel that is made, renamed, archived, joined or left, with the events that tell the app of it.
import type { Channel } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { sendChannelEvent, sendEvent } from './events.ts'

interface Change {
  before: Channel
  after: Channel
  isNew: boolean
  /** Who joins by itself was invited by nobody. */
  isInvited: boolean
}

const someAdmin = (slack: Slack): string =>
  [...slack.store.workspace.people.values()].find((person) => person.isAdmin)?.id ?? ''

/** Everyone hears of a public channel, of a private one only who is in it. */
const tellOfIt = (slack: Slack, { before, after, isNew }: Change): void => {
  const isPrivate = after.kind === 'private'
  const prefix = isPrivate ? 'group' : 'channel'
  const send = (event: { type: string } & Record<string, unknown>) =>
    void (isPrivate ? sendChannelEvent(slack, before, event) : sendEvent(slack, event))
  const named = { id: after.id, name: after.name }
  if (isNew && !isPrivate) send({ type: 'channel_created', channel: named })
  if (after.name !== before.name)
    send({ type: `${prefix}_rename`, channel: { ...named, created: after.created } })
  if (after.isArchived !== before.isArchived) {
    const what = after.isArchived ? 'archive' : 'unarchive'
    send({ type: `${prefix}_${what}`, channel: after.id, user: someAdmin(slack) })
  }
}

const tellOfMembers = (slack: Slack, { before, after, isInvited }: Change): void => {
  const about = {
    channel: after.id,
    channel_type: after.kind === 'private' ? 'G' : 'C',
    team: slack.store.workspace.team.id,
  }
  for (const user of after.members.filter((member) => !before.members.includes(member)))
    void sendChannelEvent(slack, after, {
      type: 'member_joined_channel',
      user,
      ...about,
      ...(isInvited && { inviter: someAdmin(slack) }),
    })
  for (const user of before.members.filter((member) => !after.members.includes(member)))
    void sendChannelEvent(slack, after, { type: 'member_left_channel', user, ...about })
}

export const changeChannel = (
  slack: Slack,
  before: Channel,
  over: Partial<Channel>,
  { isInvited = true }: { isInvited?: boolean } = {},
): Channel => {
  const { store } = slack
  const after = { ...before, ...over }
  const change = { before, after, isNew: !store.workspace.channels.has(before.id), isInvited }
  const left = before.members.filter((member) => !after.members.includes(member))
  store.commit({ kind: 'channel', channel: after, left })
  tellOfIt(slack, change)
  tellOfMembers(slack, change)
  return after
}
