// An exception as those who act on it read it, and who of them may: the policy stored with it, asked on every path.
import type { Policy } from '../../db/exceptions/exceptions.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import { resolveOwner } from '../../db/people/owners.ts'
import { inWords, mayAct } from '../../db/people/people.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { hasStarted } from '../../db/runs/initiators.ts'
import { OPERATORS } from '../../domain/people/owner.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { chosenIn } from '../../domain/exceptions/ways.ts'
import type { Actor, ResolvedAs } from '../../domain/exceptions/resolution.ts'
import type { ResolveAnswer } from './resolution.ts'

export interface ResolveDeps {
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

/**
 * What somebody is about to do. To `attend` is to be on it, put it off and talk about it. Who started the run may be
 * barred from approving alone.
 */
export type Permission = 'approve' | 'resolve' | 'reassign' | 'attend'

/** What stands against this person resolving it, in words; undefined when they may. */
export async function refusal(
  tx: Tx,
  exception: HeldException,
  actor: Actor,
  permission: Permission,
): Promise<string | undefined> {
  if (actor.surface === 'engine') return undefined
  const policy = exception.policy as unknown as Policy
  const { ownerId } = exception
  const isOwners =
    exception.reason !== 'approval_required' || (await isOwnersOfReview(tx, policy, permission))
  const owner = isOwners && ownerId !== null ? [ownerId] : []
  // What is nobody's stands in the operators' channel: they give it to somebody, who may resolve it then.
  const givers = permission === 'reassign' && ownerId === null ? [OPERATORS] : []
  const allowed = [...policy.by, ...owner, ...givers]
  if (!(await mayAct(tx, actor.id, allowed))) {
    return (await inWords(tx, allowed)) || 'nobody: its policy names no one'
  }
  if (permission === 'approve' && !policy.self && (await hasStarted(tx, exception.runId, actor.id))) {
    return `${await inWords(tx, policy.by)}, but not who started the run`
  }
  return undefined
}

/** An open exception that this person may act on, or the answer to those who may not. */
export async function openFor(
  { db }: Pick<ResolveDeps, 'db'>,
  {
    exceptionId,
    actor,
    permission = 'resolve',
  }: { exceptionId: string; actor: Actor; permission?: Permission | undefined },
): Promise<
  | { kind: 'open'; exception: HeldException }
  | Extract<ResolveAnswer, { kind: 'unknown' | 'already_resolved' | 'not_allowed' }>
> {
  const exception = await readException(db.prisma, exceptionId)
  if (!exception) return { kind: 'unknown' }
  if (exception.state !== 'open') return alreadyResolved(exception)
  const who = await refusal(db.prisma, exception, actor, permission)
  return who === undefined ? { kind: 'open', exception } : { kind: 'not_allowed', who }
}

/** What whoever comes second is told. */
export const alreadyResolved = (
  exception: HeldException,
): Extract<ResolveAnswer, { kind: 'already_resolved' }> => ({
  kind: 'already_resolved',
  as: exception.resolvedAs as ResolvedAs,
  by: exception.resolvedBy ?? 'somebody',
  at: exception.resolvedAt ?? exception.openedAt,
  ...chosenIn(exception.data),
})

/**
 * The decision on a review is its reviewers' alone, but when all of them have left: then its owner may decline it. The
 * rest is for whoever owns it, as it is they who are reminded.
 */
async function isOwnersOfReview(tx: Tx, { by }: Policy, permission: Permission): Promise<boolean> {
  if (permission === 'attend' || permission === 'reassign') return true
  if (permission === 'approve') return false
  return (await resolveOwner(tx, by.join(', '), await newestStandards(tx))) === undefined
}

/** Who may resolve it, should this person not; undefined: they may, or it is over. Changes nothing. */
export async function refusalFor(
  { db }: Pick<ResolveDeps, 'db'>,
  {
    exceptionId,
    actor,
    permission = 'resolve',
  }: { exceptionId: string; actor: Actor; permission?: Permission },
): Promise<string | undefined> {
  const found = await openFor({ db }, { exceptionId, actor, permission })
  return found.kind === 'not_allowed' ? found.who : undefined
}
