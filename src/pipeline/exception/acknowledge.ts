// Acknowledging: somebody who may attend to it says that they are on it, or begins to work on it. For four hours nobody is
// reminded and nothing escalates; when nothing comes of it, it waits as before.
import { changeException, lastOnIt } from '../../db/exceptions/exception-acts.ts'
import { openFor, type ResolveDeps, type Permission } from './held.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { ResolveAnswer } from './resolution.ts'

export type AcknowledgeAnswer =
  { kind: 'acknowledged' } | Extract<ResolveAnswer, { kind: 'already_resolved' | 'not_allowed' | 'unknown' }>

export interface Acknowledgement {
  exceptionId: string
  actor: Actor
  permission?: Permission
}

export const ACKNOWLEDGED_FOR_MS = 4 * 3_600_000
/** Somebody who opens one window after the other says it once. */
const SAID_ONCE_WITHIN_MS = 15 * 60_000

export async function acknowledge(
  { db, clock, cardsChanged }: ResolveDeps,
  { exceptionId, actor, permission }: Acknowledgement,
): Promise<AcknowledgeAnswer> {
  const found = await openFor({ db }, { exceptionId, actor, permission })
  if (found.kind !== 'open') return found
  const { exception } = found
  const at = clock()
  const { acknowledgedAt } = exception
  const isJustSaid =
    acknowledgedAt !== null &&
    at.getTime() - acknowledgedAt.getTime() < SAID_ONCE_WITHIN_MS &&
    (await lastOnIt(db.prisma, exceptionId)) === actor.id
  if (isJustSaid) return { kind: 'acknowledged' }
  const isNew = await db.transaction((tx) =>
    changeException(tx, {
      exceptionId,
      where: { acknowledgedAt },
      data: { acknowledgedAt: at },
      actor,
      action: 'exception.acknowledged',
      at,
    }),
  )
  if (isNew) cardsChanged()
  return { kind: 'acknowledged' }
}
