// Storms: exceptions of one kind (fingerprint) beyond a few a minute stand as one card. Their own cards are folded
// into it: never posted, and what changes in them changes the storm's card.
import { isReason, type Reason } from '../domain/reasons.ts'
import { type ExceptionLine, readException } from './exception-view.ts'
import { newId } from './ids.ts'
import type { Database, Tx } from './open.ts'
import { type Origin, originOf } from './own-channel.ts'
import { labelledOwners } from './people.ts'

const WINDOW_MS = 60_000
/** A storm that has been quiet for so long is over: what comes then stands by itself, or begins a new one. */
const QUIET_MS = 10 * 60_000
// The number is ours alone: replicas fold one after the other.
const FOLD_LOCK = 7_146_295_303n
// What failed is one fault seen often; what asks for a judgement is looked at one by one for longer.
const judged: ReadonlySet<string> = new Set(['approval_required', 'needs_judgement', 'duplicate_suspected'])
const FEW_FAILED = 2
const FEW_JUDGED = 10

interface Fresh {
  fingerprint: string
  channel: string
  reason: string
  ids: string[]
  recent: number
  storm: string | null
  first: Date
}

const few = (reason: string): number => (judged.has(reason) ? FEW_JUDGED : FEW_FAILED)

/** `mine`: cards that this notifier has claimed and not posted yet; they count as fresh. */
const freshByKind = (tx: Tx, at: Date, mine: string[]): Promise<Fresh[]> =>
  tx.$queryRaw<Fresh[]>`
    WITH fresh AS (
      SELECT e.fingerprint, c.channel, min(e.reason) AS reason, array_agg(c.id) AS ids, min(e.opened_at) AS first
      FROM card c JOIN exception e ON e.id = c.subject_id
      WHERE c.kind = 'exception' AND c.wanted_revision > c.posted_revision AND c.ts IS NULL
        AND c.post_started_at IS NULL AND c.folded_into IS NULL AND c.tries = 0
        AND (c.lease_until IS NULL OR c.lease_until <= ${at} OR c.id = ANY(${mine}::text[]))
      GROUP BY 1, 2
    )
    SELECT fresh.*,
      (SELECT count(*)::int FROM exception e JOIN card c ON c.kind = 'exception' AND c.subject_id = e.id
        WHERE e.fingerprint = fresh.fingerprint AND e.opened_at > ${new Date(at.getTime() - WINDOW_MS)}
          AND (c.ts IS NOT NULL OR c.post_started_at IS NOT NULL OR c.lease_until > ${at})
          AND NOT c.id = ANY(${mine}::text[])) AS recent,
      (SELECT s.id FROM card s WHERE s.kind = 'storm' AND s.channel = fresh.channel
        AND starts_with(s.subject_id, fresh.fingerprint || '@')
        AND EXISTS (SELECT 1 FROM card m JOIN exception e ON e.id = m.subject_id
                    WHERE m.folded_into = s.id AND e.opened_at > ${new Date(at.getTime() - QUIET_MS)})
        ORDER BY s.created_at DESC LIMIT 1) AS storm
    FROM fresh`

const isStorm = ({ storm, ids, recent, reason }: Fresh): boolean =>
  storm !== null || ids.length + recent > few(reason)

