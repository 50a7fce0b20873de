// What is told of a thing that happened: the envelope of Standard Webhooks (standardwebhooks.com, "Payload structure"), with ids,
// names and times, and nothing of what a run's event or record holds.
import type { Announced } from './workflow-file/subscription.ts'
import type { JsonObject } from './values/json.ts'

interface Person {
  id: string
  name: string
}

export interface AnnouncedRun {
  id: string
  workflow: string
  subject: string | null
  receivedAt: Date
  outcome: string | null
  route: string | null
  endedAt: Date | null
}
export interface AnnouncedException {
  id: string
  reason: string
  owner: Person | null
  openedAt: Date
  dueAt: Date | null
  /** Steps of escalation so far. */
  escalation: number
  resolvedAs: string | null
  resolvedBy: Person | null
  resolvedAt: Date | null
}
export interface AnnouncedDigest {
  id: string
  name: string
  from: Date
  to: Date
}
export interface Happened {
  type: Announced
  at: Date
  run: AnnouncedRun | undefined
  exception: AnnouncedException | undefined
  digest: AnnouncedDigest | undefined
}

const iso = (at: Date | null): string | null => at && at.toISOString()
const personJson = (person: Person | null): JsonObject | null =>
  person && { id: person.id, name: person.name }

const runJson = (run: AnnouncedRun, type: Announced): JsonObject => ({
  id: run.id,
  workflow: run.workflow,
  subject: run.subject,
  received_at: iso(run.receivedAt),
  ...(type === 'run.completed' && { outcome: run.outcome, route: run.route, ended_at: iso(run.endedAt) }),
})

const exceptionJson = (one: AnnouncedException, type: Announced): JsonObject => ({
  id: one.id,
  reason: one.reason,
  owner: personJson(one.owner),
  opened_at: iso(one.openedAt),
  due_at: iso(one.dueAt),
  ...(type === 'exception.escalated' && { escalation: one.escalation }),
  ...(type === 'exception.resolved' && {
    resolved_as: one.resolvedAs,
    resolved_by: personJson(one.resolvedBy),
    resolved_at: iso(one.resolvedAt),
  }),
})

export const announcementJson = ({ type, at, run, exception, digest }: Happened): JsonObject => ({
  type,
  timestamp: at.toISOString(),
  data: {
    ...(run && { run: runJson(run, type) }),
    ...(exception && { exception: exceptionJson(exception, type) }),
    ...(digest && {
      digest: {
        id: digest.id,
        name: digest.name,
        from: digest.from.toISOString(),
        to: digest.to.toISOString(),
      },
    }),
  },
})

/** Waits between tries, as Standard Webhooks recommends: a receiver may be away for a weekend. */
const HOURS = 3_600_000
const WAITS_MS = [
  5_000,
  5 * 60_000,
  30 * 60_000,
  2 * HOURS,
  5 * HOURS,
  10 * HOURS,
  14 * HOURS,
  20 * HOURS,
  24 * HOURS,
]

const MINUTES = 60_000
/** Whoever is to be woken is woken soon, or somebody else has to hear of it. */
const URGENT_WAITS_MS = [5_000, MINUTES, 5 * MINUTES, 15 * MINUTES, 30 * MINUTES]

/** How long until the next try after so many; undefined: it is given up. */
export const nextTryMs = (type: Announced, attempts: number): number | undefined =>
  (type === 'exception.escalated' ? URGENT_WAITS_MS : WAITS_MS)[attempts - 1]

const HTTP = 'http://'

/** Whether an address may be called: its host is one of those that the workflow names, and so is plain http. */
export function isCallable(text: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, host, username, password } = new URL(text)
  if (username !== '' || password !== '') return false
  const names = hosts.flatMap((one) => {
    const isPlain = one.startsWith(HTTP)
    return protocol === (isPlain ? 'http:' : 'https:') ? [isPlain ? one.slice(HTTP.length) : one] : []
  })
  return names.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one))
}
