// What an app's answer to a command or its post to a response_url does: messages that come, change or go.
import type { Block, Message } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { change, post, remove } from '../workspace/posting.ts'
import { messageAt } from '../workspace/workspace.ts'
import type { Interaction } from './response-urls.ts'

type Json = Record<string, unknown>

export type AnswerResult = { kind: 'ok' } | { kind: 'refused'; error: string }

/** Text alone, or a message as JSON; anything else says nothing. */
export const messageAnswer = (response: unknown): Json | null => {
  if (typeof response === 'string') return response.trim() === '' ? null : { text: response }
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return null
  return 'text' in response || 'blocks' in response || 'delete_original' in response ? response : null
}

const contentOf = (answer: Json) => ({
  text: typeof answer.text === 'string' ? answer.text : '',
  blocks: Array.isArray(answer.blocks) ? (answer.blocks as Block[]) : [],
})

const original = (slack: Slack, { channel, messageTs }: Interaction): Message | undefined =>
  messageTs === null ? undefined : messageAt(slack.store.workspace, channel, messageTs)

export const takeAnswer = (slack: Slack, answer: Json, interaction: Interaction): AnswerResult => {
  const before = original(slack, interaction)
  if (answer.delete_original === true || answer.delete_original === 'true') {
    if (!before) return { kind: 'refused', error: 'message_not_found' }
    remove(slack.store, before)
    return { kind: 'ok' }
  }
  const content = contentOf(answer)
  if (content.text === '' && content.blocks.length === 0) return { kind: 'refused', error: 'no_text' }
  if (answer.replace_original === true || answer.replace_original === 'true') {
    if (!before) return { kind: 'refused', error: 'message_not_found' }
    change(slack.store, before, content)
    return { kind: 'ok' }
  }
  const isPublic = answer.response_type === 'in_channel'
  const threadTs = typeof answer.thread_ts === 'string' ? answer.thread_ts : null
  const message = post(slack.store, {
    ...content,
    channel: interaction.channel,
    user: slack.store.workspace.bot.userId,
    isBot: true,
    threadTs: threadTs ?? (isPublic ? null : interaction.threadTs),
    ephemeralTo: isPublic ? null : interaction.user,
  })
  // A later replace_original or delete_original means this one, as long as there was none before it.
  interaction.messageTs ??= message.ts
  return { kind: 'ok' }
}
