// Storms: exceptions of one kind stand as one card. Their own cards are folded into it: never posted, and what changes in
// them changes the storm's card. Which are folded is decided in src/domain/exceptions/storm-folds.ts.
import { EVERYTHING, type Fold, planFolds, type WaitingGroup } from '../../domain/exceptions/storm-folds.ts'
import { newId } from '../store/ids.ts'
import type { Database, Tx } from '../store/open.ts'

const WINDOW_MS = 60_000
/** A storm that has been quiet for so long is over: what comes then stands by itself, or begins a new one. */
const QUIET_MS = 10 * 60_000
// The number is ours alone: replicas fold one after the other.
const FOLD_LOCK = 7_146_295_303n

/** `mine`: cards that this notifier has claimed and not posted yet; they wait too. */
const waitingGroups = (tx: Tx, at: Date, mine: string[]): Promise<WaitingGroup[]> =>
  tx.$queryRaw<WaitingGroup[]>`
    WITH unposted AS (
      SELECT c.id, c.kind, c.channel, c.subject_id, c.post_started_at IS NULL
          AND (c.lease_until IS NULL OR c.lease_until <= ${at} OR c.id = ANY(${mine}::text[])) AS is_free
      FROM card c
      WHERE c.kind IN ('exception', 'storm') AND c.wanted_revision > c.posted_revision AND c.ts IS NULL
        AND c.folded_into IS NULL
    ), waiting AS (
      SELECT e.fingerprint, e.workflow_key AS workflow, e.reason, c.channel, array_agg(c.id) AS ids, min(e.opened_at) AS first
      FROM unposted c JOIN exception e ON e.id = c.subject_id
      WHERE c.kind = 'exception' AND c.is_free GROUP BY 1, 2, 3, 4
    ), storm AS NOT MATERIALIZED (
      SELECT s.id, s.channel, s.subject_id, s.created_at FROM card s
      WHERE s.kind = 'storm' AND (
        s.id IN (SELECT id FROM unposted)
        OR EXISTS (SELECT 1 FROM card m JOIN exception e ON e.id = m.subject_id
                   WHERE m.folded_into = s.id AND e.opened_at > ${new Date(at.getTime() - QUIET_MS)}))
    )
    SELECT waiting.*,
      (SELECT count(*)::int FROM exception e JOIN card c ON c.kind = 'exception' AND c.subject_id = e.id
        WHERE e.fingerprint = waiting.fingerprint AND e.opened_at > ${new Date(at.getTime() - WINDOW_MS)}
          AND (c.ts IS NOT NULL OR c.post_started_at IS NOT NULL OR c.lease_until > ${at})
          AND NOT c.id = ANY(${mine}::text[])) AS recent,
      (SELECT id FROM storm s WHERE s.channel = waiting.channel AND starts_with(s.subject_id, waiting.fingerprint || '@')
        ORDER BY s.created_at DESC LIMIT 1) AS storm,
      (SELECT id FROM storm s WHERE s.channel = waiting.channel
        AND starts_with(s.subject_id, waiting.workflow || '/' || waiting.reason || '@')
        ORDER BY s.created_at DESC LIMIT 1) AS wider,
      (SELECT id FROM storm s WHERE s.channel = waiting.channel AND starts_with(s.subject_id, waiting.workflow || '@')
        ORDER BY s.created_at DESC LIMIT 1) AS "ofWorkflow",
      (SELECT id FROM storm s WHERE s.channel = waiting.channel AND starts_with(s.subject_id, ${`${EVERYTHING}@`})
        ORDER BY s.created_at DESC LIMIT 1) AS "ofChannel",
      (SELECT count(*)::int FROM unposted u WHERE u.channel = waiting.channel AND NOT (u.kind = 'exception' AND u.is_free))
        AS besides
    FROM waiting`

async function fold(
  tx: Tx,
  { kind, channel, ids, storm, first }: Fold,
  { at, mine }: { at: Date; mine: string[] },
): Promise<string[]> {
  const id = storm ?? newId('card')
  if (storm === null) {
    await tx.card.create({
      data: {
        id,
        kind: 'storm',
        subjectId: `${kind}@${first.toISOString()}/${channel}`,
        channel,
        nextTryAt: at,
        createdAt: at,
      },
    })
  }
  const folded = await tx.$queryRaw<{ id: string }[]>`
    UPDATE card SET folded_into = ${id}, posted_revision = wanted_revision, lease_until = NULL
    WHERE id = ANY(${ids}::text[]) AND ts IS NULL AND post_started_at IS NULL AND folded_into IS NULL
      AND (lease_until IS NULL OR lease_until <= ${at} OR id = ANY(${mine}::text[]))
    RETURNING id`
  if (folded.length > 0) await tx.card.update({ where: { id }, data: { wantedRevision: { increment: 1 } } })
  return folded.map((one) => one.id)
}

/**
 * Folds what has become a storm, also out of the cards just claimed (`mine`); resolves with the folded ones. After
 * the claim, not before it: what arrives between the two is then counted, and cannot slip past as one card more.
 */
export async function foldStorms(
  db: Pick<Database, 'prisma' | 'transaction'>,
  { at, mine }: { at: Date; mine: string[] },
): Promise<Set<string>> {
  await db.prisma.$executeRaw`
    WITH changed AS (
      UPDATE card SET posted_revision = wanted_revision
      WHERE folded_into IS NOT NULL AND wanted_revision > posted_revision RETURNING folded_into
    )
    UPDATE card SET wanted_revision = wanted_revision + 1 WHERE id IN (SELECT folded_into FROM changed)`
  if (planFolds(await waitingGroups(db.prisma, at, mine)).length === 0) return new Set()
  return db.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FOLD_LOCK})`
    const folded = new Set<string>()
    for (const one of planFolds(await waitingGroups(tx, at, mine)))
      for (const id of await fold(tx, one, { at, mine })) folded.add(id)
    return folded
  })
}
