// One exception with its run: what a card, a modal or a queue shows.
import { isReason, type Reason } from '../domain/reasons.ts'
import type { Tx } from './open.ts'
import { type ExceptionRow, readRun, type RunView } from './run-view.ts'

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
  /** What stopped the run, where the reason is that nobody could own it. */
  stoppedBy?: string
  ownerSpec: string
  ownerId: string | null
  openedAt: Date
  dueAt: Date | null
  revision: number
}

export const queuePage = 20

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
  const rows = await tx.exception.findMany({
    where,
    orderBy: [{ dueAt: { sort: 'asc', nulls: 'last' } }, { openedAt: 'asc' }],
    skip: of.skip ?? 0,
    take: queuePage,
    // They may hold what the workflow marks secret or personal: readRun masks it, a list has no use for it.
    omit: { detail: true, data: true },
    include: { run: { select: { subject: true } } },
  })
  return {
    total,
    lines: rows.map(({ run, workflowKey, ...row }) => ({
      ...row,
      workflow: workflowKey,
      subject: run.subject,
    })),
  }
}
