// One exception with its run: what a card, a modal or a queue shows.
import { isReason, type Reason } from '../../domain/exceptions/reasons.ts'
import { type Case, caseOf } from '../../domain/exceptions/ways.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { labelledOwners } from '../people/people.ts'
import { type ExceptionRow, readRun, type RunView } from '../runs/run-view.ts'

export interface ExceptionView {
  exception: ExceptionRow
  reason: Reason
  run: RunView
}

/** The exception with its run; undefined when there is none with this id. */
export async function readException(tx: Tx, id: string): Promise<ExceptionView | undefined> {
  const found = await tx.exception.findUnique({ where: { id }, select: { runId: true } })
  const run = found && (await readRun(tx, found.runId))
  const exception = run?.exceptions.find((one) => one.id === id)
  if (!run || !exception) return undefined
  return { exception, reason: isReason(exception.reason) ? exception.reason : 'internal_error', run }
}

export interface ExceptionLine {
  id: string
  runId: string
  workflow: string
  subject: string | null
  reason: string
  /** What decides how it may be resolved. */
  kind: Case
  ownerSpec: string
  ownerId: string | null
  openedAt: Date
  dueAt: Date | null
  revision: number
}

export const queuePage = 20

// Without what may be secret or personal: readRun masks it, a list has no use for it.
const asLines = {
  orderBy: [{ dueAt: { sort: 'asc', nulls: 'last' } }, { openedAt: 'asc' }],
  omit: { detail: true, data: true },
  include: { run: { select: { subject: true } } },
} satisfies Prisma.ExceptionFindManyArgs

type LineRow = Prisma.ExceptionGetPayload<typeof asLines>

/** Of what exceptions keep, only what decides how they may be resolved. */
const KEPT = Prisma.sql`jsonb_build_object(
  'origin', e.data->'origin', 'choices', e.data->'choices', 'instead_of', e.data->'instead_of')`

export async function readCases(tx: Tx, ids: string[]): Promise<Map<string, Case>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; reason: string; data: unknown }[]>`
    SELECT e.id, e.reason, ${KEPT} AS data FROM exception e WHERE e.id = ANY(${ids}::text[])`
  return new Map(rows.map(({ id, ...kept }) => [id, caseOf(kept)]))
}

/** Lines of a list, soonest due first, with the rows they are of. */
export async function readLines(
  tx: Tx,
  page: { where: Prisma.ExceptionWhereInput; take: number; skip?: number },
): Promise<(LineRow & ExceptionLine)[]> {
  const rows = await tx.exception.findMany({ ...asLines, ...page })
  const kinds = await readCases(
    tx,
    rows.map(({ id }) => id),
  )
  const unowned = rows.flatMap(({ ownerId, ownerSpec }) => (ownerId === null ? ownerSpec : []))
  const owners = unowned.length > 0 ? await labelledOwners(tx, unowned) : new Map<string, string>()
  return rows.map((row) => ({
    ...row,
    ownerSpec: owners.get(row.ownerSpec) ?? row.ownerSpec,
    workflow: row.workflowKey,
    subject: row.run.subject,
    kind: kinds.get(row.id) ?? caseOf({ reason: row.reason, data: null }),
  }))
}

/** Open exceptions, soonest due first; of these owners (person and group ids) where they are given. */
export async function openExceptions(
  tx: Tx,
  of: { owners?: string[]; workflow?: string; skip?: number },
): Promise<{ lines: ExceptionLine[]; total: number }> {
  const where = {
    state: 'open',
    ...(of.owners ? { ownerId: { in: of.owners } } : {}),
    ...(of.workflow === undefined ? {} : { workflowKey: of.workflow }),
  }
  const total = await tx.exception.count({ where })
  return { total, lines: await readLines(tx, { where, skip: of.skip ?? 0, take: queuePage }) }
}
