// Open exceptions that time has something to say about.
import type { Tx } from '../store/open.ts'
import { exists } from '../store/exists.ts'
import { Prisma } from '../generated/client.ts'
import { isMemberSql, workspaceSql } from '../people/workspace.ts'

export interface WatchedException {
  id: string
  runId: string
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

const AT_ONCE = 500

// The open ones are taken first: by their ids alone PostgreSQL might walk through all there ever were.
const page = (tx: Tx, condition: Prisma.Sql, after: string): Promise<WatchedException[]> =>
  tx.$queryRaw<WatchedException[]>`
    WITH open AS MATERIALIZED (
      SELECT * FROM exception e WHERE e.state = 'open' AND e.id > ${after} AND ${condition}
    )
    SELECT e.id, e.run_id AS "runId", r.version_id AS "versionId", r.route, e.owner_spec AS "ownerSpec", e.owner_id AS "ownerId",
      e.owner_since AS "ownerSince", w.owner_spec AS "workflowOwnerSpec", e.snoozed_until AS "snoozedUntil",
      e.reminded_at AS "remindedAt", e.escalation, e.reason, e.policy, e.data
    FROM open e JOIN run r ON r.id = e.run_id JOIN workflow w ON w.key = e.workflow_key
    ORDER BY e.id LIMIT ${AT_ONCE}`

/** All of them, however many, oldest first. */
async function* read(tx: Tx, condition: Prisma.Sql): AsyncGenerator<WatchedException> {
  let after = ''
  for (;;) {
    const found = await page(tx, condition, after)
    yield* found
    if (found.length < AT_ONCE) return
    after = found.at(-1)?.id ?? ''
  }
}

const snoozeOver = (at: Date) => Prisma.sql`e.snoozed_until <= ${at}`
/** Owned by a person who is no member any more, by a group in which nobody is left, or by nobody. */
const orphaned = Prisma.sql`(e.owner_id IS NULL
  OR EXISTS (SELECT 1 FROM person p, ${workspaceSql} WHERE p.id = e.owner_id AND NOT ${isMemberSql})
  OR EXISTS (SELECT 1 FROM person_group g WHERE g.id = e.owner_id AND NOT EXISTS (
    SELECT 1 FROM person p, ${workspaceSql} WHERE p.id = ANY(g.members) AND ${isMemberSql})))`
/** Somebody was on it until then, and it is still open. */
const decayed = (acknowledgedBefore: Date) => Prisma.sql`e.acknowledged_at <= ${acknowledgedBefore}`
/** Nobody acted in time: it goes on without them. */
const timedOut = (at: Date) => Prisma.sql`e.times_out_at <= ${at}`
/** Past their due time, nobody on it, not snoozed. */
const overdue = (at: Date) =>
  Prisma.sql`e.due_at <= ${at} AND e.acknowledged_at IS NULL AND (e.snoozed_until IS NULL OR e.snoozed_until <= ${at})`

export const snoozesOver = (tx: Tx, at: Date) => read(tx, snoozeOver(at))
export const timedOutExceptions = (tx: Tx, at: Date) => read(tx, timedOut(at))
export const orphanedExceptions = (tx: Tx) => read(tx, orphaned)
export const decayedExceptions = (tx: Tx, acknowledgedBefore: Date) => read(tx, decayed(acknowledgedBefore))
export const overdueExceptions = (tx: Tx, at: Date) => read(tx, overdue(at))

/** Whether time has something to say about any open exception. */
export const isAnyWatched = (tx: Tx, at: Date, acknowledgedBefore: Date): Promise<boolean> =>
  exists(
    tx,
    Prisma.sql`SELECT FROM exception e WHERE e.state = 'open' AND (
      ${snoozeOver(at)} OR ${decayed(acknowledgedBefore)} OR (${overdue(at)}) OR ${orphaned})`,
  )
