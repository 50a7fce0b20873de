// An exception as those who act on it read it, and who of them may: the policy stored with it, asked on every path.
import type { Policy } from '../../db/exceptions.ts'
import type { Database, Tx } from '../../db/open.ts'
import { labelsOf, mayAct, newestStandards, resolveOwner } from '../../db/people.ts'
import { hasStarted } from '../../db/starters.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import type { Actor, SettleAnswer, SettledAs } from './settlement.ts'

export interface SettleDeps {
  db: Database
  queue: Queue
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

export async function readException(tx: Tx, id: string) {
  return tx.exception.findUnique({
    where: { id },
    include: { run: { include: { event: { select: { source: true } } } } },
  })
}
export type HeldException = NonNullable<Awaited<ReturnType<typeof readException>>>

/** Somebody was first: who, and when. */
export const alreadySettled = (
  exception: HeldException,
): Extract<SettleAnswer, { kind: 'already_settled' }> => ({
  kind: 'already_settled',
  as: exception.settledAs as SettledAs,
  by: exception.settledBy ?? 'somebody',
  at: exception.settledAt ?? exception.openedAt,
})

/** What somebody is about to do: who started the run may be barred from approving alone. */
export type Wish = 'approve' | 'reassign' | 'settle'

const OPERATORS = 'role:operators'

/** What stands against this person settling it, in words; undefined when they may. */
export async function refusal(
  tx: Tx,
  exception: HeldException,
  actor: Actor,
  wish: Wish,
): Promise<string | undefined> {
  if (actor.surface === 'engine') return undefined
  const policy = exception.policy as unknown as Policy
  const { ownerId } = exception
  const isApproval = wish === 'approve'
  const isOwnersToo =
    exception.reason !== 'approval_required' || (!isApproval && !(await isAnybodyThere(tx, policy.by)))
  const owner = isOwnersToo && ownerId !== null ? [ownerId] : []
  // What is nobody's stands in the operators' channel: they give it to somebody, who may settle it then.
  const givers = wish === 'reassign' && ownerId === null ? [OPERATORS] : []
  const allowed = [...policy.by, ...owner, ...givers]
  if (!(await mayAct(tx, actor.id, allowed))) {
    return allowed.length === 0 ? 'nobody: its policy names no one' : (await named(tx, allowed)).join(', ')
  }
  if (isApproval && !policy.self && (await hasStarted(tx, exception.runId, actor.id))) {
    return `${(await named(tx, policy.by)).join(', ')}, but not who started the run`
  }
  return undefined
}

/** A review whose reviewers have all left can still be rejected or handed on by whoever owns it now. */
const isAnybodyThere = async (tx: Tx, specs: string[]): Promise<boolean> =>
  (await resolveOwner(tx, specs.join(', '), await newestStandards(tx))) !== undefined

/** Who may settle it, should this person not; undefined: they may, or it is over. Changes nothing. */
export async function refusalFor(
  { db }: Pick<SettleDeps, 'db'>,
  { exceptionId, actor, wish = 'settle' }: { exceptionId: string; actor: Actor; wish?: Wish },
): Promise<string | undefined> {
  const exception = await readException(db.prisma, exceptionId)
  return exception?.state === 'open' ? refusal(db.prisma, exception, actor, wish) : undefined
}

async function named(tx: Tx, specs: string[]): Promise<string[]> {
  const labels = await labelsOf(tx, specs)
  return [...new Set(specs.map((spec) => labels.get(spec) ?? spec))]
}
