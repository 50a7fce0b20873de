// Channel names to ids. Slack is asked for the list rarely (20 calls a minute are allowed); what is not in it, or
// not known yet, is tried by name, which Slack takes too.
import type { WebClient } from '@slack/web-api'
import { oneReading } from '../domain/one-reading.ts'
import { allPages } from './all-pages.ts'
import { isSlackError } from './slack-fault.ts'

export interface Channels {
  /** Id of `#name`; an id, or a name that Slack does not list, comes back as it is. */
  idOf(channel: string): Promise<string>
  /** Asks anew before the next answer: a channel was made, renamed or archived. */
  forget(): void
}

const KEEP_MS = 10 * 60_000
const AGAIN_MS = 30_000
const MOST_PAGES = 50
const idPattern = /^[CGDUW][A-Z0-9]{6,}$/

export interface ListedChannel {
  id: string
  /** Whether the bot is in it. */
  isMember: boolean
}

/** Every channel that Slack shows us, by name (without #). Throws what the Web API throws. */
export async function listChannels(client: WebClient): Promise<Map<string, ListedChannel>> {
  const pages = await allPages(
    (at) => client.conversations.list({ types: 'public_channel,private_channel', limit: 500, ...at }),
    MOST_PAGES,
  )
  const found = new Map<string, ListedChannel>()
  for (const { name, id, is_member: isMember } of pages.flatMap(({ channels = [] }) => channels))
    if (name !== undefined && id !== undefined) found.set(name, { id, isMember: isMember === true })
  return found
}

export function makeChannels(client: WebClient, clock: () => Date): Channels {
  let listed = new Map<string, ListedChannel>()
  let readAt = Number.NEGATIVE_INFINITY

  /** A fault leaves what we had: the post itself will say what is wrong. */
  const refresh = oneReading(async () => {
    readAt = clock().getTime()
    try {
      listed = await listChannels(client)
    } catch (error) {
      if (!isSlackError(error)) throw error
    }
  })

  return {
    async idOf(channel) {
      const name = channel.replace(/^#/, '')
      if (idPattern.test(channel)) return channel
      const ageMs = clock().getTime() - readAt
      if (ageMs > KEEP_MS || (!listed.has(name) && ageMs > AGAIN_MS)) await refresh()
      return listed.get(name)?.id ?? channel
    },
    forget: () => {
      readAt = Number.NEGATIVE_INFINITY
    },
  }
}
