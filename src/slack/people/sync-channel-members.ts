// Who is in the channels that workflows and digests stand in: read at start and nightly, and when there is a new one.
import type { WebClient } from '@slack/web-api'
import {
  channelsUnbound,
  channelsUnread,
  channelsUsed,
  saveMembers,
} from '../../db/people/channel-members.ts'
import type { Database } from '../../db/store/open.ts'
import { oneReading } from '../../domain/one-reading.ts'
import { allPages } from '../api/all-pages.ts'
import type { Channels } from '../api/channels.ts'
import { slackFault } from '../api/slack-fault.ts'

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

async function syncOne({ db, client, clock }: SyncDeps, slackId: string): Promise<void> {
  const at = clock()
  try {
    await saveMembers(db.prisma, { slackId, members: await readMembers(client, slackId), at })
  } catch (error) {
    // Slack does not show us who is in there, and will not when asked again: nobody reads by being in it.
    const { kind } = slackFault(error)
    if (kind !== 'channel' && kind !== 'credentials' && kind !== 'refused') throw error
    await saveMembers(db.prisma, { slackId, members: [], at })
  }
}

export interface ChannelMembers {
  /** All channels anew. Throws what the Web API throws. */
  sync(): Promise<void>
  /**
   * Channels that are new since, and names that had no channel. Never throws: a channel that is not known has nobody in
   * it.
   */
  readNew(): Promise<void>
}

export function makeChannelMembers(deps: SyncDeps, onFault: (error: unknown) => void): ChannelMembers {
  const { db, channels } = deps
  const readNew = oneReading(async () => {
    try {
      // Asked for by name, so that the list is read anew where it is not known, and the name bound.
      for (const name of await channelsUnbound(db.prisma)) await channels.idOf(name)
      for (const id of await channelsUnread(db.prisma)) await syncOne(deps, id)
    } catch (error) {
      onFault(error)
    }
  })
  return {
    readNew,
    async sync() {
      for (const id of await channelsUsed(db.prisma)) await syncOne(deps, id)
    },
  }
}
