// What others are told of: who subscribes, what waits to be told, what became of it. Triggers write announcements, in the
// transaction in which a thing happens.
import type { Definition } from '../domain/workflow-file/definition.ts'
import type { Standards } from '../domain/workflow-file/standards.ts'
import type { Announced } from '../domain/workflow-file/subscription.ts'
import type { Tx } from './store/open.ts'

const CALLBACK = 'callback:'
export const callbackName = (workflow: string): string => `${CALLBACK}${workflow}`
/** The workflow whose senders are called back; undefined: a subscription of signalbox.yaml. */
export const callbackOf = (subscription: string): string | undefined =>
  subscription.startsWith(CALLBACK) ? subscription.slice(CALLBACK.length) : undefined

/** The subscriptions of signalbox.yaml, in place of those before. */
export async function writeSubscriptions(tx: Tx, { subscriptions }: Standards): Promise<void> {
  await tx.subscription.deleteMany({ where: { NOT: { name: { startsWith: CALLBACK } } } })
  await tx.subscription.createMany({
    data: Object.entries(subscriptions).map(([name, { events, workflows = [] }]) => ({
      name,
      types: events,
      workflows,
    })),
  })
}

/** A workflow that had a callback keeps its row: runs of older versions may still end. */
export async function writeCallbacks(tx: Tx, definitions: readonly Definition[]): Promise<void> {
  await tx.subscription.createMany({
    data: definitions
      .filter(({ callback }) => callback !== undefined)
      .map(({ workflow }) => ({
        name: callbackName(workflow),
        types: ['run.completed'],
        workflows: [workflow],
      })),
    skipDuplicates: true,
  })
}

export interface DueAnnouncement {
  id: string
  subscription: string
  type: Announced
  at: Date
  attempts: number
  runId: string | null
  exceptionId: string | null
  digestId: string | null
  workflow: string | null
}

/** Those that have something to be told now, and are not paused. */
export const dueSubscriptions = async (tx: Tx, at: Date): Promise<string[]> => {
  const rows = await tx.$queryRaw<{ subscription: string }[]>`
    SELECT DISTINCT subscription FROM announcement
    WHERE state = 'waiting' AND next_at <= ${at}::timestamptz
      AND (taken_until IS NULL OR taken_until <= ${at}::timestamptz)
      AND NOT EXISTS (SELECT FROM pause WHERE id IN ('all', 'subscription:' || announcement.subscription))
    ORDER BY subscription`
  return rows.map(({ subscription }) => subscription)
}

/** Takes what is due of one subscription, for as long as a call may last. */
export const takeDue = (
  tx: Tx,
  { subscription, at, until, most }: { subscription: string; at: Date; until: Date; most: number },
): Promise<DueAnnouncement[]> =>
  tx.$queryRaw<DueAnnouncement[]>`
    UPDATE announcement a SET taken_until = ${until}::timestamptz, attempts = attempts + 1
    WHERE a.id IN (
      SELECT id FROM announcement
      WHERE state = 'waiting' AND subscription = ${subscription} AND next_at <= ${at}::timestamptz
        AND (taken_until IS NULL OR taken_until <= ${at}::timestamptz)
      ORDER BY next_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
    RETURNING a.id, a.subscription, a.type, a.at, a.attempts, a.run_id AS "runId", a.exception_id AS "exceptionId",
              a.digest_id AS "digestId", a.workflow_key AS "workflow"`

export type Told =
  | { state: 'sent'; status: number; at: Date }
  /** `wasTried`: false where the target was not called, which is no try. */
  | { state: 'waiting'; nextAt: Date; wasTried: boolean; status: number | null; error: string }
  | { state: 'dead'; status: number | null; error: string }

/** What became of a try. */
export async function writeTold(tx: Tx, id: string, told: Told): Promise<void> {
  const { state, status } = told
  await tx.announcement.updateMany({
    where: { id, state: 'waiting' },
    data: {
      state,
      status,
      takenUntil: null,
      error: told.state === 'sent' ? null : told.error,
      ...(told.state === 'sent' && { sentAt: told.at }),
      ...(told.state === 'waiting' && {
        nextAt: told.nextAt,
        ...(!told.wasTried && { attempts: { decrement: 1 } }),
      }),
    },
  })
}

