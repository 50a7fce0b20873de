// chat.*: posting, changing, deleting, ephemeral messages, links to messages.
import type { ChatPostEphemeralResponse, ChatPostMessageResponse } from '@slack/web-api'
import { lengthOf } from '../block-kit/index.ts'
import type { Channel, Message } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { findChannel, openDm } from '../workspace/find.ts'
import { change, post, remove } from '../workspace/posting.ts'
import { messageAt } from '../workspace/workspace.ts'
import { flag, optionalText, structure, text, type Arguments } from './arguments.ts'
import { blocksOf } from './block-checks.ts'
import type { Methods } from './method.ts'
import { Refusal } from './refusal.ts'
import { messageJson } from './shapes.ts'

/** Advised 4,000; refused from here. */
const MAX_TEXT = 40_000

/** The conversation a post is meant for: id, #name, or a person's id, which opens the direct message. */
const target = (slack: Slack, args: Arguments): Channel => {
  const asked = text(args, 'channel')
  const { workspace } = slack.store
  if (workspace.people.has(asked)) return openDm(slack.store, workspace.bot.userId, asked)
  const channel = findChannel(workspace, asked)
  const isMember = channel?.members.includes(workspace.bot.userId) ?? false
  if (!channel || (channel.kind !== 'channel' && !isMember)) throw new Refusal('channel_not_found')
  if (channel.isArchived) throw new Refusal('is_archived')
  if (!isMember && !slack.scopes.includes('chat:write.public')) throw new Refusal('not_in_channel')
  return channel
}

const metadataOf = (args: Arguments): Message['metadata'] | undefined => {
  const { value, isBroken } = structure(args, 'metadata')
  if (value === undefined && !isBroken) return undefined
  if (isBroken || typeof value !== 'object' || value === null) throw new Refusal('invalid_metadata_format')
  const { event_type: type, event_payload: payload } = value as Record<string, unknown>
  if (typeof type !== 'string' || typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw new Refusal('invalid_metadata_format')
  return { event_type: type, event_payload: payload as Record<string, unknown> }
}

const contentOf = (args: Arguments) => {
  const blocks = blocksOf(args)
  const words = optionalText(args, 'text')
  if (words === undefined && !blocks?.length && !structure(args, 'attachments').value)
    throw new Refusal('no_text')
  if (words !== undefined && lengthOf(words) > MAX_TEXT) throw new Refusal('msg_too_long')
  return { blocks, words }
}

const asBot = (slack: Slack) => ({ user: slack.store.workspace.bot.userId, isBot: true })

const postMessage = (slack: Slack, args: Arguments): Partial<ChatPostMessageResponse> => {
  const channel = target(slack, args)
  const { blocks, words } = contentOf(args)
  const threadTs = optionalText(args, 'thread_ts') ?? null
  // A reply to a reply stands in the same thread.
  const parent = threadTs === null ? undefined : messageAt(slack.store.workspace, channel.id, threadTs)
  if (threadTs !== null && !/^\d+\.\d+$/.test(threadTs)) throw new Refusal('invalid_thread_ts')
  const message = post(slack.store, {
    ...asBot(slack),
    channel: channel.id,
    text: words ?? '',
    blocks: blocks ?? [],
    metadata: metadataOf(args) ?? null,
    threadTs: parent?.threadTs ?? threadTs,
    isBroadcast: threadTs !== null && flag(args, 'reply_broadcast'),
  })
  return { channel: channel.id, ts: message.ts, message: shape(slack, message) }
}

const shape = (slack: Slack, message: Message) =>
  messageJson(slack.store.workspace, message, { withMetadata: true })

/** A message of our own, or the reason why not. */
const ownMessage = (slack: Slack, args: Arguments, refusal: string): Message => {
  const channel = slack.store.workspace.channels.get(text(args, 'channel'))
  if (!channel) throw new Refusal('channel_not_found')
  const message = messageAt(slack.store.workspace, channel.id, text(args, 'ts'))
  if (!message || message.ephemeralTo !== null) throw new Refusal('message_not_found')
  if (message.user !== slack.store.workspace.bot.userId) throw new Refusal(refusal)
  if (channel.isArchived) throw new Refusal('is_archived')
  return message
}

const update = (slack: Slack, args: Arguments) => {
  const before = ownMessage(slack, args, 'cant_update_message')
  const { blocks, words } = contentOf(args)
  const metadata = metadataOf(args)
  const message = change(slack.store, before, {
    text: words ?? before.text,
    // Text alone takes the blocks away; blocks alone keep the text. The edited mark is for text only.
    blocks: blocks ?? (words === undefined ? before.blocks : []),
    editedTs: blocks === undefined ? slack.store.nextTs() : before.editedTs,
    ...(metadata !== undefined && { metadata }),
  })
  const { ts, ...shown } = shape(slack, message)
  return { channel: message.channel, ts, text: message.text, message: shown }
}

const postEphemeral = (slack: Slack, args: Arguments): Partial<ChatPostEphemeralResponse> => {
  const channel = target(slack, args)
  const user = text(args, 'user')
  const { blocks, words } = contentOf(args)
  if (!slack.store.workspace.people.has(user)) throw new Refusal('user_not_found')
  if (!channel.members.includes(user)) throw new Refusal('user_not_in_channel')
  const message = post(slack.store, {
    ...asBot(slack),
    channel: channel.id,
    text: words ?? '',
    blocks: blocks ?? [],
    threadTs: optionalText(args, 'thread_ts') ?? null,
    ephemeralTo: user,
  })
  return { message_ts: message.ts }
}

export const chatMethods: Methods = {
  'chat.postMessage': { tier: 'channel', scopes: ['chat:write'], token: 'bot', run: postMessage },
  'chat.update': { tier: 3, scopes: ['chat:write'], token: 'bot', run: update },
  'chat.postEphemeral': { tier: 4, scopes: ['chat:write'], token: 'bot', run: postEphemeral },
  'chat.delete': {
    tier: 3,
    scopes: ['chat:write'],
    token: 'bot',
    run: (slack, args) => {
      const message = ownMessage(slack, args, 'cant_delete_message')
      remove(slack.store, message)
      return { channel: message.channel, ts: message.ts }
    },
  },
  'chat.getPermalink': {
    tier: 'none',
    scopes: [],
    token: 'bot',
    run: (slack, args) => {
      const channel = text(args, 'channel')
      const ts = text(args, 'message_ts')
      if (!slack.store.workspace.channels.has(channel)) throw new Refusal('channel_not_found')
      if (!messageAt(slack.store.workspace, channel, ts)) throw new Refusal('message_not_found')
      return { channel, permalink: `${slack.url()}/archives/${channel}/p${ts.replace('.', '')}` }
    },
  },
}
