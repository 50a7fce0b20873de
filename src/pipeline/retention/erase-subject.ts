// Erasure on request: everything that a subject's ended runs hold is emptied at once, and their cards stand anew.
import { addAudit } from '../../db/audit.ts'
import { emptyRuns, mayErase, redrawCards, runsOfSubject } from '../../db/erase.ts'
import type { Database } from '../../db/open.ts'
import { erasable } from '../../domain/erased.ts'
import type { Actor } from '../../domain/settling.ts'

export interface ErasureRequest {
  subject: string
  /** Only its runs in this workflow; one subject may mean different things in two. */
  workflow?: string
  reason: string
  actor: Actor
  /** Erases what has ended although something is open: what is open stays as it is. */
  leavesOpen?: boolean
}

export type ErasureAnswer =
  | { kind: 'erased'; runs: number; open: number }
  | { kind: 'open_work'; open: string[] }
  | { kind: 'nothing' }
  | { kind: 'not_allowed' }

export async function eraseSubject(
  { db, clock }: { db: Database; clock: () => Date },
  { subject, workflow, reason, actor, leavesOpen = false }: ErasureRequest,
): Promise<ErasureAnswer> {
  return db.transaction(async (tx): Promise<ErasureAnswer> => {
    if (!(await mayErase(tx))) return { kind: 'not_allowed' }
    const { ended, open } = await runsOfSubject(tx, subject, workflow)
    if (open.length > 0 && !leavesOpen) return { kind: 'open_work', open }
    if (ended.length === 0) return { kind: 'nothing' }
    const at = clock()
    await redrawCards(tx, ended)
    await emptyRuns(tx, ended, { parts: erasable, at, by: actor.id })
    await addAudit(tx, {
      at,
      actor,
      action: 'subject.erased',
      target: subject,
      after: { runs: ended.length, left: open.length, workflow: workflow ?? null },
      note: reason,
    })
    return { kind: 'erased', runs: ended.length, open: open.length }
  })
}
