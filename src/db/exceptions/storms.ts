// Storms as people see them: how many of one kind on one card, how many are still open, and which.
import { isReason, type Reason } from '../../domain/exceptions/reasons.ts'
import { type Case, caseOf } from '../../domain/exceptions/ways.ts'
import { type ExceptionLine, readCases, readException } from './exception-view.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { type Origin, originOf } from '../cards/own-channel.ts'
import { labelledOwners } from '../people/people.ts'

/** What a storm holds of one workflow and reason. */
export interface StormPart {
  workflow: string
  title: string
  reason: Reason
  total: number
  open: number
}

export interface StormView extends Origin {
  id: string
  title: string
  reason: Reason
  /** What decides how they may be resolved: that of the newest. */
  kind: Case
  detail: string
  total: number
  open: number
  /** Resolved, and on their way again: whether that was all, nobody knows yet. */
  running: number
  /** Resolved before its card stood: nobody saw them in Slack. */
  resolvedBefore: number
  /** By workflow and reason, those with the most open ones first. */
  parts: StormPart[]
  /** Of how many kinds they are; `detail` is of the newest. */
  kinds: number
  /** Open ones that had been resolved and came back, of how many that were resolved with them. */
  again: { open: number; of: number }
  firstAt: Date
  lastAt: Date
  /** The newest open ones; of the list, those of a page. */
  members: ExceptionLine[]
}

export const stormPage = 15

const known = (reason: string): Reason => (isReason(reason) ? reason : 'internal_error')

/** Of a card, by `id`: one row for each case, its newest exception. */
const casesOf = (id: string) => Prisma.sql`
  SELECT e.* FROM card c JOIN exception e ON e.id = c.subject_id
  WHERE c.folded_into = ${id}
    AND NOT EXISTS (SELECT FROM exception later WHERE later.run_id = e.run_id AND later.reopens = e.id)`

/** Together: by the same act, since the first of those that came back was resolved. */
async function readAgain(tx: Tx, id: string): Promise<StormView['again']> {
  const [row] = await tx.$queryRaw<StormView['again'][]>`
    WITH again AS (
      SELECT p.resolved_as, p.resolved_at FROM (${casesOf(id)}) e JOIN exception p ON p.id = e.reopens WHERE e.state = 'open'
    )
    SELECT (SELECT count(*) FROM again)::int AS open, (
      SELECT count(DISTINCT e.run_id) FROM card c JOIN exception e ON e.id = c.subject_id
      WHERE c.folded_into = ${id} AND e.resolved_as IN (SELECT resolved_as FROM again)
        AND e.resolved_at >= (SELECT min(resolved_at) FROM again))::int AS of`
  return row ?? { open: 0, of: 0 }
}

/** `page` of its open members, from 0. */
export async function readStorm(tx: Tx, id: string, page = 0): Promise<StormView | undefined> {
  const [sum] = await tx.$queryRaw<
    {
      title: string
      reason: string
      newest: string
      total: number
      open: number
      running: number
      resolvedBefore: number
      kinds: number
      firstAt: Date
      lastAt: Date
    }[]
  >`
    SELECT min(w.title) AS title, min(e.reason) AS reason,
      (array_agg(e.id ORDER BY e.opened_at DESC))[1] AS newest, count(*)::int AS total,
      count(*) FILTER (WHERE e.state = 'open')::int AS open,
      count(*) FILTER (WHERE e.state = 'resolved' AND r.state = 'in_flight')::int AS running,
      count(*) FILTER (WHERE e.resolved_at <= COALESCE(to_timestamp(NULLIF(s.ts, '')::float8), e.resolved_at))::int AS "resolvedBefore",
      count(DISTINCT e.fingerprint)::int AS kinds, min(e.opened_at) AS "firstAt", max(e.opened_at) AS "lastAt"
    FROM (${casesOf(id)}) e JOIN run r ON r.id = e.run_id JOIN card s ON s.id = ${id} JOIN workflow w ON w.key = e.workflow_key
    HAVING count(*) > 0`
  if (!sum) return undefined
  const parts = await tx.$queryRaw<(Omit<StormPart, 'reason'> & { reason: string })[]>`
    SELECT w.key AS workflow, w.title, e.reason, count(*)::int AS total, count(*) FILTER (WHERE e.state = 'open')::int AS open
    FROM (${casesOf(id)}) e JOIN workflow w ON w.key = e.workflow_key
    GROUP BY w.key, w.title, e.reason ORDER BY open DESC, total DESC, w.title, e.reason`
  const members = await tx.$queryRaw<Omit<ExceptionLine, 'kind'>[]>`
    SELECT e.id, e.run_id AS "runId", e.workflow_key AS workflow, r.subject, e.reason,
      e.owner_spec AS "ownerSpec", e.owner_id AS "ownerId", e.opened_at AS "openedAt", e.due_at AS "dueAt", e.revision
    FROM card c JOIN exception e ON e.id = c.subject_id JOIN run r ON r.id = e.run_id
    WHERE c.folded_into = ${id} AND e.state = 'open' ORDER BY e.opened_at DESC, e.id
    LIMIT ${stormPage} OFFSET ${page * stormPage}`
  const owners = await labelledOwners(
    tx,
    members.map(({ ownerSpec }) => ownerSpec),
  )
  const { newest, ...rest } = sum
  const kinds = await readCases(tx, [newest, ...members.map(({ id: of }) => of)])
  const ofNewest = kinds.get(newest) ?? caseOf({ reason: sum.reason, data: null })
  const lines = members.map((one) => ({
    ...one,
    ownerSpec: owners.get(one.ownerSpec) ?? one.ownerSpec,
    kind: kinds.get(one.id) ?? ofNewest,
  }))
  // Read with its run, so that what is secret or personal in it is masked.
  const view = await readException(tx, newest)
  if (!view) return undefined
  return {
    ...rest,
    ...(await originOf(tx, view.run)),
    detail: view.exception.detail,
    id,
    reason: known(sum.reason),
    kind: ofNewest,
    again: await readAgain(tx, id),
    parts: parts.map((part) => ({ ...part, reason: known(part.reason) })),
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
