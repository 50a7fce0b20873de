// Who can own something: the people and groups that an owner's ids mean, as Slack last told us. A name without an id is
// nobody here: what it means was asked when its file was published (name-bindings.ts).
import { isMember, isOurTeam, type Workspace } from '../../domain/people/membership.ts'
import { type OwnerName, ownerNameText, parseOwner, type WeightedName } from '../../domain/people/owner.ts'
import { splitOwners } from '../../domain/people/owner-texts.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { typedWithIds } from './members.ts'
import { type Candidate, takeTurns } from './owner-strategy.ts'
import type { Tx } from '../store/open.ts'
import { membersAmong, readWorkspace } from './workspace.ts'

export { answerableFor, splitOwners } from '../../domain/people/owner-texts.ts'

/** A person (U…) or a user group (S…) that can own something now. */
export interface Owner {
  id: string
  label: string
}

const MOST_ROLE_DEPTH = 5

/** Roles replaced by the names they stand for, in order, each once. */
export function expandRoles(names: WeightedName[], standards: Standards, depth = 0): WeightedName[] {
  const expanded = names.flatMap(({ name, weight }): WeightedName[] => {
    if (name.kind !== 'role') return [{ name, weight }]
    if (depth >= MOST_ROLE_DEPTH) return []
    const inside = (standards.roles[name.role] ?? []).flatMap((text) => parseOwner(text)?.of ?? [])
    return expandRoles(inside, standards, depth + 1).map((member) => ({ ...member, weight }))
  })
  const seen = new Set<string>()
  return expanded.filter(({ name }) => {
    const text = ownerNameText(name)
    return seen.has(text) ? false : seen.add(text)
  })
}

/** The ids that owners stand for, through their roles. */
export const idsIn = (specs: string[], standards: Standards): string[] =>
  expandRoles(
    specs.flatMap(splitOwners).flatMap((part) => parseOwner(part)?.of ?? []),
    standards,
  ).flatMap(({ name }) => (name.kind === 'id' ? [name.id] : []))

/** When is looked, in which workspace, and whether somebody who is away without a cover still counts as there. */
interface Look {
  at: Date
  ours: Workspace | undefined
  takesAway: boolean
}

/** The cover of somebody who is away or gone, and so on; undefined when nobody along the way is there. */
async function presentPerson(tx: Tx, id: string, { at, ours, takesAway }: Look): Promise<Owner | undefined> {
  const met = new Set<string>()
  const findPerson = (of: string) => tx.person.findUnique({ where: { id: of } })
  for (let next: string | null = id; next !== null && !met.has(next);) {
    met.add(next)
    const person: Awaited<ReturnType<typeof findPerson>> = await findPerson(next)
    if (!person) return undefined
    const { awayUntil, statusAwayUntil, coverId } = person
    const isAway = [awayUntil, statusAwayUntil].some((until) => until !== null && until > at)
    const isThere = !isAway || (coverId === null && takesAway)
    if (ours && isMember(person, ours) && isThere) return { id: person.id, label: `@${person.handle}` }
    next = coverId
  }
  return undefined
}

/** Of a group also which members of ours are in it. */
interface Found extends Owner {
  members?: string[]
}

/** undefined: there is none, it is not ours, or nobody of ours is left in it. */
async function groupOf(tx: Tx, id: string, ours: Workspace | undefined): Promise<Found | undefined> {
  const group = await tx.personGroup.findUnique({ where: { id } })
  if (!group || !ours || !isOurTeam(group, ours)) return undefined
  const there = await membersAmong(tx, await tx.person.findMany({ where: { id: { in: group.members } } }))
  if (there.length === 0) return undefined
  return { id: group.id, label: `@${group.handle}`, members: there.map((one) => one.id) }
}

/** Whether something can lie with them now: not with a group whose members are all away, whoever covers for them. */
async function isReachable(tx: Tx, { members }: Found, look: Look): Promise<boolean> {
  if (!members || look.takesAway) return true
  for (const member of members) if ((await presentPerson(tx, member, look))?.id === member) return true
  return false
}

const findNamed = async (tx: Tx, name: OwnerName, look: Look): Promise<Found | undefined> => {
  if (name.kind !== 'id') return undefined
  return name.id.startsWith('S') ? groupOf(tx, name.id, look.ours) : presentPerson(tx, name.id, look)
}

