// Approvals of a review: each is of exactly what its card shows, and they count together only while that stays the same.
import { addAudit } from '../../db/audit/audit.ts'
import { wantCardOf } from '../../db/cards/cards.ts'
import type { Policy } from '../../db/exceptions/exceptions.ts'
import type { Tx } from '../../db/store/open.ts'
import { mayAct, personIdOf } from '../../db/people/people.ts'
import { type Cover, coverIn, differenceFrom } from '../../domain/exceptions/approval.ts'
import type { JsonObject, JsonValue } from '../../domain/values/json.ts'
import type { HeldException } from './held.ts'
import { type Prepared, writePrepared } from './prepare.ts'
import { asHeld } from './renew.ts'
import type { ResolveRequest, ResolveAnswer } from './resolution.ts'

export interface Approval extends Pick<ResolveRequest, 'actor' | 'revision'> {
  prepared: Prepared
  at: Date
}

interface Row {
  approvals: string[]
  data: JsonObject
  revision: number
}

/** The revision since which something else is asked about than before; 0: nothing changed. */
const changedAtOf = ({ changed_revision: at }: JsonObject): number => (typeof at === 'number' ? at : 0)

/**
 * Counts an approval in the transaction of the claim, which the row's lock keeps whole: a change between the two would be
 * paid with an approval of what stood before. undefined: nobody else is needed, or it is resolved by now.
 */
export async function countApproval(
  tx: Tx,
  exception: HeldException,
  approval: Approval,
): Promise<ResolveAnswer | undefined> {
  const { actor, revision = exception.revision, prepared, at } = approval
  const { change } = prepared
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT approvals, data, revision FROM exception WHERE id = ${exception.id} AND state = 'open' FOR UPDATE`
  if (!row) return undefined
  const shown = coverIn(row.data, 'covers')
  const isStale = shown?.hash !== coverIn(exception.data, 'covers')?.hash
  if (isStale || revision < changedAtOf(row.data))
    return { kind: 'not_applicable', because: 'somebody changed it meanwhile; look at the card again.' }
  const { approvals: needed, by } = exception.policy as unknown as Policy
  if (needed <= 1) return undefined
  // One person is one approval, in Slack and on the command line.
  const approver = await personIdOf(tx, actor.id)
  // Nobody approved what a change makes of it: counting begins anew, with who changed it.
  const earlier: string[] = []
  // Who has left, or approves no more, has not approved what is sent now.
  for (const one of row.approvals) if (await mayAct(tx, one, by)) earlier.push(one)
  const given = change ? [approver] : [...new Set([...earlier, approver])]
  if (given.length >= needed) return undefined
  if (change || given.join() !== row.approvals.join()) {
    const data = change
      ? { ...row.data, ...changedCover(shown, prepared), changed_revision: row.revision + 1 }
      : row.data
    await tx.exception.update({
      where: { id: exception.id },
      data: { approvals: given, revision: { increment: 1 }, ...(change ? { data: asHeld(data) } : {}) },
    })
    await writePrepared(tx, exception.runId, prepared, at)
    await note(tx, exception, approval, {
      action: change ? 'exception.changed' : 'exception.approval_counted',
      after: {
        as: 'counted',
        ...coverNoted(exception, prepared),
        ...changesNoted(prepared.inputs['changes']),
      },
    })
    await wantCardOf(tx, exception.id)
  }
  return { kind: 'counted', approvals: given.length, missing: needed - given.length }
}

/** What the others approve from now on, and how it differs from what the card showed. */
const changedCover = (shown: Cover | null, { covers }: Prepared) =>
  covers ? { covers, changes: differenceFrom(shown, covers) ?? [] } : {}

const note = (
  tx: Tx,
  { id, runId, state, ownerId }: HeldException,
  { actor, at }: Approval,
  about: { action: string; after: JsonObject },
): Promise<unknown> =>
  addAudit(tx, { at, actor, target: id, runId, before: { state, owner: ownerId }, ...about })

const changesNoted = (changes: JsonValue | undefined): JsonObject =>
  changes === undefined ? {} : { changes }

/**
 * What this approval is of: what the card shows, or what the approver's own change makes of it. Never what a rendering
 * of this moment says, which nobody has looked at: should that be something else, it is not sent (act/ask-again.ts).
 */
const coverOfApproval = ({ reason, data }: HeldException, { covers }: Prepared): Cover | null =>
  covers ?? (reason === 'approval_required' ? coverIn(data, 'covers') : null)

/** For the audit. */
export function coverNoted(exception: HeldException, prepared: Prepared): JsonObject {
  const cover = coverOfApproval(exception, prepared)
  return cover ? { covers: cover.hash } : {}
}

/** For the decision: what was approved, to be held against what is about to be sent. */
export function approvedInputs(exception: HeldException, prepared: Prepared): JsonObject {
  const approved = coverOfApproval(exception, prepared)
  return approved ? asHeld({ ...prepared.inputs, approved }) : prepared.inputs
}
