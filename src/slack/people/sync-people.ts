// People and user groups from Slack into the database: all of them at start and nightly, single ones on events. A method
// that Slack refuses for good is noted, and the rest goes on.
import type { WebClient } from '@slack/web-api'
import { bindNames } from '../../db/people/bind-names.ts'
import type { Database } from '../../db/store/open.ts'
import {
  emptyGroupsExcept,
  type GroupFromSlack,
  type PersonFromSlack,
  saveGroup,
  savePeople,
} from '../../db/people/people-sync.ts'
import { noteGroupsRefused, saveWorkspace } from '../../db/people/workspace.ts'
import { allPages } from '../api/all-pages.ts'
import { awayByStatus, type Status } from './away-status.ts'
import { refusedForGood } from '../api/slack-fault.ts'

export interface SyncDeps {
  db: Database
  client: WebClient
  clock: () => Date
}

export interface SlackUser {
  id?: string
  team_id?: string
  name?: string
  real_name?: string
  tz?: string
  deleted?: boolean
  is_bot?: boolean
  is_restricted?: boolean
  is_ultra_restricted?: boolean
  is_stranger?: boolean
  enterprise_user?: { enterprise_id?: string }
  profile?: { email?: string; real_name?: string; display_name?: string } & Status
}

export interface SlackGroup {
  id?: string
  team_id?: string
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
    teamId: user.team_id ?? null,
    enterpriseId: user.enterprise_user?.enterprise_id ?? null,
    isRestricted: user.is_restricted === true,
    isUltraRestricted: user.is_ultra_restricted === true,
    isStranger: user.is_stranger === true,
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
    teamId: group.team_id ?? null,
  }
}

async function readPeople(client: WebClient, now: Date): Promise<PersonFromSlack[]> {
  const pages = await allPages((at) => client.users.list({ limit: PAGE, ...at }), MOST_PAGES)
  return pages.flatMap(({ members = [] }) => members.flatMap((user) => toPerson(user, now) ?? []))
}

/** Which workspace this is: without it nobody is one of us. */
async function syncWorkspace({ db, client, clock }: SyncDeps): Promise<void> {
  const { team_id: teamId, enterprise_id: enterpriseId } = await client.auth.test()
  if (teamId === undefined) throw new Error('Slack did not say which workspace this is')
  await saveWorkspace(db.prisma, { teamId, enterpriseId: enterpriseId ?? null }, clock())
}

/** Groups as they were last told stay when Slack refuses to tell them: who was in one keeps what is theirs. */
async function syncGroups({ db, client, clock }: SyncDeps): Promise<void> {
  const { usergroups = [] } = await client.usergroups.list({ include_users: true, include_disabled: true })
  const groups = usergroups.flatMap((group) => toGroup(group, group.users ?? []) ?? [])
  for (const group of groups) await saveGroup(db.prisma, group, clock())
  await emptyGroupsExcept(
    db.prisma,
    groups.map(({ id }) => id),
    clock(),
  )
}

/**
 * Reads everything. Throws what may pass by itself (an outage, a rate limit), for the caller to try again; what Slack
 * refuses for good is returned as its word for each method: asking again before an operator has acted would change nothing.
 */
export async function syncPeople(deps: SyncDeps): Promise<Record<string, string>> {
  const { db, client, clock } = deps
  const refused: Record<string, string> = {}
  const attempt = async (method: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      const code = refusedForGood(error)
      if (code === undefined) throw error
      refused[method] = code
    }
  }
  try {
    await attempt('auth.test', () => syncWorkspace(deps))
    await attempt('users.list', async () => {
      const now = clock()
      await savePeople(db.prisma, await readPeople(client, now), now)
    })
    await attempt('usergroups.list', () => syncGroups(deps))
    await noteGroupsRefused(db.prisma, refused['usergroups.list'] ?? null, clock())
  } finally {
    // Whom the people that were told mean does not wait for the rest.
    await bindNames(db, clock())
  }
  return refused
}

/** One person who changed or joined, or whom the directory did not know. */
export async function syncPerson(
  { db, clock }: Pick<SyncDeps, 'db' | 'clock'>,
  user: SlackUser,
): Promise<void> {
  const person = toPerson(user, clock())
  if (!person) return
  await savePeople(db.prisma, [person], clock())
  await bindNames(db, clock())
}

/** One group that changed; members are asked for when the event does not bring them. */
export async function syncGroup(deps: SyncDeps, group: SlackGroup): Promise<void> {
  const { db, client, clock } = deps
  if (group.id === undefined) return
  const isDisabled = (group.date_delete ?? 0) > 0
  const members =
    group.users ??
    (isDisabled ? [] : ((await client.usergroups.users.list({ usergroup: group.id })).users ?? []))
  const saved = toGroup(group, members)
  if (saved) await saveGroup(db.prisma, saved, clock())
  else
    await db.prisma.personGroup.updateMany({ where: { id: group.id }, data: { members, syncedAt: clock() } })
  await bindNames(db, clock())
}
