// Closing an open exception without a person having decided it: its run was replayed, or the trouble went away.
import { addAudit } from '../../db/audit/audit.ts'
import { wantCardOf } from '../../db/cards/cards.ts'
import { claimException } from '../../db/exceptions/exceptions.ts'
import type { Tx } from '../../db/store/open.ts'
import { writeOutcome } from '../../db/runs/outcomes.ts'
import type { Actor, ResolvedAs } from '../../domain/exceptions/resolution.ts'

export interface Closing {
  exceptionId: string
  runId: string
  as: Extract<ResolvedAs, 'replayed' | 'recovered' | 'done' | 'dismissed'>
  note: string
  actor: Actor
  at: Date
}

/** Resolves the exception and ends its run, in the caller's transaction. false: somebody resolved it first. */
export async function closeException(tx: Tx, closing: Closing): Promise<boolean> {
  const { exceptionId, runId, as, note, actor, at } = closing
  if (!(await claimException(tx, { id: exceptionId, as, by: actor.id, at, note }))) return false
  await addAudit(tx, { at, actor, action: `exception.${as}`, target: exceptionId, runId, note })
  const kind = as === 'done' ? 'achieved' : as === 'dismissed' ? 'dismissed' : 'ignored'
  await writeOutcome(tx, { runId, from: 'held', kind, note, by: actor.id, at })
  await wantCardOf(tx, exceptionId)
  return true
}