/** People behind names: the members of groups, and persons themselves, with the weight of the name. */
async function candidatesFor(tx: Tx, names: WeightedName[], look: Look) {
  const found: { owner: Owner; weight: number }[] = []
  for (const { name, weight } of names) {
    const owner = await findNamed(tx, name, look)
    if (!owner) continue
    for (const id of owner.members ?? [owner.id]) {
      const person = await presentPerson(tx, id, look)
      if (person && !found.some((other) => other.owner.id === person.id))
        found.push({ owner: person, weight })
    }
  }
  return found
}

/** Resolves with one owner for each that is wanted. */
type Choose = (strategy: string, part: string, among: Candidate[]) => Promise<Owner[]>

/** Anybody who could be chosen. */
const firstOf: Choose = async (_strategy, _part, among) => among.slice(0, 1).map(({ owner }) => owner)

/** As many as are wanted, the same for each where it is no strategy; none: nobody can be reached. */
async function find(
  tx: Tx,
  { spec, standards, look }: { spec: string; standards: Standards; look: Look },
  { many, choose }: { many: number; choose: Choose },
): Promise<Owner[]> {
  for (const part of splitOwners(spec)) {
    const expression = parseOwner(part)
    if (!expression) continue
    const names = expandRoles(expression.of, standards)
    if (expression.strategy === 'one') {
      for (const { name } of names) {
        const owner = await findNamed(tx, name, look)
        if (owner && (await isReachable(tx, owner, look)))
          return Array.from({ length: many }, () => ({ id: owner.id, label: owner.label }))
      }
      continue
    }
    const there = (await candidatesFor(tx, names, look)).filter(({ weight }) => weight > 0)
    if (there.length > 0) return choose(expression.strategy, part, there)
  }
  return []
}

/**
 * The person or group that `spec` (one owner or several, separated by commas) means now. People who are away are
 * stood in for by their cover; who is no member of our workspace, empty groups and names without an id are passed over. A
 * role is its first member who is there; of a strategy, anybody who could be chosen. undefined: nobody can be reached.
 */
export const resolveOwner = async (
  tx: Tx,
  spec: string,
  standards: Standards,
  at = new Date(),
): Promise<Owner | undefined> => {
  const look = { at, ours: await readWorkspace(tx), takesAway: true }
  const [owner] = await find(tx, { spec, standards, look }, { many: 1, choose: firstOf })
  return owner
}

/** The same for what somebody typed just now: its names are looked up, and mean nobody where two have them. */
export const resolveTyped = async (
  tx: Tx,
  text: string,
  standards: Standards,
  at: Date,
): Promise<Owner | undefined> => resolveOwner(tx, await typedWithIds(tx, text), standards, at)

/**
 * The same for something that is given to them now: strategies choose whose turn it is, and move on. Who is away and has
 * no cover is passed over: it would lie there until they are back.
 */
export const assignOwner = async (
  tx: Tx,
  spec: string,
  standards: Standards,
  at: Date,
): Promise<Owner | undefined> => (await assignOwners(tx, { spec, standards, at, many: 1 }))[0]

/** The same for several things at once, one owner for each; empty: nobody can be reached. */
export async function assignOwners(
  tx: Tx,
  { spec, standards, at, many }: { spec: string; standards: Standards; at: Date; many: number },
): Promise<Owner[]> {
  const look = { at, ours: await readWorkspace(tx), takesAway: false }
  const choose: Choose = (strategy, key, candidates) => takeTurns(tx, { strategy, key, candidates }, many)
  return find(tx, { spec, standards, look }, { many, choose })
}

/** The people and groups that a typed name is, whether they are there or not: the current owners, not their covers. */
export async function ownersNamed(tx: Tx, text: string, standards: Standards): Promise<Owner[]> {
  const ids = idsIn([await typedWithIds(tx, text)], standards)
  const people = await tx.person.findMany({ where: { id: { in: ids }, isBot: false } })
  const groups = await tx.personGroup.findMany({ where: { id: { in: ids } } })
  const labels = new Map([...people, ...groups].map(({ id, handle }) => [id, `@${handle}`]))
  return ids.flatMap((id) => {
    const label = labels.get(id)
    return label === undefined ? [] : [{ id, label }]
  })
}
