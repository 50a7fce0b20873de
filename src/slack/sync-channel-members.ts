// Who is in the channels that workflows and digests name: read at start and nightly, and when a new one is named.
import type { WebClient } from '@slack/web-api'
import { channelsNamed, channelsUnread, saveMembers } from '../db/channel-members.ts'
import type { Database } from '../db/open.ts'
import { oneReading } from '../domain/one-reading.ts'
import { allPages } from './all-pages.ts'
import type { Channels } from './channels.ts'
import { slackFault } from './slack-fault.ts'

interface SyncDeps {
  db: Database
  client: WebClient
  channels: Channels
  clock: () => Date
}

const PAGE = 1000
const MOST_PAGES = 100

async function readMembers(client: WebClient, channel: string): Promise<string[]> {
  const pages = await allPages(
    (at) => client.conversations.members({ channel, limit: PAGE, ...at }),
    MOST_PAGES,
  )
  return pages.flatMap(({ members = [] }) => members)
}

async function syncOne({ db, client, channels, clock }: SyncDeps, channel: string): Promise<void> {
  const at = clock()
  const id = await channels.idOf(channel)
  if (id.startsWith('#')) return saveMembers(db.prisma, { channel, slackId: null, members: [], at })
  try {
    const members = await readMembers(client, id)
    await saveMembers(db.prisma, { channel, slackId: id, members, at })
  } catch (error) {
    // Slack does not show us who is in there, and will not when asked again: nobody reads by being in it.
    const { kind } = slackFault(error)
    if (kind !== 'channel' && kind !== 'credentials' && kind !== 'refused') throw error
    await saveMembers(db.prisma, { channel, slackId: id, members: [], at })
  }
}

export interface ChannelMembers {
  /** All channels anew. Throws what the Web API throws. */
  sync(): Promise<void>
  /** Channels that were named since. Never throws: a channel that is not known has nobody in it. */
  readNew(): Promise<void>
}

export function makeChannelMembers(deps: SyncDeps, onFault: (error: unknown) => void): ChannelMembers {
  const { db } = deps
  const readNew = oneReading(async () => {
    try {
      for (const channel of await channelsUnread(db.prisma, deps.clock())) await syncOne(deps, channel)
    } catch (error) {
      onFault(error)
    }
  })
  return {
    readNew,
    async sync() {
      for (const channel of await channelsNamed(db.prisma)) await syncOne(deps, channel)
    },
  }
}
