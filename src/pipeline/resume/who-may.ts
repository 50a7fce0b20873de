// Who may replay: who answers for the workflow (its owner, and operators), and who may settle what the run waits for.
import type { Database } from '../../db/open.ts'
import { answerableFor } from '../../db/owners.ts'
import { inWords, mayAct } from '../../db/people.ts'
import { refusalFor } from '../exception/held.ts'
import type { Actor } from '../../domain/settling.ts'

/** Who may replay runs of this workflow, should this actor not; undefined: they may. */
async function othersThan(
  { prisma }: Database,
  actor: Actor,
  ownerSpec: string,
): Promise<string[] | undefined> {
  const allowed = answerableFor(ownerSpec)
  return actor.surface === 'engine' || (await mayAct(prisma, actor.id, allowed)) ? undefined : allowed
}

/** Who may replay many runs of this workflow, in words, should this actor not; undefined: they may. */
export async function refusalOfMany(
  db: Database,
  workflow: string,
  actor: Actor,
): Promise<string | undefined> {
  const found = await db.prisma.workflow.findUnique({
    where: { key: workflow },
    select: { ownerSpec: true },
  })
  const others = await othersThan(db, actor, found?.ownerSpec ?? '')
  return others && inWords(db.prisma, others)
}

/** Who may replay this run, in words, should this actor not; undefined: they may, or there is no such run. */
export async function refusalOfOne(db: Database, runId: string, actor: Actor): Promise<string | undefined> {
  const run = await db.prisma.run.findUnique({
    where: { id: runId },
    select: {
      workflow: { select: { ownerSpec: true } },
      exceptions: { where: { state: 'open' }, select: { id: true } },
    },
  })
  const others = run && (await othersThan(db, actor, run.workflow.ownerSpec))
  if (!others) return undefined
  const [open] = run.exceptions
  const words = await inWords(db.prisma, others)
  if (!open) return words
  const settlers = await refusalFor({ db }, { exceptionId: open.id, actor })
  return settlers === undefined ? undefined : [...new Set([settlers, ...words.split(', ')])].join(', ')
}

/** A refusal, as an answer. */
export interface NotAllowed {
  kind: 'not_allowed'
  /** Who may, in words. */
  who: string
}
