// Who and what Slack knows, for checks: people and groups from the database, channels from Slack itself where it
// answers. What cannot be asked is not complained about, but it is said.
import type { Config, SlackConfig } from '../config.ts'
import { type ChannelFromSlack, channelsShown } from '../db/people/channels.ts'
import { readHandles } from '../db/people/directory.ts'
import type { Entry } from '../db/people/members.ts'
import { type MovedName, nameStates } from '../db/people/name-state.ts'
import type { Database } from '../db/store/open.ts'
import { localSlackConfig } from '../local-slack-process.ts'
import type { ListedChannel } from '../slack/api/channels.ts'
import { askChannels } from '../slack/api/ask-channels.ts'
import type { Directory } from '../workflow/check/check-context.ts'
import { withDatabaseIfThere } from './database.ts'

export interface KnownWorld {
  directory?: Directory
  /** The channels that Slack shows now. */
  channels?: ListedChannel[]
  /** Names of what is published that somebody else has now. */
  moved?: MovedName[]
  /** What could not be checked, and why. */
  notes: string[]
}

/** The workspace that is configured, or the local Slack of this data folder; undefined: there never was one. */
export const slackOf = async (config: Config): Promise<SlackConfig | undefined> =>
  config.slack ?? (await localSlackConfig(config.dataDir).catch(() => undefined))

const entryOf = ({ id, name }: ChannelFromSlack): Entry => ({
  id,
  kind: 'channel',
  handle: name,
  name,
  email: null,
  isGone: false,
})

export async function knownWorld(db: Database, config: Config): Promise<KnownWorld> {
  const handles = await readHandles(db.prisma)
  if (!handles)
    return { notes: ["People, groups and channels weren't checked: the bot hasn't synced with Slack yet."] }
  const moved = (await nameStates(db.prisma)).flatMap((one) => one.moved ?? [])
  const slack = await slackOf(config)
  const channels = slack && (await askChannels(slack))
  const entries = [...handles.entries, ...(channels ?? (await channelsShown(db.prisma))).map(entryOf)]
  const directory = { ...handles, entries }
  if (!channels) return { directory, moved, notes: ["Channels weren't checked: Slack isn't answering."] }
  const there = channels.map(({ name }) => name)
  return { directory: { ...directory, channels: there }, channels, moved, notes: [] }
}

/** Where there is no database, or none that this program can read. */
export const unknownWorld: KnownWorld = {
  notes: ["People, groups and channels weren't checked: there is no database here."],
}

/** The same for a command that can do without a database. */
export const knownWorldIfThere = async (): Promise<KnownWorld> =>
  (await withDatabaseIfThere(knownWorld)) ?? unknownWorld
