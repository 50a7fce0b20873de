// reactions.add and reactions.remove.
import type { Message } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { change, withReaction } from '../workspace/posting.ts'
import { messageAt } from '../workspace/workspace.ts'
import { text, type Arguments } from './arguments.ts'
import { seen } from './conversations.ts'
import type { Methods } from './method.ts'
import { Refusal } from './refusal.ts'

const named = (slack: Slack, args: Arguments): { message: Message; name: string; isThere: boolean } => {
  const channel = seen(slack, args)
  const message = messageAt(slack.store.workspace, channel.id, text(args, 'timestamp'))
  if (!message || message.ephemeralTo !== null) throw new Refusal('message_not_found')
  const name = text(args, 'name').replaceAll(':', '')
  if (!/^[a-z0-9_+'-]{1,100}$/.test(name)) throw new Refusal('invalid_name')
  const bot = slack.store.workspace.bot.userId
  const isThere = message.reactions.some((reaction) => reaction.name === name && reaction.users.includes(bot))
  return { message, name, isThere }
}

const put = (remove: boolean) => (slack: Slack, args: Arguments) => {
  const { message, name, isThere } = named(slack, args)
  if (!remove && isThere) throw new Refusal('already_reacted')
  if (remove && !isThere) throw new Refusal('no_reaction')
  const user = slack.store.workspace.bot.userId
  change(slack.store, message, { reactions: withReaction(message, { name, user, isRemoved: remove }) })
  return {}
}

export const reactionMethods: Methods = {
  'reactions.add': { tier: 3, scopes: ['reactions:write'], token: 'bot', run: put(false) },
  'reactions.remove': { tier: 2, scopes: ['reactions:write'], token: 'bot', run: put(true) },
}
