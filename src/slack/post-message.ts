// Messages of `slack` actions. The idempotency key of the attempt travels in the metadata: before a try that is not
// the first, the channel is looked through for it, so that a lost answer does not make a second message.
import type { WebClient } from '@slack/web-api'
import { boundForRuns } from '../db/name-bindings.ts'
import type { Database } from '../db/open.ts'
import { FaultError } from '../domain/fault.ts'
import { channelNameIn } from '../domain/named-channels.ts'
import type { SlackText } from '../domain/texts.ts'
import type { Channels } from './channels.ts'
import { findPosted } from './find-posted.ts'
import { POST_EVENT } from './ids.ts'
import type { Pacer } from './pacer.ts'
import { isSlackError, slackFault } from './slack-fault.ts'
import { cutMrkdwn, limits } from './text.ts'

export interface Message {
  runId: string
  /** As its file writes it, or as it came from the record. */
  channel: string
  text: SlackText
  key: string
}

interface PostDeps {
  db: Database
  client: WebClient
  channels: Channels
  pacer: Pacer
  clock: () => Date
}

const MOST_LOOK_BACK_MS = 24 * 3_600_000

function toFault(error: unknown, channel: string): unknown {
  if (!isSlackError(error)) return error
  const fault = slackFault(error)
  const about = { cause: error }
  if (fault.kind === 'rate_limited') {
    return new FaultError('rate_limited', 'Slack asks to wait', {
      ...about,
      retry: { afterMs: fault.afterMs },
    })
  }
  if (fault.kind === 'unknown' || fault.kind === 'credentials') {
    return new FaultError(fault.code, `Slack did not take the message: ${fault.code}`, {
      ...about,
      retry: 'backoff',
    })
  }
  return new FaultError(fault.code, `Slack refuses a message in ${channel}: ${fault.code}`, {
    ...about,
    retry: 'never',
  })
}

/** A first try cannot have been posted before: Slack's history (50 calls a minute) is read only for later ones. */
async function findEarlier({ db, client, clock }: PostDeps, channel: string, key: string) {
  if ((await db.prisma.attempt.count({ where: { idempotencyKey: key } })) < 2) return undefined
  const since = new Date(clock().getTime() - MOST_LOOK_BACK_MS)
  return findPosted(client, { channel, since, eventType: POST_EVENT, payload: { key } })
}

/** What its file names was bound when it was published; what a record brought is looked for by its name now. */
async function channelOf({ db, channels }: PostDeps, { runId, channel }: Message): Promise<string> {
  const bound = (await boundForRuns(db.prisma, [runId])).get(runId)
  return bound?.get(channelNameIn(channel) ?? '') ?? channels.idOf(channel)
}

export async function postMessage(
  deps: PostDeps,
  message: Message,
): Promise<{ ts: string; channel: string }> {
  const { client, pacer } = deps
  try {
    const channel = await channelOf(deps, message)
    const posted = await findEarlier(deps, channel, message.key)
    if (posted !== undefined) return { ts: posted, channel }
    const laterMs = await pacer.turnOrLater(channel)
    if (laterMs > 0) {
      throw new FaultError('channel_busy', `many messages wait for ${message.channel}`, {
        retry: { afterMs: laterMs },
        called: false,
      })
    }
    const answer = await client.chat.postMessage({
      channel,
      text: cutMrkdwn(message.text, limits.messageText * 10),
      // An address in a value may be followed by whoever reads it; nothing of it is fetched and shown.
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: POST_EVENT, event_payload: { key: message.key } },
    })
    return { ts: answer.ts ?? '', channel: answer.channel ?? channel }
  } catch (error) {
    throw toFault(error, message.channel)
  }
}
