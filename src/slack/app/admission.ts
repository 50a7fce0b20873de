// Whether whoever does something in Slack is one of us. Somebody whom the directory does not know is asked for once; whom
// Slack does not know either is remembered, so that their presses cost it nothing.
import type { WebClient } from '@slack/web-api'
import type { Database } from '../../db/store/open.ts'
import { memberIds, readWorkspace } from '../../db/people/workspace.ts'
import { isFromUs, isMember, type Origin, type Workspace } from '../../domain/people/membership.ts'
import { refusedForGood } from '../api/slack-fault.ts'
import { syncPerson } from '../people/sync-people.ts'

/** Its teams: of the workspace where it was done, and of who did it. */
export interface Arrival extends Origin {
  userId: string
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

// A window opens within three seconds of its press or never, and a busy database may take as long: members are known
// beforehand. Who is none any more is refused here within this time, and at once by whatever asks what they may do.
const FRESH_MS = 30_000

interface Known {
  ours: Workspace
  members: Set<string>
}

export interface Admitting {
  admit(arrival: Arrival): Promise<Admission>
  /** People, or which workspace this is, changed: reads again. */
  changed(): Promise<void>
}

const isHere = (arrival: Arrival, ours: Workspace): boolean =>
  ours.guests.includes(arrival.userId) || isFromUs(arrival, ours)

export function makeAdmission(deps: Deps): Admitting {
  const { db, client, clock } = deps
  let known: Known | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const startedAt = performance.now()
    const ours = await readWorkspace(db.prisma)
    known = ours && { ours, members: new Set(await memberIds(db.prisma)) }
    readAt = startedAt
  }
  const refresh = (): Promise<void> =>
    (reading ??= read().finally(() => {
      reading = undefined
    }))
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

  async function admitUnknown(arrival: Arrival): Promise<Admission> {
    const { userId } = arrival
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
    known?.members.add(userId)
    return isHere(arrival, ours) ? 'admitted' : 'refused'
  }

  return {
    async admit(arrival) {
      if (!known?.members.has(arrival.userId)) return admitUnknown(arrival)
      // What cannot be read again now is read at the next arrival.
      if (performance.now() - readAt > FRESH_MS) refresh().catch(() => {})
      return isHere(arrival, known.ours) ? 'admitted' : 'refused'
    },
    async changed() {
      // One that is under way may have begun before the change.
      await reading?.catch(() => {})
      await refresh()
    },
  }
}

/** Whether an event comes from our workspace; true while it is not known which that is. */
export async function isOurEvent({ db }: Pick<Deps, 'db'>, origin: Origin): Promise<boolean> {
  const ours = await readWorkspace(db.prisma)
  return !ours || isFromUs(origin, ours)
}
