// The messages of one channel in the order of their ts, with its threads, and no more of them than fit.
import type { Message } from '../contract.ts'

export const MAX_MESSAGES = 5_000
// Older ones go by the hundred, so that a full channel does not move its whole list on every post.
const SLACKNESS = 250

export interface MessageLog {
  /** Oldest first. */
  list: Message[]
  byTs: Map<string, Message>
}

export const emptyLog = (): MessageLog => ({ list: [], byTs: new Map() })

/** Slack's ts have a fixed width until the year 2286, so they compare as text. */
export const indexAfter = (list: Message[], ts: string): number => {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.ts ?? '') <= ts) low = middle + 1
    else high = middle
  }
  return low
}

export const putMessage = (log: MessageLog, message: Message): void => {
  const at = indexAfter(log.list, message.ts)
  if (log.byTs.has(message.ts)) log.list[at - 1] = message
  else log.list.splice(at, 0, message)
  log.byTs.set(message.ts, message)
  if (log.list.length <= MAX_MESSAGES + SLACKNESS) return
  for (const old of log.list.splice(0, log.list.length - MAX_MESSAGES)) log.byTs.delete(old.ts)
}

export const dropMessage = (log: MessageLog, ts: string): void => {
  if (!log.byTs.delete(ts)) return
  log.list.splice(indexAfter(log.list, ts) - 1, 1)
}

export const isReply = (message: Message): boolean =>
  message.threadTs !== null && message.threadTs !== message.ts

/** The first message of a thread and its replies, oldest first. */
export const threadOf = (log: MessageLog, threadTs: string): Message[] =>
  log.list.filter((message) => message.ts === threadTs || message.threadTs === threadTs)
