// Settling: one compare-and-set claims the exception before any effect; whoever loses is told who won. The same
// function serves every surface (Slack, command line), so that what holds on one holds on all.
import { failPoint } from '../../fail-point.ts'
import { addAudit } from '../../db/audit.ts'
import { claimException, type Policy } from '../../db/exceptions.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/open.ts'
import { personIdOf } from '../../db/people.ts'
import { writeOutcome } from '../../db/outcomes.ts'
import { wantCardOf } from '../../db/cards.ts'
import { replayInFlight, resumeRun } from '../../db/runs.ts'
import type { JsonObject, JsonValue } from '../../domain/json.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Reason } from '../../domain/reasons.ts'
import { canSettle, stoppedBy } from './choices.ts'
import { alreadySettled, type HeldException, readException, refusal, type SettleDeps } from './held.ts'
import { type Prepared, prepareSettlement, writePrepared } from './prepare.ts'
import type { Actor, SettledAs } from '../../domain/settling.ts'
import type { Press, SettleAnswer, Settlement } from './settlement.ts'

const RESUMED_LEASE_MS = 60_000
const settledAs: Record<Settlement['do'], SettledAs> = {
  approve: 'approved',
  retry: 'retried',
  reject: 'rejected',
  fix: 'fixed',
}

/**
 * Counts one approval of several. undefined: that was the last one needed, or one is enough. In the transaction of the
 * claim, which the row's lock keeps whole: a change between the two would be paid with an approval of what stood before.
 */
async function countApproval(
  tx: Tx,
  exception: HeldException,
  {
    actor,
    revision = exception.revision,
    prepared,
    at,
  }: Pick<Press, 'actor' | 'revision'> & { prepared: Prepared; at: Date },
): Promise<SettleAnswer | undefined> {
  const { approvals: needed } = exception.policy as unknown as Policy
  if (needed <= 1) return undefined
  const { change } = prepared
  // One person is one approval, in Slack and on the command line.
  const approver = await personIdOf(tx, actor.id)
  const [row] = await tx.$queryRaw<{ approvals: string[]; data: unknown; revision: number }[]>`
    SELECT approvals, data, revision FROM exception WHERE id = ${exception.id} AND state = 'open' FOR UPDATE`
  if (!row) return undefined
  const changedAt = changedAtOf(row.data)
  if (!change && revision < changedAt)
    return { kind: 'not_applicable', because: 'somebody changed it meanwhile; look at the card again.' }
  // Nobody approved what a change makes of it: counting begins anew, with who changed it.
  const given = change ? [approver] : [...new Set([...row.approvals, approver])]
  if (given.length >= needed) return undefined
  if (change || given.length > row.approvals.length) {
    await tx.exception.update({
      where: { id: exception.id },
      data: {
        approvals: given,
        revision: { increment: 1 },
        ...(change ? { data: { ...(row.data as JsonObject), changed_revision: row.revision + 1 } } : {}),
      },
    })
    await writePrepared(tx, exception.runId, prepared, at)
    await audit(tx, exception, actor, {
      at,
      action: change ? 'exception.changed' : 'exception.approval_counted',
      as: 'counted',
      changes: prepared.inputs['changes'],
    })
    await wantCardOf(tx, exception.id)
  }
  return { kind: 'counted', approvals: given.length, missing: needed - given.length }
}

/** The revision since which the record is another one than arrived; 0: nobody changed it. */
const changedAtOf = (data: unknown): number =>
  typeof data === 'object' && data !== null && 'changed_revision' in data ? Number(data.changed_revision) : 0

interface Audited {
  at: Date
  action: string
  as: string
  note?: string | null
  changes: JsonValue | undefined
}

async function audit(
  tx: Tx,
  exception: HeldException,
  actor: Actor,
  { at, action, note, as, changes }: Audited,
): Promise<void> {
  await addAudit(tx, {
    at,
    actor,
    action,
    target: exception.id,
    runId: exception.runId,
    before: { state: exception.state, owner: exception.ownerId },
    after: { as, ...(changes === undefined ? {} : { changes }) },
    note,
  })
}

