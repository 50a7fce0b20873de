// Open exceptions that time has something to say about.
import type { Tx } from './open.ts'
import { Prisma } from './generated/client.ts'

export interface WatchedException {
  id: string
  versionId: string
  route: string | null
  ownerSpec: string
  ownerId: string | null
  ownerSince: Date
  workflowOwnerSpec: string
  snoozedUntil: Date | null
  remindedAt: Date | null
  escalation: number
  reason: string
  policy: { by: string[] }
  data: unknown
}

const MOST_AT_ONCE = 500

const soonestDue = Prisma.sql`e.due_at NULLS LAST`

const read = (tx: Tx, condition: Prisma.Sql, order = soonestDue): Promise<WatchedException[]> =>
  tx.$queryRaw<WatchedException[]>`
    SELECT e.id, r.version_id AS "versionId", r.route, e.owner_spec AS "ownerSpec", e.owner_id AS "ownerId",
      e.owner_since AS "ownerSince", w.owner_spec AS "workflowOwnerSpec", e.snoozed_until AS "snoozedUntil",
      e.reminded_at AS "remindedAt", e.escalation, e.reason, e.policy, e.data
    FROM exception e JOIN run r ON r.id = e.run_id JOIN workflow w ON w.key = e.workflow_key
    WHERE e.state = 'open' AND ${condition}
    ORDER BY ${order} LIMIT ${MOST_AT_ONCE}`

export const snoozesOver = (tx: Tx, at: Date): Promise<WatchedException[]> =>
  read(tx, Prisma.sql`e.snoozed_until <= ${at}`)

/** Owned by a person who was deactivated, by a group in which nobody is left, or by nobody. */
export const orphanedExceptions = (tx: Tx): Promise<WatchedException[]> =>
  read(
    tx,
    Prisma.sql`(e.owner_id IS NULL OR EXISTS (SELECT 1 FROM person p WHERE p.id = e.owner_id AND p.is_deleted)
      OR EXISTS (SELECT 1 FROM person_group g WHERE g.id = e.owner_id AND NOT EXISTS (
        SELECT 1 FROM person p WHERE p.id = ANY(g.members) AND NOT p.is_deleted AND NOT p.is_bot)))`,
  )

/** Somebody was on it until then, and it is still open. */
export const decayedExceptions = (tx: Tx, acknowledgedBefore: Date): Promise<WatchedException[]> =>
  read(tx, Prisma.sql`e.acknowledged_at <= ${acknowledgedBefore}`)

/** Past their due time, nobody on it, not snoozed, least recently reminded first: however many, each has its turn. */
export const overdueExceptions = (tx: Tx, at: Date): Promise<WatchedException[]> =>
  read(
    tx,
    Prisma.sql`e.due_at <= ${at} AND e.acknowledged_at IS NULL AND (e.snoozed_until IS NULL OR e.snoozed_until <= ${at})`,
    Prisma.sql`e.reminded_at NULLS FIRST, e.due_at`,
  )
