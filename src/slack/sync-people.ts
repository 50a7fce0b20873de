// People and user groups from Slack into the database: all of them at start and nightly, single ones on events.
import type { WebClient } from '@slack/web-api'
import type { Database } from '../db/open.ts'
import { awayByStatus, type Status } from './away-status.ts'
import {
  emptyGroupsExcept,
  type GroupFromSlack,
  type PersonFromSlack,
  saveGroup,
  savePeople,
} from '../db/people-sync.ts'

interface SyncDeps {
  db: Database
  client: WebClient
  clock: () => Date
}

export interface SlackUser {
  id?: string
  name?: string
  real_name?: string
  tz?: string
  deleted?: boolean
  is_bot?: boolean
  profile?: { email?: string; real_name?: string; display_name?: string } & Status
}

export interface SlackGroup {
  id?: string
  handle?: string
  name?: string
  date_delete?: number
  users?: string[]
}

const PAGE = 200
const MOST_PAGES = 500

function toPerson(user: SlackUser, now: Date): PersonFromSlack | undefined {
  if (user.id === undefined || user.name === undefined) return undefined
  return {
    id: user.id,
    handle: user.name,
    name: user.profile?.real_name ?? user.real_name ?? user.name,
    email: user.profile?.email ?? null,
    timezone: user.tz ?? null,
    isDeleted: user.deleted === true,
    isBot: user.is_bot === true || user.id === 'USLACKBOT',
    awayUntil: awayByStatus(user.profile ?? {}, now),
  }
}

/** A disabled group keeps its row and has no members. */
function toGroup(group: SlackGroup, members: string[]): GroupFromSlack | undefined {
  if (group.id === undefined || group.handle === undefined) return undefined
  const isDisabled = (group.date_delete ?? 0) > 0
  return {
    id: group.id,
    handle: group.handle,
    name: group.name ?? group.handle,
    members: isDisabled ? [] : members,
  }
}

async function readPeople(client: WebClient, now: Date): Promise<PersonFromSlack[]> {
  const people: PersonFromSlack[] = []
  let cursor = ''
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.users.list({ limit: PAGE, ...(cursor === '' ? {} : { cursor }) })
    people.push(...(answer.members ?? []).flatMap((user) => toPerson(user, now) ?? []))
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') break
  }
  return people
}

export async function syncPeople({ db, client, clock }: SyncDeps): Promise<void> {
  const now = clock()
  await savePeople(db.prisma, await readPeople(client, now), now)
  const { usergroups = [] } = await client.usergroups.list({ include_users: true, include_disabled: true })
  const groups = usergroups.flatMap((group) => toGroup(group, group.users ?? []) ?? [])
  for (const group of groups) await saveGroup(db.prisma, group, clock())
  await emptyGroupsExcept(
    db.prisma,
    groups.map(({ id }) => id),
    clock(),
  )
}

/** One person who changed or joined. */
export async function syncPerson(
  { db, clock }: Pick<SyncDeps, 'db' | 'clock'>,
  user: SlackUser,
): Promise<void> {
  const person = toPerson(user, clock())
  if (person) await savePeople(db.prisma, [person], clock())
}

/** One group that changed; members are asked for when the event does not bring them. */
export async function syncGroup({ db, client, clock }: SyncDeps, group: SlackGroup): Promise<void> {
  if (group.id === undefined) return
  const isDisabled = (group.date_delete ?? 0) > 0
  const members =
    group.users ??
    (isDisabled ? [] : ((await client.usergroups.users.list({ usergroup: group.id })).users ?? []))
  const saved = toGroup(group, members)
  if (saved) await saveGroup(db.prisma, saved, clock())
  else
    await db.prisma.personGroup.updateMany({ where: { id: group.id }, data: { members, syncedAt: clock() } })
}