/** Settles an exception for a person. Effects begin only after the claim has committed with them. */
export async function settle(deps: SettleDeps, press: Press): Promise<SettleAnswer> {
  const { db, clock, cardsChanged } = deps
  const { actor, settlement } = press
  const exception = await readException(db.prisma, press.exceptionId)
  if (!exception) return { kind: 'unknown' }
  if (exception.state !== 'open') return alreadySettled(exception)
  const who = await refusal(db.prisma, exception, actor, settlement.do === 'approve' ? 'approve' : 'settle')
  if (who !== undefined) return { kind: 'not_allowed', who }
  const because = canSettle(
    stoppedBy({ reason: exception.reason as Reason, data: exception.data }),
    settlement.do,
  )
  if (because !== undefined) return { kind: 'not_applicable', because }
  const prepared = await prepareSettlement(deps, exception, settlement)
  if (prepared.kind !== 'prepared') return prepared
  const at = clock()
  const as = settledAs[settlement.do]
  const note = ('note' in settlement ? settlement.note?.trim() : undefined) || null
  const answer = await db.transaction(async (tx): Promise<SettleAnswer | undefined> => {
    // Before the exception's row, as a replay does: two that take them in another order wait for each other.
    const root = goesOn(exception, settlement.do) ? exception.run.actionRoot : null
    const other = root === null ? undefined : await replayInFlight(tx, { root, besides: exception.runId })
    if (other !== undefined)
      return { kind: 'not_applicable', because: `${other} replays the same run and is on its way.` }
    const counted =
      settlement.do === 'approve' ? await countApproval(tx, exception, { ...press, prepared, at }) : undefined
    if (counted) return counted
    if (!(await claimException(tx, { id: exception.id, as, by: actor.id, at, note }))) return undefined
    const { changes } = prepared.inputs
    await audit(tx, exception, actor, { at, action: `exception.${as}`, as, note, changes })
    await tx.decision.create({
      data: {
        id: newId('dec'),
        runId: exception.runId,
        versionId: exception.run.versionId,
        route: exception.run.route,
        reason: as,
        trace: [],
        inputs: prepared.inputs,
        decidedBy: actor.id,
        decidedAt: at,
      },
    })
    await writePrepared(tx, exception.runId, prepared, at)
    failPoint('settle.claimed')
    const endedAs = await carryOn(deps, tx, exception, { do: settlement.do, by: actor.id, note, at })
    await wantCardOf(tx, exception.id)
    return { kind: 'settled', as, runId: exception.runId, ...(endedAs === undefined ? {} : { endedAs }) }
  })
  failPoint('settle.committed')
  if (!answer) {
    const winner = await readException(db.prisma, press.exceptionId)
    return winner ? alreadySettled(winner) : { kind: 'unknown' }
  }
  cardsChanged()
  return answer
}

/**
 * Whether the settlement sends the run on, and does not end it. A case handed over for judgement has no action left:
 * approving it is its good end. A finding of our own has nothing to do again: looking again is what its watchdog does.
 */
const goesOn = ({ reason, run }: HeldException, what: Settlement['do']): boolean =>
  what !== 'reject' &&
  (what !== 'approve' || reason === 'approval_required') &&
  run.event.source !== 'watchdog'

/** What the settlement does to the run, in the transaction of the claim: ends it as this, or (undefined) sends it on. */
async function carryOn(
  { queue }: SettleDeps,
  tx: Tx,
  exception: HeldException,
  { do: what, by, note, at }: { do: Settlement['do']; by: string; note: string | null; at: Date },
): Promise<Outcome | undefined> {
  const { runId, run } = exception
  if (!goesOn(exception, what)) {
    const kind = what === 'reject' ? 'rejected' : 'achieved'
    await writeOutcome(tx, { runId, from: 'held', kind, note, by, at })
    return kind
  }
  const stage = what === 'fix' ? 'decide' : (run.stage as 'decide' | 'act')
  await resumeRun(tx, runId, stage, new Date(at.getTime() + RESUMED_LEASE_MS))
  await queue.enqueue(tx, stage, [{ data: { runId } }])
  return undefined
}
