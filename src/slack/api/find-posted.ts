// chat.postMessage has no idempotency key. A post whose answer we never saw is looked for by its metadata before it
// is posted again.
import type { WebClient } from '@slack/web-api'
import { joinChannel } from './join-channel.ts'
import { slackFault } from './slack-fault.ts'

export interface Sought {
  channel: string
  /** When the post was begun, by our clock. */
  since: Date
  eventType: string
  /** Entries that the metadata's payload must have. */
  payload: Record<string, string>
  /** Looked for among the replies to this message. */
  threadTs?: string
}

// Our clock and Slack's may differ by this much: it covers a clock that takes its zone for UTC. The pages of a
// channel come newest first, so that a wide margin costs no request where the post is there.
const SKEW_MS = 24 * 60 * 60_000
const MOST_PAGES = 10

const isIt = (metadata: unknown, { eventType, payload }: Sought): boolean => {
  if (typeof metadata !== 'object' || metadata === null) return false
  const { event_type, event_payload } = metadata as {
    event_type?: unknown
    event_payload?: Record<string, unknown>
  }
  return (
    event_type === eventType &&
    Object.entries(payload).every(([name, value]) => event_payload?.[name] === value)
  )
}

/**
 * The ts of that message; undefined when it is not there. To look, the bot joins a public channel that it is not in.
 * Where the history may not be read (scope left out, Slack does not let it join) the message is taken as not there: then
 * a post is made at least once, not exactly once.
 */
export async function findPosted(client: WebClient, sought: Sought): Promise<string | undefined> {
  const oldest = String((sought.since.getTime() - SKEW_MS) / 1000)
  let cursor = ''
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await readOrJoin(client, { sought, oldest, cursor })
    if (!answer) return undefined
    for (const message of answer.messages ?? []) {
      if (message.ts !== undefined && isIt('metadata' in message ? message.metadata : undefined, sought))
        return message.ts
    }
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') return undefined
  }
  return undefined
}

interface Page {
  sought: Sought
  oldest: string
  cursor: string
}

/** Only what is in doubt is looked for, so that it joins no channel in which nothing was ever in doubt, and each once. */
async function readOrJoin(client: WebClient, page: Page) {
  try {
    return await read(client, page)
  } catch (error) {
    const fault = slackFault(error)
    if (fault.kind === 'credentials' && fault.code === 'missing_scope') return undefined
    if (fault.kind !== 'channel') throw error
    if (fault.code !== 'not_in_channel' || (await joinChannel(client, page.sought.channel)) !== undefined)
      return undefined
    return read(client, page)
  }
}

function read(client: WebClient, { sought, oldest, cursor }: Page) {
  const page = {
    channel: sought.channel,
    oldest,
    limit: 200,
    include_all_metadata: true as const,
    ...(cursor === '' ? {} : { cursor }),
  }
  return sought.threadTs === undefined
    ? client.conversations.history(page)
    : client.conversations.replies({ ...page, ts: sought.threadTs })
}
