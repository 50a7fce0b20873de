// Resolving: one compare-and-set claims the exception before any effect; whoever loses is told who won. The same
// function serves every surface (Slack, command line), so that what holds on one holds on all.
import { failPoint } from '../../fail-point.ts'
import { addAudit } from '../../db/audit/audit.ts'
import { claimException } from '../../db/exceptions/exceptions.ts'
import { newId } from '../../db/store/ids.ts'
import type { Tx } from '../../db/store/open.ts'
import { writeOutcome } from '../../db/runs/outcomes.ts'
import { wantCardOf } from '../../db/cards/cards.ts'
import { replayInFlight, resumeRun } from '../../db/runs/runs.ts'
import { editedIn } from '../../domain/exceptions/action-input.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { Reason } from '../../domain/exceptions/reasons.ts'
import { approvedInputs, countApproval, coverNoted } from './approve.ts'
import { canResolve, stoppedBy } from './choices.ts'
import { alreadyResolved, type HeldException, readException, refusal, type ResolveDeps } from './held.ts'
import { prepareResolution, writePrepared } from './prepare.ts'
import type { Actor, ResolvedAs } from '../../domain/exceptions/resolution.ts'
import type { ResolveRequest, ResolveAnswer, Resolution } from './resolution.ts'

const RESUMED_LEASE_MS = 60_000
const resolvedAs: Record<Resolution['do'], ResolvedAs> = {
  approve: 'approved',
  retry: 'retried',
  reject: 'rejected',
  fix: 'fixed',
}

interface Audited {
  at: Date
  action: string
  as: string
  note?: string | null
  /** Of the decision: what was changed, and of an edit also of which action, by which its values are masked. */
  inputs: JsonObject
  noted: JsonObject
}

async function audit(
  tx: Tx,
  exception: HeldException,
  actor: Actor,
  { at, action, note, as, inputs, noted }: Audited,
): Promise<void> {
  const { changes } = inputs
  const edited = editedIn(inputs)
  await addAudit(tx, {
    at,
    actor,
    action,
    target: exception.id,
    runId: exception.runId,
    before: { state: exception.state, owner: exception.ownerId },
    after: {
      as,
      ...(edited ? { edited: { route: edited.route, step: edited.step } } : {}),
      ...(changes === undefined ? {} : { changes }),
      ...noted,
    },
    note,
  })
}

/** Resolves an exception for a person. Effects begin only after the claim has committed with them. */
export async function resolve(deps: ResolveDeps, request: ResolveRequest): Promise<ResolveAnswer> {
  const { db, clock, cardsChanged } = deps
  const { actor, resolution } = request
  const exception = await readException(db.prisma, request.exceptionId)
  if (!exception) return { kind: 'unknown' }
  if (exception.state !== 'open') return alreadyResolved(exception)
  const who = await refusal(db.prisma, exception, actor, resolution.do === 'approve' ? 'approve' : 'resolve')
  if (who !== undefined) return { kind: 'not_allowed', who }
  const because = canResolve(
    stoppedBy({ reason: exception.reason as Reason, data: exception.data }),
    resolution.do,
  )
  if (because !== undefined) return { kind: 'not_applicable', because }
  const prepared = await prepareResolution(deps, exception, request)
  if (prepared.kind !== 'prepared') return prepared
  const at = clock()
  const as = resolvedAs[resolution.do]
  const isApproval = resolution.do === 'approve'
  const note = ('note' in resolution ? resolution.note?.trim() : undefined) || null
  const answer = await db.transaction(async (tx): Promise<ResolveAnswer | undefined> => {
    // Before the exception's row, as a replay does: two that take them in another order wait for each other.
    const root = goesOn(exception, resolution.do) ? exception.run.actionRoot : null
    const other = root === null ? undefined : await replayInFlight(tx, { root, besides: exception.runId })
    if (other !== undefined)
      return { kind: 'not_applicable', because: `${other} replays the same run and is on its way.` }
    const counted = isApproval ? await countApproval(tx, exception, { ...request, prepared, at }) : undefined
    if (counted) return counted
    if (!(await claimException(tx, { id: exception.id, as, by: actor.id, at, note }))) return undefined
    await audit(tx, exception, actor, {
      at,
      action: `exception.${as}`,
      as,
      note,
      inputs: prepared.inputs,
      noted: isApproval ? coverNoted(exception, prepared) : {},
    })
    await tx.decision.create({
      data: {
        id: newId('dec'),
        runId: exception.runId,
        versionId: exception.run.versionId,
        route: exception.run.route,
        reason: as,
        trace: [],
        inputs: isApproval ? approvedInputs(exception, prepared) : prepared.inputs,
        decidedBy: actor.id,
        decidedAt: at,
      },
    })
    await writePrepared(tx, exception.runId, prepared, at)
    failPoint('resolve.claimed')
    const endedAs = await carryOn(deps, tx, exception, { do: resolution.do, by: actor.id, note, at })
    await wantCardOf(tx, exception.id)
    return { kind: 'resolved', as, runId: exception.runId, ...(endedAs === undefined ? {} : { endedAs }) }
  })
  failPoint('resolve.committed')
  if (!answer) {
    const winner = await readException(db.prisma, request.exceptionId)
    return winner ? alreadyResolved(winner) : { kind: 'unknown' }
  }
  cardsChanged()
  return answer
}

/**
 * Whether the resolution sends the run on, and does not end it. A case handed over for judgement has no action left:
 * approving it is its good end; one that was stopped before its rules decided goes to them. A finding of our own has nothing to
 * do again: looking again is what its watchdog does.
 */
const goesOn = ({ reason, run }: HeldException, what: Resolution['do']): boolean =>
  what !== 'reject' &&
  (what !== 'approve' || reason === 'approval_required' || run.stage === 'decide') &&
  run.event.source !== 'watchdog'

/** What the resolution does to the run, in the transaction of the claim: ends it as this, or (undefined) sends it on. */
async function carryOn(
  { queue }: ResolveDeps,
  tx: Tx,
  exception: HeldException,
  { do: what, by, note, at }: { do: Resolution['do']; by: string; note: string | null; at: Date },
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
