// Reassigning: a new owner, who has the whole response time again.
import { addAudit } from '../../db/audit/audit.ts'
import { wantCardOf } from '../../db/cards/cards.ts'
import { ownRuns } from '../../db/runs/run-owner.ts'
import { resolveTyped } from '../../db/people/owners.ts'
import { isReason } from '../../domain/exceptions/reasons.ts'
import { stoppedBy } from '../../domain/exceptions/ways.ts'
import { respondBy } from './due.ts'
import { openFor, type ResolveDeps } from './held.ts'
import type { ReassignAnswer, Reassignment } from './resolution.ts'

/** What the owner before did about time says nothing of the new one: reminders and escalation begin anew. */
const asNew = { escalation: 0, remindedAt: null, acknowledgedAt: null, snoozedUntil: null }

/** Gives an open exception to another person or group. Both the old and the new owner may resolve it until then. */
export async function reassign(
  deps: ResolveDeps,
  { exceptionId, actor, to, note }: Reassignment,
): Promise<ReassignAnswer> {
  const { db, catalog, clock, cardsChanged } = deps
  const found = await openFor({ db }, { exceptionId, actor, permission: 'reassign' })
  if (found.kind !== 'open') return found
  const { exception } = found
  const { compiled, standards } = await catalog.version(exception.run.versionId)
  const at = clock()
  const owner = await resolveTyped(db.prisma, to, standards, at)
  if (!owner) return { kind: 'not_eligible', because: `${to} is not an active person or group here.` }
  // A delivery that comes again, or a second request, must not begin the time to respond once more.
  if (owner.id === exception.ownerId)
    return { kind: 'not_eligible', because: `it is with ${owner.label} already.` }
  const { reason, data } = exception
  const dueAt = respondBy(compiled.definition, standards, exception.run.route, at)
  const moved = await db.transaction(async (tx) => {
    const claimed = await tx.exception.updateMany({
      where: { id: exceptionId, state: 'open', revision: exception.revision },
      data: {
        ownerId: owner.id,
        ownerSpec: owner.id,
        ownerSince: at,
        dueAt,
        ...asNew,
        ...(isReason(reason) ? { reason: stoppedBy({ reason, data }) } : {}),
        revision: { increment: 1 },
      },
    })
    if (claimed.count === 0) return false
    await ownRuns(tx, [{ runId: exception.runId, ownerId: owner.id }])
    await addAudit(tx, {
      at,
      actor,
      action: 'exception.reassigned',
      target: exceptionId,
      runId: exception.runId,
      before: { owner: exception.ownerId },
      after: { owner: owner.id },
      note,
    })
    await wantCardOf(tx, exceptionId)
    return true
  })
  // Somebody changed it between our read and our write: look again, with what holds now.
  if (!moved) return reassign(deps, { exceptionId, actor, to, ...(note === undefined ? {} : { note }) })
  cardsChanged()
  return { kind: 'reassigned', from: exception.ownerId, to: owner.id }
}
