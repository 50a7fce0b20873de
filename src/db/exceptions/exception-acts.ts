// Small changes to an open exception, each with its audit row and its card's request in one transaction.
import type { Actor } from '../../domain/exceptions/resolution.ts'
import { addAudit, type AuditEntry } from '../audit/audit.ts'
import { wantCardOf } from '../cards/cards.ts'
import type { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

export interface ExceptionChange {
  exceptionId: string
  /** Only while it is as it was when it was read: open, and what else is named. */
  where?: Prisma.ExceptionWhereInput
  data?: Prisma.ExceptionUpdateManyMutationInput
  actor: Actor
  action: string
  at: Date
  note?: string | undefined
  before?: AuditEntry['before']
  after?: AuditEntry['after']
}

/** Compare-and-set on an open exception; false when it was resolved, or changed, before. */
export async function changeException(tx: Tx, change: ExceptionChange): Promise<boolean> {
  const { where, data, ...noted } = change
  const changed = await tx.exception.updateMany({
    where: { ...where, id: change.exceptionId, state: 'open' },
    data: { ...data, revision: { increment: 1 } },
  })
  if (changed.count === 0) return false
  await noteOnException(tx, noted)
  return true
}

/** An audit row about an exception, open or resolved, which comes to stand in its thread. */
export async function noteOnException(
  tx: Tx,
  { exceptionId, ...about }: Omit<ExceptionChange, 'where' | 'data'>,
): Promise<boolean> {
  const found = await tx.exception.findUnique({ where: { id: exceptionId }, select: { runId: true } })
  if (!found) return false
  await addAudit(tx, { ...about, target: exceptionId, runId: found.runId })
  await wantCardOf(tx, exceptionId)
  return true
}

/** Who said last that they are on it. */
export async function lastOnIt(tx: Tx, exceptionId: string): Promise<string | undefined> {
  const last = await tx.audit.findFirst({
    where: { target: exceptionId, action: 'exception.acknowledged' },
    orderBy: { id: 'desc' },
    select: { actor: true },
  })
  return last?.actor
}

/** Whether somebody asked this person about the exception. */
export async function wasAsked(tx: Tx, exceptionId: string, personId: string): Promise<boolean> {
  const asked = await tx.audit.count({
    where: {
      target: exceptionId,
      action: 'exception.asked',
      after: { path: ['to'], equals: personId },
    },
  })
  return asked > 0
}

/** Whether this delivery was noted before. Holds the exception until the transaction ends, so that of two at once one waits. */
export async function wasNoted(
  tx: Tx,
  { exceptionId, from }: { exceptionId: string; from: string },
): Promise<boolean> {
  await tx.$queryRaw`SELECT 1 FROM exception WHERE id = ${exceptionId} FOR UPDATE`
  const noted = await tx.audit.count({
    where: { target: exceptionId, after: { path: ['from'], equals: from } },
  })
  return noted > 0
}