/** Nobody is to be told after all. */
export async function dropAnnouncement(tx: Tx, id: string): Promise<void> {
  await tx.announcement.deleteMany({ where: { id } })
}

export interface SubscriptionCounts {
  name: string
  sent: number
  waiting: number
  dead: number
  isPaused: boolean
  /** Of what waits after a try, or was given up: the last error. */
  error: string | null
}

/** By name; with those that are gone from the files while something of theirs is here. */
export const countSubscriptions = (tx: Tx): Promise<SubscriptionCounts[]> =>
  tx.$queryRaw<SubscriptionCounts[]>`
    SELECT name, count(a.id) FILTER (WHERE a.state = 'sent')::int AS sent,
           count(a.id) FILTER (WHERE a.state = 'waiting')::int AS waiting,
           count(a.id) FILTER (WHERE a.state = 'dead')::int AS dead,
           EXISTS (SELECT FROM pause WHERE id IN ('all', 'subscription:' || name)) AS "isPaused",
           (array_agg(a.error ORDER BY a.at DESC) FILTER (WHERE a.error IS NOT NULL))[1] AS error
    FROM (SELECT name FROM subscription UNION SELECT DISTINCT subscription FROM announcement) AS s
    LEFT JOIN announcement a ON a.subscription = name
    GROUP BY name ORDER BY name`

/** Newest first. */
export const listAnnouncements = (
  tx: Tx,
  subscription: string,
  { state, most }: { state?: string | undefined; most: number },
) =>
  tx.announcement.findMany({
    where: { subscription, ...(state === undefined ? {} : { state }) },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: most,
  })

/** Sends again what was given up, or one of any state; resolves with how many. */
export async function sendAgain(
  tx: Tx,
  { subscription, id, at }: { subscription: string; id?: string | undefined; at: Date },
): Promise<number> {
  const { count } = await tx.announcement.updateMany({
    where: { subscription, ...(id === undefined ? { state: 'dead' } : { id }) },
    data: { state: 'waiting', attempts: 0, nextAt: at, takenUntil: null },
  })
  return count
}

export interface GivenUp {
  subscription: string
  count: number
  /** The one that was given up first. */
  first: string
  error: string
}

export const givenUp = (tx: Tx): Promise<GivenUp[]> =>
  tx.$queryRaw<GivenUp[]>`
    SELECT subscription, count(*)::int AS count, (array_agg(id ORDER BY at, id))[1] AS first,
           (array_agg(error ORDER BY at DESC))[1] AS error
    FROM announcement WHERE state = 'dead' GROUP BY subscription ORDER BY subscription`

/** Open exceptions about what was given up, with whether nothing of that subscription is any more. */
export const openGivenUp = (tx: Tx) =>
  tx.$queryRaw<{ id: string; runId: string; subscription: string; isOver: boolean }[]>`
    SELECT e.id, e.run_id AS "runId", e.data->>'subscription' AS subscription,
           NOT EXISTS (SELECT FROM announcement a WHERE a.state = 'dead' AND a.subscription = e.data->>'subscription') AS "isOver"
    FROM exception e WHERE e.state = 'open' AND e.data->>'subscription' IS NOT NULL`

/** Who was told of these runs, and how often. */
export const toldOfRuns = (tx: Tx, runIds: string[]): Promise<{ subscription: string; n: number }[]> =>
  tx.$queryRaw`
    SELECT subscription, count(*)::int AS n FROM announcement
    WHERE run_id = ANY(${runIds}::text[]) AND attempts > 0 GROUP BY subscription ORDER BY subscription`

/** The log of what was told, and what nobody sent again, is kept for a while. */
export async function dropTold(tx: Tx, before: Date): Promise<void> {
  await tx.announcement.deleteMany({ where: { state: { in: ['sent', 'dead'] }, at: { lt: before } } })
}
