// Messages of `slack` actions. The idempotency key of the attempt travels in the metadata: before a try that is not
// the first, the channel is looked through for it, so that a lost answer does not make a second message.
import type { WebClient } from '@slack/web-api'
import { boundForRuns } from '../../db/people/name-bindings.ts'
import type { Database } from '../../db/store/open.ts'
import { FaultError } from '../../domain/fault.ts'
import { splitMrkdwn } from '../../domain/text/cut.ts'
import { channelNameIn, isPlaceId } from '../../domain/workflow-file/named-channels.ts'
import type { Posted } from '../../domain/posted.ts'
import type { SlackText } from '../../domain/text/texts.ts'
import type { Channels } from './channels.ts'
import { findPosted } from './find-posted.ts'
import { POST_EVENT } from '../app/ids.ts'
import type { Pacer } from './pacer.ts'
import { isSlackError, isWholeSlack, slackFault } from './slack-fault.ts'
import { limits } from '../text.ts'

export interface Message {
  runId: string
  /** As its file writes it, or as it came from the record. */
  channel: string
  text: SlackText
  key: string
  /** The only channel that an approval lets it go to; null: none. undefined: nobody had to approve it. */
  channelId: string | null | undefined
}

interface PostDeps {
  db: Database
  client: WebClient
  channels: Channels
  pacer: Pacer
  clock: () => Date
}

/** A megabyte of text, which is what an event may have. */
const MOST_PARTS = 40
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
  if (isWholeSlack(fault)) {
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

interface Part {
  channel: string
  text: string
  /** Of this part: found again by it. */
  key: string
  threadTs?: string
}

/** What its file names was bound when it was published; what a record brought is looked for by its name now. */
async function channelOf(
  { db, channels }: PostDeps,
  { runId, channel, channelId }: Message,
): Promise<string> {
  const name = channelNameIn(channel)
  // Slack reads other texts as names too (@ada): names that an approval binds to no id.
  if (name === undefined && !isPlaceId(channel))
    throw new FaultError(
      'not_a_channel',
      `"${channel}" is no channel: write #name, or the id of a channel or a member`,
      { retry: 'never', called: false },
    )
  const bound = (await boundForRuns(db.prisma, [runId])).get(runId)
  const found = bound?.get(name ?? '') ?? (await channels.idOf(channel))
  if (channelId === undefined || found === channelId) return found
  if (found === channel)
    throw new FaultError('channel_not_found', `Slack shows no channel called ${channel}`, { retry: 'never' })
  // The next try finds the name with its new channel, and asks the approvers.
  throw new FaultError('channel_changed', `${channel} is not the channel that was approved`, {
    retry: { afterMs: 1000 },
    called: false,
  })
}

/** A first try cannot have been posted before: Slack's history (50 calls a minute) is read only for later ones. */
async function findEarlier({ client, clock }: PostDeps, { channel, key, threadTs }: Part) {
  const since = new Date(clock().getTime() - MOST_LOOK_BACK_MS)
  const sought = { channel, since, eventType: POST_EVENT, payload: { key } }
  return findPosted(client, threadTs === undefined ? sought : { ...sought, threadTs })
}

async function postPart(
  deps: PostDeps,
  { channel, text, key, threadTs }: Part,
): Promise<{ ts: string; channel: string }> {
  const answer = await deps.client.chat.postMessage({
    channel,
    text,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    // An address in a value may be followed by whoever reads it; nothing of it is fetched and shown.
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: POST_EVENT, event_payload: { key } },
  })
  return { ts: answer.ts ?? '', channel: answer.channel ?? channel }
}

/** Parts that say together what the text says; the first says that there are more. */
function partsOf(text: string): string[] {
  const parts = splitMrkdwn(text.trim() === '' ? '–' : text, limits.actionText)
  if (parts.length > MOST_PARTS)
    throw new FaultError(
      'text_too_long',
      `the text has ${text.length} characters, and ${MOST_PARTS * limits.actionText} at most can be posted`,
      { retry: 'never', called: false },
    )
  const [first = '', ...more] = parts
  const note = `\n_Part 1 of ${parts.length}: continued in the thread._`
  return more.length === 0 ? [first] : [`${first.trimEnd()}${note}`, ...more]
}

/** Posts, and what is too long for one message in the thread below it. A later try goes on where an earlier one ended. */
export async function postMessage(deps: PostDeps, message: Message): Promise<Posted> {
  const { db, pacer } = deps
  const [text = '', ...rest] = partsOf(message.text)
  try {
    const channel = await channelOf(deps, message)
    const isLater = (await db.prisma.attempt.count({ where: { idempotencyKey: message.key } })) > 1
    const first: Part = { channel, text, key: message.key }
    const earlier = isLater ? await findEarlier(deps, first) : undefined
    if (earlier === undefined) {
      const laterMs = await pacer.turnOrLater(channel)
      if (laterMs > 0) {
        throw new FaultError('channel_busy', `many messages wait for ${message.channel}`, {
          retry: { afterMs: laterMs },
          called: false,
        })
      }
    }
    const posted = earlier === undefined ? await postPart(deps, first) : { ts: earlier, channel }
    const more: string[] = []
    for (const [at, one] of rest.entries()) {
      const part: Part = {
        channel: posted.channel,
        text: one,
        key: `${message.key}/${at + 2}`,
        threadTs: posted.ts,
      }
      const known = isLater ? await findEarlier(deps, part) : undefined
      if (known === undefined) await pacer.turn(channel)
      more.push(known ?? (await postPart(deps, part)).ts)
    }
    return { ...posted, more }
  } catch (error) {
    throw toFault(error, message.channel)
  }
}
