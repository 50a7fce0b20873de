// conversations.history and conversations.replies: messages between two times, page by page.
import type { ConversationsHistoryResponse, ConversationsRepliesResponse } from '@slack/web-api'
import type { Message } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { isReply, threadOf } from '../workspace/message-log.ts'
import { logOf } from '../workspace/workspace.ts'
import { flag, optionalText, text, type Arguments } from './arguments.ts'
import { seen } from './conversations.ts'
import type { Methods } from './method.ts'
import { decodeCursor, encodeCursor, limitOf } from './pages.ts'
import { Refusal } from './refusal.ts'
import { messageJson } from './shapes.ts'

const member = (slack: Slack, args: Arguments) => {
  const channel = seen(slack, args)
  if (!channel.members.includes(slack.store.workspace.bot.userId)) throw new Refusal('not_in_channel')
  return channel
}

const timeOf = (args: Arguments, name: 'oldest' | 'latest'): number | undefined => {
  const value = optionalText(args, name)
  if (value === undefined) return undefined
  if (Number.isNaN(Number(value))) throw new Refusal(`invalid_ts_${name}`)
  return Number(value)
}

const between = (args: Arguments): ((message: Message) => boolean) => {
  const oldest = timeOf(args, 'oldest') ?? 0
  const latest = timeOf(args, 'latest') ?? Infinity
  const isInclusive = flag(args, 'inclusive')
  return ({ ts }) => {
    const at = Number(ts)
    return isInclusive ? at >= oldest && at <= latest : at > oldest && at < latest
  }
}

const page = (
  slack: Slack,
  args: Arguments,
  messages: Message[],
  isAfter: (ts: string, place: string) => boolean,
) => {
  const place = decodeCursor(args)
  if (place !== undefined && !/^\d+\.\d+$/.test(place)) throw new Refusal('invalid_cursor')
  const rest = place === undefined ? messages : messages.filter((message) => isAfter(message.ts, place))
  const limit = limitOf(args, 100, 999)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  const hasMore = rest.length > limit
  const withMetadata = flag(args, 'include_all_metadata')
  return {
    messages: items.map((message) => messageJson(slack.store.workspace, message, { withMetadata })),
    has_more: hasMore,
    ...(hasMore && last && { response_metadata: { next_cursor: encodeCursor(last.ts) } }),
  }
}

const history = (slack: Slack, args: Arguments): Partial<ConversationsHistoryResponse> => {
  const channel = member(slack, args)
  const isWanted = between(args)
  const messages = logOf(slack.store.workspace, channel.id).list.filter(
    (message) =>
      message.ephemeralTo === null && (!isReply(message) || message.isBroadcast) && isWanted(message),
  )
  const newestFirst = page(slack, args, messages.toReversed(), (ts, place) => ts < place)
  return { ...newestFirst, pin_count: 0 }
}

const replies = (slack: Slack, args: Arguments): Partial<ConversationsRepliesResponse> => {
  const channel = member(slack, args)
  const log = logOf(slack.store.workspace, channel.id)
  const asked = log.byTs.get(text(args, 'ts'))
  if (!asked) throw new Refusal('thread_not_found')
  const isWanted = between(args)
  const root = asked.threadTs ?? asked.ts
  const messages = threadOf(log, root).filter(
    (message) => message.ephemeralTo === null && (message.ts === root || isWanted(message)),
  )
  return page(slack, args, messages, (ts, place) => ts > place)
}

const HISTORY = ['channels:history', 'groups:history', 'im:history', 'mpim:history']

export const historyMethods: Methods = {
  'conversations.history': { tier: 3, scopes: HISTORY, token: 'bot', run: history },
  'conversations.replies': { tier: 3, scopes: HISTORY, token: 'bot', run: replies },
}
