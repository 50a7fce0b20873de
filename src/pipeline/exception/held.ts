// An exception as those who act on it read it, and who of them may: the policy stored with it, asked on every path.
import type { Policy } from '../../db/exceptions.ts'
import type { Database, Tx } from '../../db/open.ts'
import { resolveOwner } from '../../db/owners.ts'
import { inWords, mayAct } from '../../db/people.ts'
import { newestStandards } from '../../db/standards.ts'
import { hasStarted } from '../../db/starters.ts'
import { OPERATORS } from '../../domain/owner.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import type { Actor, SettledAs } from '../../domain/settling.ts'
import type { SettleAnswer } from './settlement.ts'

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

/** What somebody is about to do: who started the run may be barred from approving alone. */
export type Wish = 'approve' | 'reassign' | 'settle'

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
    return allowed.length === 0 ? 'nobody: its policy names no one' : inWords(tx, allowed)
  }
  if (isApproval && !policy.self && (await hasStarted(tx, exception.runId, actor.id))) {
    return `${await inWords(tx, policy.by)}, but not who started the run`
  }
  return undefined
}

/** An open exception that this person may act on, or the answer to those who may not. */
export async function openFor(
  { db }: Pick<SettleDeps, 'db'>,
  { exceptionId, actor, wish = 'settle' }: { exceptionId: string; actor: Actor; wish?: Wish | undefined },
): Promise<
  | { kind: 'open'; exception: HeldException }
  | Extract<SettleAnswer, { kind: 'unknown' | 'already_settled' | 'not_allowed' }>
> {
  const exception = await readException(db.prisma, exceptionId)
  if (!exception) return { kind: 'unknown' }
  if (exception.state !== 'open') return alreadySettled(exception)
  const who = await refusal(db.prisma, exception, actor, wish)
  return who === undefined ? { kind: 'open', exception } : { kind: 'not_allowed', who }
}

/** What whoever comes second is told. */
export const alreadySettled = (
  exception: HeldException,
): Extract<SettleAnswer, { kind: 'already_settled' }> => ({
  kind: 'already_settled',
  as: exception.settledAs as SettledAs,
  by: exception.settledBy ?? 'somebody',
  at: exception.settledAt ?? exception.openedAt,
})

/** A review whose reviewers have all left can still be rejected or handed on by whoever owns it now. */
const isAnybodyThere = async (tx: Tx, specs: string[]): Promise<boolean> =>
  (await resolveOwner(tx, specs.join(', '), await newestStandards(tx))) !== undefined

/** Who may settle it, should this person not; undefined: they may, or it is over. Changes nothing. */
export async function refusalFor(
  { db }: Pick<SettleDeps, 'db'>,
  { exceptionId, actor, wish = 'settle' }: { exceptionId: string; actor: Actor; wish?: Wish },
): Promise<string | undefined> {
  const found = await openFor({ db }, { exceptionId, actor, wish })
  return found.kind === 'not_allowed' ? found.who : undefined
}
