// Channels from Slack into the database, and a channel's id by its name: for messages whose channel comes from a record,
// and for names that are not bound yet. Slack is asked for the list rarely (20 calls a minute are allowed).
import type { WebClient } from '@slack/web-api'
import { bindNames } from '../../db/people/bind-names.ts'
import { channelsCalled, saveChannels } from '../../db/people/channels.ts'
import type { Database } from '../../db/store/open.ts'
import { isPlaceId } from '../../domain/workflow-file/named-channels.ts'
import { oneReading } from '../../domain/one-reading.ts'
import { allPages } from './all-pages.ts'
import { isSlackError } from './slack-fault.ts'

export interface Channels {
  /** Id of `#name`; an id, or a name that Slack does not list, comes back as it is. */
  idOf(channel: string): Promise<string>
  /** Reads all of them and binds names that had no channel. Throws what the Web API throws. */
  sync(): Promise<void>
  /** Asks anew before the next answer: a channel was archived, or the bot was invited to one. */
  forget(): void
}

const KEEP_MS = 10 * 60_000
const AGAIN_MS = 30_000
const MOST_PAGES = 50

export interface ListedChannel {
  id: string
  /** Without #. */
  name: string
  /** Whether the bot is in it. */
  isMember: boolean
  isArchived: boolean
}

/** Every channel that Slack shows us. Throws what the Web API throws. */
export async function listChannels(client: WebClient): Promise<ListedChannel[]> {
  const pages = await allPages(
    (at) => client.conversations.list({ types: 'public_channel,private_channel', limit: 500, ...at }),
    MOST_PAGES,
  )
  return pages
    .flatMap(({ channels = [] }) => channels)
    .flatMap(({ name, id, is_member: isMember, is_archived: isArchived }) =>
      name !== undefined && id !== undefined
        ? [{ id, name, isMember: isMember === true, isArchived: isArchived === true }]
        : [],
    )
}

interface Deps {
  db: Database
  client: WebClient
  clock: () => Date
}

export function makeChannels({ db, client, clock }: Deps): Channels {
  let readAt = Number.NEGATIVE_INFINITY

  const sync = oneReading(async () => {
    const at = clock()
    readAt = at.getTime()
    await saveChannels(db.prisma, await listChannels(client), { at, isAll: true })
    await bindNames(db, clock())
  })
  const idCalled = async (name: string) => (await channelsCalled(db.prisma, [name])).get(name)

  return {
    sync,
    async idOf(channel) {
      if (isPlaceId(channel)) return channel
      const name = `#${channel.replace(/^#/, '')}`
      const known = await idCalled(name)
      const ageMs = clock().getTime() - readAt
      if (ageMs <= KEEP_MS && (known !== undefined || ageMs <= AGAIN_MS)) return known ?? channel
      try {
        await sync()
      } catch (error) {
        // A fault leaves what we had: the post itself will say what is wrong.
        if (!isSlackError(error)) throw error
      }
      return (await idCalled(name)) ?? channel
    },
    forget: () => {
      readAt = Number.NEGATIVE_INFINITY
    },
  }
}
