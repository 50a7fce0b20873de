// conversations.*: finding conversations, opening direct messages, who is in them.
import type {
  ConversationsJoinResponse,
  ConversationsListResponse,
  ConversationsOpenResponse,
} from '@slack/web-api'
import type { Channel } from '../contract.ts'
import { changeChannel } from '../delivery/channel-changes.ts'
import type { Slack } from '../slack.ts'
import { findDm, openDm } from '../workspace/find.ts'
import { flag, listOf, optionalText, text, type Arguments } from './arguments.ts'
import type { Methods } from './method.ts'
import { pageOf } from './pages.ts'
import { Refusal } from './refusal.ts'
import { channelJson, countedChannelJson } from './shapes.ts'

const KINDS: Record<Channel['kind'], string> = {
  channel: 'public_channel',
  private: 'private_channel',
  im: 'im',
}
const READ_SCOPES: Record<string, string> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  im: 'im:read',
  mpim: 'mpim:read',
}

/** A conversation that the bot may see. */
export const seen = (slack: Slack, args: Arguments): Channel => {
  const channel = slack.store.workspace.channels.get(text(args, 'channel'))
  const isMember = channel?.members.includes(slack.store.workspace.bot.userId)
  if (!channel || (channel.kind !== 'channel' && !isMember)) throw new Refusal('channel_not_found')
  return channel
}

const list = (slack: Slack, args: Arguments): Partial<ConversationsListResponse> => {
  const { workspace } = slack.store
  const asked = listOf(args, 'types')
  const types = asked.length > 0 ? asked : ['public_channel']
  for (const type of types) {
    const needed = READ_SCOPES[type]
    if (!needed) throw new Refusal('invalid_types')
    if (!slack.scopes.includes(needed))
      throw new Refusal('missing_scope', { needed, provided: slack.scopes.join(',') })
  }
  const visible = [...workspace.channels.values()].filter(
    (channel) =>
      types.includes(KINDS[channel.kind]) &&
      (channel.kind === 'channel' || channel.members.includes(workspace.bot.userId)) &&
      !(channel.isArchived && flag(args, 'exclude_archived')),
  )
  const { items, response_metadata } = pageOf(visible, args, { usual: 100, most: 1000 })
  return { channels: items.map((channel) => countedChannelJson(workspace, channel)), response_metadata }
}

const open = (slack: Slack, args: Arguments): Partial<ConversationsOpenResponse> => {
  const { workspace } = slack.store
  const asked = optionalText(args, 'channel')
  if (asked !== undefined) {
    const channel = workspace.channels.get(asked)
    if (!channel || channel.kind !== 'im') throw new Refusal('channel_not_found')
    return { no_op: true, already_open: true, channel: { id: channel.id } }
  }
  const [user, ...others] = listOf(args, 'users')
  if (user === undefined) throw new Refusal('users_list_not_supplied')
  if (others.length > 0) throw new Refusal('method_not_supported_for_channel_type')
  const person = workspace.people.get(user)
  if (!person || person.isDeleted) throw new Refusal(person ? 'user_disabled' : 'user_not_found')
  const before = findDm(workspace, workspace.bot.userId, user)
  const channel = before ?? openDm(slack.store, workspace.bot.userId, user)
  const shown = flag(args, 'return_im') ? channelJson(workspace, channel) : { id: channel.id }
  return { ...(before && { no_op: true, already_open: true }), channel: shown }
}

const join = (slack: Slack, args: Arguments): Partial<ConversationsJoinResponse> => {
  const channel = seen(slack, args)
  const { workspace } = slack.store
  if (channel.kind !== 'channel') throw new Refusal('method_not_supported_for_channel_type')
  if (channel.isArchived) throw new Refusal('is_archived')
  if (channel.members.includes(workspace.bot.userId))
    return {
      channel: channelJson(workspace, channel),
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    }
  const members = [...channel.members, workspace.bot.userId]
  const joined = changeChannel(slack, channel, { members }, { isInvited: false })
  return { channel: channelJson(workspace, joined) }
}

const READ = ['channels:read', 'groups:read', 'im:read', 'mpim:read']

export const conversationMethods: Methods = {
  'conversations.list': { tier: 2, scopes: READ, token: 'bot', run: list },
  'conversations.open': { tier: 3, scopes: ['im:write', 'mpim:write'], token: 'bot', run: open },
  'conversations.join': { tier: 3, scopes: ['channels:join'], token: 'bot', run: join },
  'conversations.info': {
    tier: 3,
    scopes: READ,
    token: 'bot',
    run: (slack, args) => {
      const shape = flag(args, 'include_num_members') ? countedChannelJson : channelJson
      return { channel: shape(slack.store.workspace, seen(slack, args)) }
    },
  },
  'conversations.members': {
    tier: 4,
    scopes: READ,
    token: 'bot',
    run: (slack, args) => {
      const { items, response_metadata } = pageOf(seen(slack, args).members, args, { usual: 100, most: 1000 })
      return { members: items, response_metadata }
    },
  },
}
