// Finds people, channels and groups by the names people use: id, handle, #name.
import type { Channel, Person, UserGroup } from '../contract.ts'
import { newChannel } from './demo-workspace.ts'
import { newId } from './ids.ts'
import type { Store } from './store.ts'
import type { Workspace } from './workspace.ts'

export const findPerson = (workspace: Workspace, who: string): Person | undefined => {
  const handle = who.replace(/^@/, '')
  const called = [...workspace.people.values()].filter((person) => person.handle === handle)
  // Of two with one handle, the one of this workspace.
  return workspace.people.get(who) ?? called.find(({ teamId }) => teamId === undefined) ?? called[0]
}

export const findGroup = (workspace: Workspace, which: string): UserGroup | undefined => {
  const handle = which.replace(/^@/, '')
  return (
    workspace.groups.get(which) ?? [...workspace.groups.values()].find((group) => group.handle === handle)
  )
}

export const findChannel = (workspace: Workspace, which: string): Channel | undefined => {
  const name = which.replace(/^#/, '')
  return (
    workspace.channels.get(which) ??
    [...workspace.channels.values()].find((channel) => channel.kind !== 'im' && channel.name === name)
  )
}

export const findDm = (workspace: Workspace, one: string, other: string): Channel | undefined =>
  [...workspace.channels.values()].find(
    (channel) => channel.kind === 'im' && channel.members.includes(one) && channel.members.includes(other),
  )

export const openDm = (store: Store, one: string, other: string): Channel => {
  const found = findDm(store.workspace, one, other)
  if (found) return found
  const channel = newChannel(newId('D'), '', { kind: 'im', members: [one, other] })
  store.commit({ kind: 'channel', channel })
  return channel
}
