// People as Slack last told us: who acts, may they, and what they are called.
import { parseOwner } from '../domain/owner.ts'
import type { Standards } from '../domain/standards.ts'
import type { Tx } from './open.ts'
import { expandRoles, splitOwners } from './owners.ts'
import { newestStandards } from './standards.ts'

/** The active person behind an actor: a Slack user id, or `cli:<login>` for whoever has that handle. */
function findActor(tx: Tx, actorId: string) {
  const login = actorId.startsWith('cli:') ? actorId.slice(4).toLowerCase() : undefined
  const who = login === undefined ? { id: actorId } : { handle: login }
  return tx.person.findFirst({ where: { ...who, isDeleted: false, isBot: false } })
}

/** Whether this is a person, no bot, who has not left. */
export const isActive = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.person.count({ where: { id, isDeleted: false, isBot: false } })) > 0

/** One id for one person, wherever they act from; an actor that is nobody in Slack keeps its own. */
export const personIdOf = async (tx: Tx, actorId: string): Promise<string> =>
  (await findActor(tx, actorId))?.id ?? actorId

/**
 * Whether this actor (Slack user id, or `cli:<login>` for the person with that handle) is one of `specs`: named
 * person, member of a named group, or either through a role. An empty list is nobody; deactivated people never.
 */
export async function mayAct(
  tx: Tx,
  actorId: string,
  specs: string[],
  standards?: Standards,
): Promise<boolean> {
  const person = await findActor(tx, actorId)
  if (!person || specs.length === 0) return false
  const parts = specs.flatMap(splitOwners)
  const groups = await tx.personGroup.findMany({ where: { members: { has: person.id } } })
  if (parts.some((part) => part === person.id || groups.some(({ id }) => id === part))) return true
  const named = expandRoles(
    parts.flatMap((part) => parseOwner(part)?.of ?? []),
    standards ?? (await newestStandards(tx)),
  )
  const handles = new Set([person.handle, ...groups.map(({ handle }) => handle)])
  return named.some(({ name }) => name.kind === 'handle' && handles.has(name.handle.toLowerCase()))
}

/** Names for ids, for cards and answers: `U…` → `@ada`, `S…` → `@support`, anything else as it is. */
export async function labelsOf(tx: Tx, ids: string[]): Promise<Map<string, string>> {
  const people = await tx.person.findMany({ where: { id: { in: ids } }, select: { id: true, handle: true } })
  const groups = await tx.personGroup.findMany({
    where: { id: { in: ids } },
    select: { id: true, handle: true },
  })
  return new Map([...people, ...groups].map(({ id, handle }) => [id, `@${handle}`]))
}

export const labelOfId = async (tx: Tx, id: string): Promise<string> =>
  (await labelsOf(tx, [id])).get(id) ?? id

/** Each of `specs` once, with ids by their label. */
export async function inWords(tx: Tx, specs: string[]): Promise<string> {
  const labels = await labelsOf(tx, specs)
  return [...new Set(specs.map((spec) => labels.get(spec) ?? spec))].join(', ')
}
