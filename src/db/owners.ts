// Who can own something: the people and groups that a name in a workflow file means, as Slack last told us.
import { OPERATORS, type OwnerName, ownerNameText, parseOwner, type WeightedName } from '../domain/owner.ts'
import type { Standards } from '../domain/standards.ts'
import { type Candidate, takeTurn } from './owner-strategy.ts'
import type { Tx } from './open.ts'

/** A person (U…) or a user group (S…) that can own something now. */
export interface Owner {
  id: string
  label: string
}

const MOST_ROLE_DEPTH = 5
const idPattern = /^[UWS][A-Z0-9]{5,}$/

/** Splits "@ada, round_robin("@a", "@b")" at the commas that are not inside brackets. */
export const splitOwners = (text: string): string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Who answers for a workflow: its owner, and whoever runs Signalbox. Without an owner: they alone. */
export const answerableFor = (ownerSpec = ''): string[] => [...splitOwners(ownerSpec), OPERATORS]

/** Roles replaced by the names they stand for, in order, each once. */
export function expandRoles(names: WeightedName[], standards: Standards, depth = 0): WeightedName[] {
  const expanded = names.flatMap(({ name, weight }): WeightedName[] => {
    if (name.kind === 'handle') return [{ name, weight }]
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

/** When is looked, and whether somebody who is away without a cover still counts as there. */
interface Look {
  at: Date
  takesAway: boolean
}

const findPerson = (tx: Tx, id: string) =>
  tx.person.findUnique({
    where: { id },
    select: {
      id: true,
      handle: true,
      isDeleted: true,
      isBot: true,
      awayUntil: true,
      statusAwayUntil: true,
      coverId: true,
    },
  })

/** The cover of somebody who is away or gone, and so on; undefined when nobody along the way is there. */
async function presentPerson(tx: Tx, id: string, { at, takesAway }: Look): Promise<Owner | undefined> {
  const met = new Set<string>()
  for (let next: string | null = id; next !== null && !met.has(next);) {
    met.add(next)
    const person: Awaited<ReturnType<typeof findPerson>> = await findPerson(tx, next)
    if (!person) return undefined
    const { awayUntil, statusAwayUntil, coverId } = person
    const isAway = [awayUntil, statusAwayUntil].some((until) => until !== null && until > at)
    const isThere = !isAway || (coverId === null && takesAway)
    if (!person.isDeleted && !person.isBot && isThere) return { id: person.id, label: `@${person.handle}` }
    next = coverId
  }
  return undefined
}

/** Of a group also who is in it and has not left. */
interface Found extends Owner {
  members?: string[]
}

/** undefined: there is none, or nobody is left in it. */
async function groupOf(tx: Tx, where: { id: string } | { handle: string }): Promise<Found | undefined> {
  const group = await tx.personGroup.findFirst({ where })
  if (!group) return undefined
  const there = await tx.person.findMany({
    where: { id: { in: group.members }, isDeleted: false, isBot: false },
    select: { id: true },
  })
  if (there.length === 0) return undefined
  return { id: group.id, label: `@${group.handle}`, members: there.map(({ id }) => id) }
}

/** Whether something can lie with them now: not with a group whose members are all away, whoever covers for them. */
async function isReachable(tx: Tx, { members }: Found, look: Look): Promise<boolean> {
  if (!members || look.takesAway) return true
  for (const member of members) if ((await presentPerson(tx, member, look))?.id === member) return true
  return false
}

async function findNamed(tx: Tx, name: OwnerName, look: Look): Promise<Found | undefined> {
  if (name.kind === 'role') return undefined
  const handle = name.handle.toLowerCase()
  const person = await tx.person.findFirst({ where: { handle }, orderBy: { isDeleted: 'asc' } })
  return person ? presentPerson(tx, person.id, look) : groupOf(tx, { handle })
}

/** People behind names: the members of groups, and persons themselves, with the weight of the name. */
async function candidates(tx: Tx, names: WeightedName[], look: Look) {
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

const findById = (tx: Tx, id: string, look: Look): Promise<Found | undefined> =>
  id.startsWith('S') ? groupOf(tx, { id }) : presentPerson(tx, id, look)

type Choose = (strategy: string, part: string, among: Candidate[]) => Promise<Owner | undefined>

async function find(
  tx: Tx,
  { spec, standards, look }: { spec: string; standards: Standards; look: Look },
  choose: Choose,
): Promise<Owner | undefined> {
  for (const part of splitOwners(spec)) {
    const byId = idPattern.test(part) ? await findById(tx, part, look) : undefined
    if (byId && (await isReachable(tx, byId, look))) return { id: byId.id, label: byId.label }
    const expression = parseOwner(part)
    if (!expression) continue
    const names = expandRoles(expression.of, standards)
    if (expression.strategy === 'one') {
      for (const { name } of names) {
        const owner = await findNamed(tx, name, look)
        if (owner && (await isReachable(tx, owner, look))) return { id: owner.id, label: owner.label }
      }
      continue
    }
    const there = (await candidates(tx, names, look)).filter(({ weight }) => weight > 0)
    const chosen = there.length === 0 ? undefined : await choose(expression.strategy, part, there)
    if (chosen) return chosen
  }
  return undefined
}

/**
 * The person or group that `spec` (one owner or several, separated by commas) means now. People who are away are
 * stood in for by their cover; deactivated people, empty groups and unknown names are passed over. A role is its
 * first member who is there; of a strategy, anybody who could be chosen. undefined: nobody can be reached.
 */
export const resolveOwner = (
  tx: Tx,
  spec: string,
  standards: Standards,
  at = new Date(),
): Promise<Owner | undefined> =>
  find(
    tx,
    { spec, standards, look: { at, takesAway: true } },
    async (_strategy, _part, among) => among[0]?.owner,
  )

/**
 * The same for something that is given to them now: strategies choose whose turn it is, and move on. Who is away and has
 * no cover is passed over: it would lie there until they are back.
 */
export const assignOwner = (
  tx: Tx,
  spec: string,
  standards: Standards,
  at: Date,
): Promise<Owner | undefined> =>
  find(tx, { spec, standards, look: { at, takesAway: false } }, (strategy, part, among) =>
    takeTurn(tx, { strategy, key: part, candidates: among }),
  )

/** The people and groups that a name is, whether they are there or not: whose something is already. Not their covers. */
export async function ownersNamed(tx: Tx, text: string, standards: Standards): Promise<Owner[]> {
  const found: Owner[] = []
  for (const { name } of expandRoles(parseOwner(text)?.of ?? [], standards)) {
    if (name.kind === 'role') continue
    const handle = name.handle.toLowerCase()
    const owner =
      (await tx.person.findFirst({ where: { handle, isBot: false }, orderBy: { isDeleted: 'asc' } })) ??
      (await tx.personGroup.findFirst({ where: { handle } }))
    if (owner) found.push({ id: owner.id, label: `@${owner.handle}` })
  }
  return found
}
