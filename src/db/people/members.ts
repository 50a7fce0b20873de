// Members of our workspace, and what its names mean. The only place where a name becomes a Slack id.
import { claimedBy } from '../../domain/people/actor.ts'
import { channelsCalled } from './channels.ts'
import { belongs, isMember, isOurTeam, type Workspace } from '../../domain/people/membership.ts'
import { bindableIn, type Bound, ownerNameText, parseOwner, withIds } from '../../domain/people/owner.ts'
import { splitOwners } from '../../domain/people/owner-texts.ts'
import type { Person } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { readWorkspace } from './workspace.ts'

export type Member = Person

/** A person or group of our workspace, or a channel that Slack shows us. */
export interface Entry {
  id: string
  kind: 'person' | 'group' | 'channel'
  handle: string
  name: string
  email: string | null
  /** Deactivated, or a group without anybody in it. */
  isGone: boolean
  /** Of a group: the ids that Slack lists in it, also of guests. */
  members?: readonly string[]
}

/** Everybody and every group of ours that a file may name, also those who are gone. undefined: Slack was never asked. */
export async function readEntries(
  tx: Tx,
  handles?: string[],
  emails?: string[],
): Promise<Entry[] | undefined> {
  const ours = await readWorkspace(tx)
  if (!ours) return undefined
  const named = handles
    ? { OR: [{ handle: { in: handles } }, { email: { in: emails ?? [], mode: 'insensitive' as const } }] }
    : {}
  const people = await tx.person.findMany({ where: named, orderBy: { id: 'asc' } })
  const groups = await tx.personGroup.findMany({
    where: handles ? { handle: { in: handles } } : {},
    orderBy: { id: 'asc' },
  })
  return [
    ...people
      .filter((person) => belongs(person, ours))
      .map(({ isDeleted, id, handle, name, email }): Entry => ({
        id,
        kind: 'person',
        handle,
        name,
        email,
        isGone: isDeleted,
      })),
    ...groups
      .filter((group) => isOurTeam(group, ours))
      .map(({ id, handle, name, members }): Entry => ({
        id,
        kind: 'group',
        handle,
        name,
        email: null,
        isGone: members.length === 0,
        members,
      })),
  ]
}

/** Whom a name means among these: those who are there, else those who are gone. More than one: it is ambiguous. */
export function meantBy(name: string, entries: readonly Entry[]): Entry[] {
  const called = entries.filter(({ kind, handle, email }) =>
    /^[@#]/.test(name)
      ? `${kind === 'channel' ? '#' : '@'}${handle}` === name
      : email?.toLowerCase() === name,
  )
  const there = called.filter(({ isGone }) => !isGone)
  return there.length > 0 ? there : called
}

/** What each of these names means now; null: nobody, or more than one. */
export async function bindNow(tx: Tx, names: string[]): Promise<Map<string, string | null>> {
  if (names.length === 0) return new Map()
  const channels = await channelsCalled(
    tx,
    names.filter((name) => name.startsWith('#')),
  )
  const handles = names.flatMap((name) => (name.startsWith('@') ? [name.slice(1)] : []))
  const emails = names.filter((name) => !/^[@#]/.test(name))
  const entries = (await readEntries(tx, handles, emails)) ?? []
  return new Map(
    names.map((name) => {
      if (name.startsWith('#')) return [name, channels.get(name) ?? null]
      const meant = meantBy(name, entries)
      return [name, (meant.length === 1 ? meant[0]?.id : undefined) ?? null]
    }),
  )
}

/** What somebody typed, or a record said, with an id for each name that has one now. */
export async function typedWithIds(tx: Tx, text: string, known: Bound = new Map()): Promise<string> {
  const parts = splitOwners(text)
  const bound = await bindNow(
    tx,
    bindableIn(parts).filter((name) => !known.has(name)),
  )
  const all = new Map([...bound, ...known])
  return parts.map((part) => withIds(part, all)).join(', ')
}

/** The ids among these that a person or group of ours has. */
async function knownIds(tx: Tx, ids: string[]): Promise<Set<string>> {
  const ours = await readWorkspace(tx)
  if (!ours || ids.length === 0) return new Set()
  const people = await tx.person.findMany({ where: { id: { in: ids } } })
  const groups = await tx.personGroup.findMany({ where: { id: { in: ids } } })
  return new Set([
    ...people.flatMap((person) => (belongs(person, ours) ? [person.id] : [])),
    ...groups.flatMap((group) => (isOurTeam(group, ours) ? [group.id] : [])),
  ])
}

/** Of a name that a record brought: the id of whom it means among ours, or one of our roles. undefined: nobody. */
export async function namedByRecord(
  tx: Tx,
  text: string,
  { known, roles }: { known: Bound; roles: readonly string[] },
): Promise<string | undefined> {
  const name = parseOwner(text)?.of[0]?.name
  if (!name) return undefined
  if (name.kind === 'role') return roles.includes(name.role) ? text : undefined
  const id = name.kind === 'id' ? name.id : parseOwner(await typedWithIds(tx, text, known))?.of[0]?.name
  const found = typeof id === 'string' ? id : id?.kind === 'id' ? id.id : undefined
  return found !== undefined && (await knownIds(tx, [found])).has(found) ? found : undefined
}

async function personBehind(tx: Tx, actorId: string): Promise<Person[]> {
  const name = claimedBy(actorId)
  if (name === undefined) return tx.person.findMany({ where: { id: actorId } })
  if (name.kind === 'id') return tx.person.findMany({ where: { id: name.id } })
  if (name.kind === 'role') return []
  const text = ownerNameText(name).toLowerCase()
  return name.kind === 'handle'
    ? tx.person.findMany({ where: { handle: text.slice(1) } })
    : tx.person.findMany({ where: { email: { equals: text, mode: 'insensitive' } } })
}

/**
 * The active member of our workspace behind an actor (a Slack user id, or whoever sits at the command line); undefined:
 * there is none, or more than one has that name.
 */
export async function memberOf(tx: Tx, actorId: string, known?: Workspace): Promise<Member | undefined> {
  const found = await personBehind(tx, actorId)
  if (found.length === 0) return undefined
  const ours = known ?? (await readWorkspace(tx))
  const members = ours ? found.filter((person) => isMember(person, ours)) : []
  return members.length === 1 ? members[0] : undefined
}
