// A case on which nobody acted within its route's `timeout`: it goes on as the file says, without a person. Claimed like any
// resolution, so that of any number of replicas, and of a person who presses in that moment, one moves it.
import type { Logger } from 'pino'
import { addAudit } from '../../db/audit/audit.ts'
import { wantCardOf } from '../../db/cards/cards.ts'
import { timedOutExceptions } from '../../db/exceptions/watched.ts'
import { claimException } from '../../db/exceptions/exceptions.ts'
import { newId } from '../../db/store/ids.ts'
import { writeOutcome } from '../../db/runs/outcomes.ts'
import { replayInFlight } from '../../db/runs/runs.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { type HeldException, readException, type ResolveDeps } from './held.ts'
import { moveOn, planMove } from './move.ts'

export type ExpireDeps = ResolveDeps & { log: Logger }

/** false: somebody resolved it first, its file has no timeout, or its run's replay is on its way. */
async function expire(deps: ExpireDeps, exceptionId: string, at: Date): Promise<boolean> {
  const { db, queue, catalog } = deps
  const exception: HeldException | null = await readException(db.prisma, exceptionId)
  if (exception?.state !== 'open') return false
  const { runId, run, reason, ownerId } = exception
  const { compiled } = await catalog.version(run.versionId)
  const timeout = compiled.definition.routes[run.route ?? '']?.timeout
  if (!timeout) return false
  const note = `Nobody acted within ${timeout.after}.`
  const { route } = timeout
  const move = route === undefined ? undefined : await planMove(deps, exception, { route, because: note })
  const by = engine.id
  return db.transaction(async (tx) => {
    const root = move ? run.actionRoot : null
    if (root !== null && (await replayInFlight(tx, { root, besides: runId })) !== undefined) return false
    if (!(await claimException(tx, { id: exceptionId, as: 'expired', by, at, note }))) return false
    await addAudit(tx, {
      at,
      actor: engine,
      action: 'exception.expired',
      target: exceptionId,
      runId,
      before: { state: exception.state, owner: ownerId, reason },
      after: { as: 'expired', ...(move ? { route: move.route } : {}) },
      note,
    })
    await tx.decision.create({
      data: {
        id: newId('dec'),
        runId,
        versionId: run.versionId,
        route: move?.route ?? run.route,
        owner: move?.owner.join(', ') || null,
        reason: 'expired',
        trace: [],
        inputs: move ? { moved: true } : {},
        decidedBy: by,
        decidedAt: at,
      },
    })
    if (move) await moveOn({ queue }, tx, runId, { move, by, note, at })
    else await writeOutcome(tx, { runId, from: 'held', kind: timeout.outcome ?? 'dismissed', note, by, at })
    await wantCardOf(tx, exceptionId)
    return true
  })
}

/** One look at all open exceptions whose timeout is over; resolves with how many went on by that. */
export async function expireExceptions(deps: ExpireDeps): Promise<number> {
  const { db, clock, cardsChanged, log } = deps
  const at = clock()
  let expired = 0
  for await (const { id } of timedOutExceptions(db.prisma, at)) {
    try {
      if (await expire(deps, id, at)) expired += 1
    } catch (error) {
      log.error({ err: error, exception: id }, 'an exception could not be timed out')
    }
  }
  if (expired > 0) cardsChanged()
  return expired
}
