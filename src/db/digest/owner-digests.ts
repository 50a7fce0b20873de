// What waits for each person now: what they own themselves, and what a group owns that they are in.
import type { OwnerDigest } from '../../domain/digest/owner-digest.ts'
import type { Tx } from '../store/open.ts'
import { isMemberSql, workspaceSql } from '../people/workspace.ts'

const MOST_ITEMS = 10

interface WaitingRow {
  ownerId: string
  title: string
  subject: string | null
  reason: string
  openedAt: Date
  dueAt: Date | null
}

/**
 * By person, of what they had when the digest was due: what came later waits for the next one. Snoozed exceptions are
 * left alone until they wake; people who are away or gone get nothing.
 */
export async function readOwnerDigests(
  tx: Tx,
  { at, dueAt }: { at: Date; dueAt: Date },
): Promise<Map<string, OwnerDigest>> {
  const rows = await tx.$queryRaw<WaitingRow[]>`
    SELECT p.id AS "ownerId", w.title, r.subject, e.reason, e.opened_at AS "openedAt", e.due_at AS "dueAt"
    FROM exception e JOIN run r ON r.id = e.run_id JOIN workflow w ON w.key = e.workflow_key
    LEFT JOIN person_group g ON g.id = e.owner_id
    JOIN person p ON p.id = e.owner_id OR p.id = ANY(g.members) CROSS JOIN ${workspaceSql}
    WHERE e.state = 'open' AND e.owner_since <= ${dueAt}::timestamptz
      AND (e.snoozed_until IS NULL OR e.snoozed_until <= ${dueAt}::timestamptz)
      AND ${isMemberSql}
      AND COALESCE(GREATEST(p.away_until, p.status_away_until), '-infinity') <= ${at}::timestamptz
    ORDER BY p.id, e.due_at NULLS LAST, e.opened_at, e.id`
  const found = new Map<string, OwnerDigest>()
  for (const { ownerId, openedAt, dueAt: answerBy, ...row } of rows) {
    const digest = found.get(ownerId) ?? {
      version: 1,
      kind: 'owner',
      takenAt: at.toISOString(),
      open: 0,
      overdue: 0,
      items: [],
    }
    digest.open += 1
    if (answerBy !== null && answerBy < at) digest.overdue += 1
    if (digest.items.length < MOST_ITEMS)
      digest.items.push({
        ...row,
        openedAt: openedAt.toISOString(),
        dueAt: answerBy?.toISOString() ?? null,
      })
    found.set(ownerId, digest)
  }
  return found
}
