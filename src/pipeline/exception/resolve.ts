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
import { waysText } from '../../domain/exceptions/case-words.ts'
import { caseOf, offers } from '../../domain/exceptions/ways.ts'
import { approvedInputs, countApproval, coverNoted } from './approve.ts'
import { alreadyResolved, type HeldException, readException, refusal, type ResolveDeps } from './held.ts'
import { moveOn, RESUMED_LEASE_MS } from './move.ts'
import { type Prepared, prepareResolution, writePrepared } from './prepare.ts'
import type { Actor, ResolvedAs } from '../../domain/exceptions/resolution.ts'
import type { ResolveRequest, ResolveAnswer, Resolution } from './resolution.ts'

/** What an exception is resolved as. */
export const resolvedAs: Record<Resolution['do'], ResolvedAs> = {
  approve: 'approved',
  decline: 'declined',
  retry: 'retried',
  fix: 'fixed',
  process: 'processed',
  done: 'done',
  dismiss: 'dismissed',
  choose: 'chosen',
}

/** As the end of "Can't … this". */
const verbs: Record<Resolution['do'], string> = {
  approve: 'approve',
  decline: 'decline',
  retry: 'retry',
  fix: 'fix',
  process: 'process',
  done: 'mark done',
  dismiss: 'dismiss',
  choose: 'choose for',
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
  const { changes, choice } = inputs
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
      ...(choice === undefined ? {} : { choice }),
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
  const one = caseOf(exception)
  if (!offers(one, resolution.do))
    return {
      kind: 'not_applicable',
      because: `Can't ${verbs[resolution.do]} this. You can: ${waysText(one)}.`,
    }
  const prepared = await prepareResolution(deps, exception, request)
  if (prepared.kind !== 'prepared') return prepared
  const { choice } = prepared
  const at = clock()
  const as = resolvedAs[resolution.do]
  const isApproval = resolution.do === 'approve'
  const note = ('note' in resolution ? resolution.note?.trim() : undefined) || null
  const answer = await db.transaction(async (tx): Promise<ResolveAnswer | undefined> => {
    // Before the exception's row, as a replay does: two that take them in another order wait for each other.
    const root = goesOn(exception, resolution.do, prepared) ? exception.run.actionRoot : null
    const other = root === null ? undefined : await replayInFlight(tx, { root, besides: exception.runId })
    if (other !== undefined)
      return { kind: 'not_applicable', because: `${other} replays the same run and is on its way.` }
    const counted = isApproval ? await countApproval(tx, exception, { ...request, prepared, at }) : undefined
    if (counted) return counted
    if (!(await claimException(tx, { id: exception.id, as, by: actor.id, at, note, choice })))
      return undefined
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
        route: prepared.move?.route ?? exception.run.route,
        owner: prepared.move?.owner.join(', ') || null,
        reason: as,
        trace: [],
        inputs: isApproval ? approvedInputs(exception, prepared) : prepared.inputs,
        decidedBy: actor.id,
        decidedAt: at,
      },
    })
    await writePrepared(tx, exception.runId, prepared, at)
    failPoint('resolve.claimed')
    const endedAs = await carryOn(deps, tx, exception, {
      do: resolution.do,
      prepared,
      by: actor.id,
      note,
      at,
    })
    await wantCardOf(tx, exception.id)
    return {
      kind: 'resolved',
      as,
      runId: exception.runId,
      ...(choice === undefined ? {} : { choice }),
      ...(endedAs === undefined ? {} : { endedAs }),
    }
  })
  failPoint('resolve.committed')
  if (!answer) {
    const winner = await readException(db.prisma, request.exceptionId)
    return winner ? alreadyResolved(winner) : { kind: 'unknown' }
  }
  cardsChanged()
  return answer
}

const resuming: ReadonlySet<Resolution['do']> = new Set(['approve', 'retry', 'fix', 'process'])

/**
 * Whether the resolution sends the run on, and does not end it. A finding of our own has nothing to do again: looking again is
 * what its watchdog does.
 */
const goesOn = ({ run }: HeldException, what: Resolution['do'], { move }: Prepared): boolean =>
  move !== undefined || (resuming.has(what) && run.event.source !== 'watchdog')

const ends: Partial<Record<Resolution['do'], Outcome>> = { decline: 'declined', dismiss: 'dismissed' }

interface Carrying {
  do: Resolution['do']
  prepared: Prepared
  by: string
  note: string | null
  at: Date
}

/** What the resolution does to the run, in the transaction of the claim: ends it as this, or (undefined) sends it on. */
async function carryOn(
  { queue }: ResolveDeps,
  tx: Tx,
  exception: HeldException,
  { do: what, prepared, by, note, at }: Carrying,
): Promise<Outcome | undefined> {
  const { runId, run } = exception
  if (prepared.move) return moveOn({ queue }, tx, runId, { move: prepared.move, by, note, at })
  if (!goesOn(exception, what, prepared)) {
    const kind = prepared.ends ?? ends[what] ?? 'achieved'
    await writeOutcome(tx, { runId, from: 'held', kind, note, by, at })
    return kind
  }
  const stage = what === 'fix' ? 'decide' : (run.stage as 'decide' | 'act')
  await resumeRun(tx, runId, stage, new Date(at.getTime() + RESUMED_LEASE_MS))
  await queue.enqueue(tx, stage, [{ data: { runId } }])
  return undefined
}
