// Who may replay: whom access.ts lets, and what a resolver has by the exception.
import { accessOf } from '../../access/access.ts'
import type { Database } from '../../db/store/open.ts'
import { refusalFor } from '../exception/held.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

/** Who may replay runs of this workflow, in words, should this actor not; undefined: they may. */
export async function refusalOfMany(
  { prisma }: Database,
  workflow: string,
  actor: Actor,
): Promise<string | undefined> {
  const access = accessOf(prisma, actor)
  return (await access.may('replay', workflow)) ? undefined : access.whoMay('replay', workflow)
}

/** What a replay of one run is to be, as far as it matters to who may. */
export interface ReplayOfOne {
  runId: string
  actor: Actor
  event?: Uint8Array
  repeatDone?: boolean
}

/**
 * Who may replay this run, in words, should this actor not; undefined: they may, or there is no such run. Whoever may resolve
 * what it waits for has a retry by that, and so a replay: of what is left to do, of what arrived. Another event is a run that
 * they start; doing again what was done is no retry; and a review is for its approvers to decide, together.
 */
export async function refusalOfOne(
  db: Database,
  { runId, actor, event, repeatDone = false }: ReplayOfOne,
): Promise<string | undefined> {
  const run = await db.prisma.run.findUnique({
    where: { id: runId },
    select: {
      workflowKey: true,
      exceptions: { where: { state: 'open' }, select: { id: true, reason: true } },
    },
  })
  if (!run) return undefined
  const access = accessOf(db.prisma, actor)
  const others = await refusalOfMany(db, run.workflowKey, actor)
  if (event !== undefined && !others && !(await access.may('start', run.workflowKey)))
    return access.whoMay('start', run.workflowKey)
  if (!others) return undefined
  const [open] = run.exceptions
  if (!open || open.reason === 'approval_required' || event !== undefined || repeatDone) return others
  const resolvers = await refusalFor({ db }, { exceptionId: open.id, actor })
  if (resolvers === undefined) return undefined
  return [...new Set([resolvers, ...others.split(', ')])].join(', ')
}

/** A refusal, as an answer. */
export interface NotAllowed {
  kind: 'not_allowed'
  /** Who may, in words. */
  who: string
}
