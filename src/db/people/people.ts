// People as Slack last told us: who acts, may they, and what they are called.
import { actorText } from '../../domain/people/actor.ts'
import { isMember, isOurTeam } from '../../domain/people/membership.ts'
import { isNobody, ownerWords } from '../../domain/people/owner-from-record.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { memberOf } from './members.ts'
import type { Tx } from '../store/open.ts'
import { idsIn } from './owners.ts'
import { newestStandards } from '../workflows/standards.ts'
import { readWorkspace } from './workspace.ts'

/** Whether this is an active member of our workspace. */
export const isActive = async (tx: Tx, id: string): Promise<boolean> => {
  const ours = await readWorkspace(tx)
  const person = await tx.person.findUnique({ where: { id } })
  return ours !== undefined && person !== null && isMember(person, ours)
}

/** One id for one person, wherever they act from; an actor that is nobody in Slack keeps its own. */
export const personIdOf = async (tx: Tx, actorId: string): Promise<string> =>
  (await memberOf(tx, actorId))?.id ?? actorId

/**
 * Whether this actor (Slack user id, or whoever sits at the command line) is one of `specs`: a person, a member of a
 * group, or either through a role, by their ids alone. An empty list is nobody; who is no active member of our workspace
 * never is anybody.
 */
export async function mayAct(
  tx: Tx,
  actorId: string,
  specs: string[],
  standards?: Standards,
): Promise<boolean> {
  if (specs.length === 0) return false
  const ours = await readWorkspace(tx)
  const person = ours && (await memberOf(tx, actorId, ours))
  if (!person) return false
  const ids = new Set(idsIn(specs, standards ?? (await newestStandards(tx))))
  if (ids.has(person.id)) return true
  const groups = await tx.personGroup.findMany({
    where: { id: { in: [...ids] }, members: { has: person.id } },
  })
  return groups.some((group) => isOurTeam(group, ours))
}

/** Names for ids, for cards and answers: `U…` → `@ada`, `S…` → `@support`, `C…` → `#pay`, who acts at the command line as what they are. */
export async function labelsOf(tx: Tx, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const known = await tx.$queryRaw<{ id: string; label: string }[]>`
    SELECT id, '@' || handle AS label FROM person WHERE id = ANY(${ids})
    UNION ALL SELECT id, '@' || handle FROM person_group WHERE id = ANY(${ids})
    UNION ALL SELECT id, '#' || name FROM channel WHERE id = ANY(${ids})`
  const commandLine = ids.flatMap((id) => (actorText(id) === id ? [] : [[id, actorText(id)] as const]))
  return new Map([...commandLine, ...known.map(({ id, label }) => [id, label] as const)])
}

export const labelOfId = async (tx: Tx, id: string): Promise<string> =>
  (await labelsOf(tx, [id])).get(id) ?? id

const ID = /\b[UWS][A-Z0-9]{5,20}\b/g

/** Each of these texts (lists of owners, strategies) with the names of the ids in it. */
export async function labelledOwners(tx: Tx, specs: string[]): Promise<Map<string, string>> {
  const ids = [...new Set(specs.flatMap((spec) => spec.match(ID) ?? []))]
  const labels = ids.length === 0 ? new Map<string, string>() : await labelsOf(tx, ids)
  return new Map(specs.map((spec) => [spec, ownerWords(spec.replaceAll(ID, (id) => labels.get(id) ?? id))]))
}

/** Each of `names` once, with ids by their label; of a person who is no active member (any more) it says so. */
export async function inWords(tx: Tx, names: string[]): Promise<string> {
  const specs = names.filter((name) => !isNobody(name))
  const labels = await labelledOwners(tx, specs)
  const people = await tx.person.findMany({ where: { id: { in: specs } } })
  const ours = people.length === 0 ? undefined : await readWorkspace(tx)
  const inactive = new Set(people.flatMap((one) => (ours && isMember(one, ours) ? [] : [one.id])))
  const inWord = (spec: string) => `${labels.get(spec) ?? spec}${inactive.has(spec) ? ' (inactive)' : ''}`
  return [...new Set(specs.map(inWord))].join(', ')
}
