// Whether whoever does something in Slack is one of us. Somebody whom the directory does not know is asked for once; whom
// Slack does not know either is remembered, so that their presses cost it nothing.
import type { WebClient } from '@slack/web-api'
import type { Database } from '../db/open.ts'
import { readWorkspace } from '../db/workspace.ts'
import { isMember, isOurTeam } from '../domain/membership.ts'
import { refusedForGood } from './slack-fault.ts'
import { syncPerson } from './sync-people.ts'

export interface Arrival {
  userId: string
  /** The teams that Slack names: of the workspace where it was done, and of who did it. */
  teamIds: string[]
  enterpriseId: string | null
}

/** later: Slack could not be asked in time who this is; nothing was done. */
export type Admission = 'admitted' | 'refused' | 'later'

interface Deps {
  db: Database
  client: WebClient
  clock: () => Date
}

// Slack waits three seconds for an answer, and the person for what they pressed.
const ASK_WITHIN_MS = 1500
const REFUSED_FOR_MS = 3_600_000
const MOST_REFUSED = 5000

export function makeAdmission(deps: Deps): (arrival: Arrival) => Promise<Admission> {
  const { db, client, clock } = deps
  const unknownUntil = new Map<string, number>()
  const asking = new Map<string, Promise<void>>()

  const find = (id: string) => db.prisma.person.findUnique({ where: { id } })

  async function ask(id: string): Promise<void> {
    try {
      const { user } = await client.users.info({ user: id })
      if (user) await syncPerson(deps, user)
    } catch (error) {
      if (refusedForGood(error) === undefined) throw error
      if (unknownUntil.size >= MOST_REFUSED) unknownUntil.clear()
      unknownUntil.set(id, clock().getTime() + REFUSED_FOR_MS)
    }
  }

  async function askOnce(id: string): Promise<void> {
    if ((unknownUntil.get(id) ?? 0) > clock().getTime()) return
    const asked = asking.get(id) ?? ask(id).finally(() => asking.delete(id))
    asking.set(id, asked)
    await asked
  }

  return async ({ userId, teamIds, enterpriseId }) => {
    let person = await find(userId)
    if (!person) {
      const late = Promise.withResolvers<'late'>()
      const timer = setTimeout(() => late.resolve('late'), ASK_WITHIN_MS)
      const first = await Promise.race([askOnce(userId).catch(() => 'late' as const), late.promise])
      clearTimeout(timer)
      if (first === 'late') return 'later'
      person = await find(userId)
    }
    const ours = await readWorkspace(db.prisma)
    if (!ours) return 'later'
    if (!person || !isMember(person, ours)) return 'refused'
    const isHere = teamIds.every((teamId) => isOurTeam({ teamId, enterpriseId }, ours))
    return isHere || ours.guests.includes(userId) ? 'admitted' : 'refused'
  }
}

/** Whether an event comes from our workspace; true while it is not known which that is. */
export async function isOurEvent(
  { db }: Pick<Deps, 'db'>,
  arrival: Omit<Arrival, 'userId'>,
): Promise<boolean> {
  const ours = await readWorkspace(db.prisma)
  const { teamIds, enterpriseId } = arrival
  return !ours || teamIds.every((teamId) => isOurTeam({ teamId, enterpriseId }, ours))
}
