// What the page and the tests read: the workspace as one person sees it, messages, views, and who may see an event.
import type { Channel, ChannelForPerson, Message } from '../contract.ts'
import type { FeedEvent, MessagePage, WorkspaceState } from '../page-contract.ts'
import type { Slack } from '../slack.ts'
import { indexAfter, isReply, threadOf } from '../workspace/message-log.ts'
import { stackOf } from '../workspace/views.ts'
import { logOf, type Workspace } from '../workspace/workspace.ts'

const isFor = (message: Message, person: string | null): boolean =>
  message.ephemeralTo === null || message.ephemeralTo === person

const forPerson = (workspace: Workspace, channel: Channel, person: string | null): ChannelForPerson => {
  const { list } = logOf(workspace, channel.id)
  const lastRead = (person !== null && workspace.reads.get(`${person}:${channel.id}`)) || '0'
  const isUnread = (message: Message) =>
    message.user !== person && isFor(message, person) && (!isReply(message) || message.isBroadcast)
  return {
    ...channel,
    with: channel.kind === 'im' ? (channel.members.find((member) => member !== person) ?? null) : null,
    unread: person === null ? 0 : list.slice(indexAfter(list, lastRead)).filter(isUnread).length,
    lastRead,
    latest: list.findLast((message) => isFor(message, person))?.ts ?? null,
  }
}

export const stateFor = (slack: Slack, person: string | null): WorkspaceState => {
  const { workspace } = slack.store
  const channels = [...workspace.channels.values()].filter(
    (channel) => person === null || channel.members.includes(person),
  )
  return {
    seq: slack.store.seq(),
    team: workspace.team,
    bot: workspace.bot.userId,
    as: person,
    people: [...workspace.people.values()],
    groups: [...workspace.groups.values()],
    channels: channels.map((channel) => forPerson(workspace, channel, person)),
    commands: slack.app.commands,
    shortcuts: slack.app.shortcuts,
    views: person === null ? [] : stackOf(workspace, person),
    home: person === null ? null : (workspace.homes.get(person) ?? null),
    app: slack.connection(),
    faults: slack.faults.list(),
    nowMs: slack.clock.nowMs(),
    examples: slack.examples,
  }
}

export interface MessageQuery {
  channel: string
  /** Null: everything, every ephemeral message too. */
  person: string | null
  thread: string | null
  before: string | null
  limit: number
}

export const messagesFor = (slack: Slack, query: MessageQuery): MessagePage => {
  const log = logOf(slack.store.workspace, query.channel)
  const place = query.thread === null ? log.list : threadOf(log, query.thread)
  const isSeen = (message: Message) => query.person === null || isFor(message, query.person)
  const all = place.filter(
    (message) =>
      isSeen(message) &&
      (query.thread !== null || !isReply(message) || message.isBroadcast) &&
      (query.before === null || message.ts < query.before),
  )
  const messages = all.slice(-query.limit)
  return { messages, before: messages.length < all.length ? (messages[0]?.ts ?? null) : null }
}

/** Whether this person's page is told of it; a page without a person is told everything. */
export const maySee = (workspace: Workspace, event: FeedEvent, person: string | null): boolean => {
  if (person === null) return true
  switch (event.kind) {
    case 'message':
      return isFor(event.message, person) && isMember(workspace, event.message.channel, person)
    case 'message_deleted':
      return isMember(workspace, event.channel, person)
    case 'channel':
      return (
        event.channel.kind === 'channel' ||
        event.channel.members.includes(person) ||
        event.left?.includes(person) === true
      )
    case 'read':
    case 'views':
    case 'home':
      return event.user === person
    case 'delivery':
      return event.delivery.user === person || event.delivery.kind === 'event'
    default:
      return true
  }
}

const isMember = (workspace: Workspace, channel: string, person: string): boolean =>
  workspace.channels.get(channel)?.members.includes(person) ?? false
