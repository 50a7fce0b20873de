// What the workspace holds, and how one change alters it. Every change goes through apply, live and when read back.
import type { Channel, Message, Person, SharedFile, UserGroup, View } from '../contract.ts'
import type { FeedEvent } from '../page-contract.ts'
import { dropMessage, emptyLog, putMessage, type MessageLog } from './message-log.ts'

/** A change is a feed event before it has its number; files and installs are not shown in the feed. */
export type Change =
  WithoutSeq<FeedEvent> | { kind: 'file'; file: StoredFile } | { kind: 'installed'; isInstalled: boolean }

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never

export interface StoredFile extends SharedFile {
  /** The last part of its upload address. */
  uploadKey: string
  isComplete: boolean
  channels: string[]
}

export interface Workspace {
  team: { id: string; name: string; domain: string }
  /** The bot: its user, and the ids of bot and app. */
  bot: { userId: string; botId: string; appId: string }
  people: Map<string, Person>
  groups: Map<string, UserGroup>
  channels: Map<string, Channel>
  logs: Map<string, MessageLog>
  homes: Map<string, View>
  /** Open modals by person, bottom first. Forgotten on restart, as a closed browser would. */
  stacks: Map<string, View[]>
  /** Last read ts by `<user>:<channel>`. */
  reads: Map<string, string>
  files: Map<string, StoredFile>
  isInstalled: boolean
}

export const logOf = (workspace: Workspace, channel: string): MessageLog => {
  const found = workspace.logs.get(channel)
  if (found) return found
  const made = emptyLog()
  workspace.logs.set(channel, made)
  return made
}

export const messageAt = (workspace: Workspace, channel: string, ts: string): Message | undefined =>
  workspace.logs.get(channel)?.byTs.get(ts)

export const apply = (workspace: Workspace, change: Change): void => {
  switch (change.kind) {
    case 'message':
      putMessage(logOf(workspace, change.message.channel), change.message)
      break
    case 'message_deleted':
      dropMessage(logOf(workspace, change.channel), change.ts)
      break
    case 'channel':
      workspace.channels.set(change.channel.id, change.channel)
      break
    case 'read':
      workspace.reads.set(`${change.user}:${change.channel}`, change.lastRead)
      break
    case 'person':
      workspace.people.set(change.person.id, change.person)
      break
    case 'group':
      workspace.groups.set(change.group.id, change.group)
      break
    case 'views':
      workspace.stacks.set(change.user, change.views)
      break
    case 'home':
      workspace.homes.set(change.user, change.home)
      break
    case 'file':
      workspace.files.set(change.file.id, change.file)
      break
    case 'installed':
      workspace.isInstalled = change.isInstalled
      break
    default:
      break
  }
}

/** Whether a change is kept over restarts. */
export const isKept = (change: Change): boolean => {
  if (change.kind === 'message') return change.message.ephemeralTo === null
  return ['message_deleted', 'channel', 'read', 'person', 'group', 'home', 'file', 'installed'].includes(
    change.kind,
  )
}

/** The changes that make this workspace out of an empty one: what a rewritten journal holds. */
export const changesOf = (workspace: Workspace): Change[] => [
  { kind: 'installed', isInstalled: workspace.isInstalled },
  ...[...workspace.people.values()].map((person): Change => ({ kind: 'person', person })),
  ...[...workspace.groups.values()].map((group): Change => ({ kind: 'group', group })),
  ...[...workspace.channels.values()].map((channel): Change => ({ kind: 'channel', channel })),
  ...[...workspace.files.values()].map((file): Change => ({ kind: 'file', file })),
  ...[...workspace.homes].map(([user, home]): Change => ({ kind: 'home', user, home })),
  ...[...workspace.reads].map(([key, lastRead]): Change => {
    const [user = '', channel = ''] = key.split(':')
    return { kind: 'read', user, channel, lastRead }
  }),
  ...[...workspace.logs.values()].flatMap((log) =>
    log.list
      .filter((message) => message.ephemeralTo === null)
      .map((message): Change => ({ kind: 'message', message, isNew: true })),
  ),
]