async function fold(tx: Tx, fresh: Fresh, { at, mine }: { at: Date; mine: string[] }): Promise<string[]> {
  const storm = fresh.storm ?? newId('card')
  if (fresh.storm === null) {
    await tx.card.create({
      data: {
        id: storm,
        kind: 'storm',
        subjectId: `${fresh.fingerprint}@${fresh.first.toISOString()}/${fresh.channel}`,
        channel: fresh.channel,
        nextTryAt: at,
        createdAt: at,
      },
    })
  }
  const folded = await tx.$queryRaw<{ id: string }[]>`
    UPDATE card SET folded_into = ${storm}, posted_revision = wanted_revision, lease_until = NULL
    WHERE id = ANY(${fresh.ids}::text[]) AND ts IS NULL AND post_started_at IS NULL AND folded_into IS NULL
      AND (lease_until IS NULL OR lease_until <= ${at} OR id = ANY(${mine}::text[]))
    RETURNING id`
  if (folded.length > 0)
    await tx.card.update({ where: { id: storm }, data: { wantedRevision: { increment: 1 } } })
  return folded.map(({ id }) => id)
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
  if (!(await freshByKind(db.prisma, at, mine)).some(isStorm)) return new Set()
  return db.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FOLD_LOCK})`
    const folded = new Set<string>()
    for (const fresh of await freshByKind(tx, at, mine)) {
      if (isStorm(fresh)) for (const id of await fold(tx, fresh, { at, mine })) folded.add(id)
    }
    return folded
  })
}

export interface StormView extends Origin {
  id: string
  title: string
  reason: Reason
  detail: string
  total: number
  open: number
  firstAt: Date
  lastAt: Date
  /** The newest open ones; of the list, those of a page. */
  members: ExceptionLine[]
}

export const stormPage = 15

/** `page` of its open members, from 0. */
export async function readStorm(tx: Tx, id: string, page = 0): Promise<StormView | undefined> {
  const [sum] = await tx.$queryRaw<
    {
      title: string
      reason: string
      newest: string
      total: number
      open: number
      firstAt: Date
      lastAt: Date
    }[]
  >`
    SELECT min(w.title) AS title, min(e.reason) AS reason,
      (array_agg(e.id ORDER BY e.opened_at DESC))[1] AS newest, count(*)::int AS total,
      count(*) FILTER (WHERE e.state = 'open')::int AS open, min(e.opened_at) AS "firstAt",
      max(e.opened_at) AS "lastAt"
    FROM card c JOIN exception e ON e.id = c.subject_id JOIN workflow w ON w.key = e.workflow_key
    WHERE c.folded_into = ${id} HAVING count(*) > 0`
  if (!sum) return undefined
  const members = await tx.$queryRaw<ExceptionLine[]>`
    SELECT e.id, e.run_id AS "runId", e.workflow_key AS workflow, r.subject, e.reason,
      COALESCE(CASE WHEN e.reason = 'no_eligible_owner' THEN e.data->>'instead_of' END, e.reason) AS "stoppedBy",
      e.owner_spec AS "ownerSpec",
      e.owner_id AS "ownerId", e.opened_at AS "openedAt", e.due_at AS "dueAt", e.revision
    FROM card c JOIN exception e ON e.id = c.subject_id JOIN run r ON r.id = e.run_id
    WHERE c.folded_into = ${id} AND e.state = 'open' ORDER BY e.opened_at DESC, e.id
    LIMIT ${stormPage} OFFSET ${page * stormPage}`
  const owners = await labelledOwners(
    tx,
    members.map(({ ownerSpec }) => ownerSpec),
  )
  const lines = members.map((one) => ({ ...one, ownerSpec: owners.get(one.ownerSpec) ?? one.ownerSpec }))
  // Read with its run, so that what is secret or personal in it is masked.
  const { newest, ...rest } = sum
  const view = await readException(tx, newest)
  if (!view) return undefined
  return {
    ...rest,
    ...(await originOf(tx, view.run)),
    detail: view.exception.detail,
    id,
    reason: isReason(sum.reason) ? sum.reason : 'internal_error',
    members: lines,
  }
}

/** How the last tries of actions of a storm's runs ended since then, newest first. */
export async function lastTries(tx: Tx, id: string, { since, most }: { since: Date; most: number }) {
  const rows = await tx.$queryRaw<{ state: string }[]>`
    SELECT a.state FROM card c JOIN exception e ON e.id = c.subject_id JOIN attempt a ON a.run_id = e.run_id
    WHERE c.folded_into = ${id} AND a.finished_at >= ${since} ORDER BY a.finished_at DESC LIMIT ${most}`
  return rows.map(({ state }) => state)
}

/** The open ones of a storm, oldest first. */
export async function openInStorm(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT e.id FROM card c JOIN exception e ON e.id = c.subject_id
    WHERE c.folded_into = ${id} AND e.state = 'open' ORDER BY e.opened_at, e.id`
  return rows.map((row) => row.id)
}
