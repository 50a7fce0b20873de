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
}

const MOST_AT_ONCE = 500

const read = (tx: Tx, condition: Prisma.Sql): Promise<WatchedException[]> =>
  tx.$queryRaw<WatchedException[]>`
    SELECT e.id, r.version_id AS "versionId", r.route, e.owner_spec AS "ownerSpec", e.owner_id AS "ownerId",
      e.owner_since AS "ownerSince", w.owner_spec AS "workflowOwnerSpec", e.snoozed_until AS "snoozedUntil",
      e.reminded_at AS "remindedAt", e.escalation, e.reason, e.policy
    FROM exception e JOIN run r ON r.id = e.run_id JOIN workflow w ON w.key = e.workflow_key
    WHERE e.state = 'open' AND ${condition}
    ORDER BY e.due_at NULLS LAST LIMIT ${MOST_AT_ONCE}`

export const snoozesOver = (tx: Tx, at: Date): Promise<WatchedException[]> =>
  read(tx, Prisma.sql`e.snoozed_until <= ${at}`)

/** Owned by a person who was deactivated. */
export const orphanedExceptions = (tx: Tx): Promise<WatchedException[]> =>
  read(tx, Prisma.sql`EXISTS (SELECT 1 FROM person p WHERE p.id = e.owner_id AND p.is_deleted)`)

/** Somebody was on it until then, and it is still open. */
export const decayedExceptions = (tx: Tx, acknowledgedBefore: Date): Promise<WatchedException[]> =>
  read(tx, Prisma.sql`e.acknowledged_at <= ${acknowledgedBefore}`)

/** Past their due time, nobody on it, not snoozed, least recently reminded first. */
export const overdueExceptions = (tx: Tx, at: Date): Promise<WatchedException[]> =>
  read(
    tx,
    Prisma.sql`e.due_at <= ${at} AND e.acknowledged_at IS NULL AND (e.snoozed_until IS NULL OR e.snoozed_until <= ${at})`,
  )
