// Posting, changing and removing messages, with what that does to their threads. Used by the Web API, by
// response_url and by people alike.
import type { Message } from '../contract.ts'
import { withIds } from './blocks.ts'
import { threadOf } from './message-log.ts'
import type { Store } from './store.ts'
import { logOf, messageAt } from './workspace.ts'

export type Draft = Pick<Message, 'channel' | 'user' | 'text' | 'isBot'> & Partial<Message>

/** The first message of a thread, with its replies counted anew. */
const recountThread = (store: Store, channel: string, threadTs: string): void => {
  const [first, ...replies] = threadOf(logOf(store.workspace, channel), threadTs)
  if (!first || first.ts !== threadTs) return
  const counted = replies.filter((reply) => reply.ephemeralTo === null)
  const message: Message = {
    ...first,
    threadTs: counted.length > 0 ? first.ts : null,
    replyCount: counted.length,
    replyUsers: [...new Set(counted.map((reply) => reply.user))],
    latestReply: counted.at(-1)?.ts ?? null,
  }
  store.commit({ kind: 'message', message, isNew: false })
}

export const post = (store: Store, draft: Draft): Message => {
  const message: Message = {
    threadTs: null,
    replyCount: 0,
    replyUsers: [],
    latestReply: null,
    editedTs: null,
    ephemeralTo: null,
    metadata: null,
    files: [],
    reactions: [],
    isBroadcast: false,
    ...draft,
    blocks: withIds(draft.blocks ?? []),
    ts: store.nextTs(),
  }
  store.commit({ kind: 'message', message, isNew: true })
  // Who writes has read; the bot keeps no marks.
  if (message.ephemeralTo === null && !message.isBot)
    store.commit({ kind: 'read', user: message.user, channel: message.channel, lastRead: message.ts })
  if (message.threadTs !== null && message.ephemeralTo === null)
    recountThread(store, message.channel, message.threadTs)
  return message
}

/** The message with these parts changed. The caller has made sure that it is there. */
export const change = (store: Store, before: Message, over: Partial<Message>): Message => {
  const message = { ...before, ...over, ...(over.blocks && { blocks: withIds(over.blocks) }) }
  store.commit({ kind: 'message', message, isNew: false })
  return message
}

export const remove = (store: Store, { channel, ts }: { channel: string; ts: string }): void => {
  const before = messageAt(store.workspace, channel, ts)
  store.commit({ kind: 'message_deleted', channel, ts })
  if (before?.threadTs && before.threadTs !== ts) recountThread(store, channel, before.threadTs)
}

/** The message's reactions with one more, or one less. */
export const withReaction = (
  before: Message,
  { name, user, isRemoved }: { name: string; user: string; isRemoved: boolean },
) => {
  const had = before.reactions.find((reaction) => reaction.name === name)
  const others = (had?.users ?? []).filter((each) => each !== user)
  const users = isRemoved ? others : [...others, user]
  const reactions = had
    ? before.reactions.map((each) => (each.name === name ? { name, users } : each))
    : [...before.reactions, { name, users }]
  return reactions.filter((reaction) => reaction.users.length > 0)
}
