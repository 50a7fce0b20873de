// Who a name in a workflow file is: people, groups and roles, as Slack last told us. Also: may this person act?
import { type OwnerName, ownerNameText, parseOwner, type WeightedName } from '../domain/owner.ts'
import { noStandards, type Standards, standardsSchema } from '../domain/standards.ts'
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

/** The standards published last; none were published: the defaults. */
export async function newestStandards(tx: Tx): Promise<Standards> {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { content: true } })
  return row ? standardsSchema.parse(row.content) : noStandards
}

/** The text of the signalbox.yaml that was published last; undefined when none was. */
export async function newestStandardsSource(tx: Tx): Promise<string | undefined> {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { source: true } })
  return row?.source || undefined
}

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

async function groupWithMembers(tx: Tx, where: { id: string } | { handle: string }) {
  const group = await tx.personGroup.findFirst({ where })
  if (!group) return undefined
  const present = await tx.person.findMany({
    where: { id: { in: group.members }, isDeleted: false, isBot: false },
    select: { id: true },
  })
  return present.length === 0 ? undefined : { ...group, present: present.map(({ id }) => id) }
}

/** Whether something can lie with them now: not with a group whose members are all away, whoever covers for them. */
async function isReachable(tx: Tx, { id }: Owner, look: Look): Promise<boolean> {
  if (!id.startsWith('S') || look.takesAway) return true
  const members = (await groupWithMembers(tx, { id }))?.present ?? []
  for (const member of members) if ((await presentPerson(tx, member, look))?.id === member) return true
  return false
}

async function findNamed(tx: Tx, name: OwnerName, look: Look): Promise<Owner | undefined> {
  if (name.kind === 'role') return undefined
  const handle = name.handle.toLowerCase()
  const person = await tx.person.findFirst({ where: { handle }, orderBy: { isDeleted: 'asc' } })
  if (person) return presentPerson(tx, person.id, look)
  const group = await groupWithMembers(tx, { handle })
  return group && { id: group.id, label: `@${group.handle}` }
}

/** People behind names: the members of groups, and persons themselves, with the weight of the name. */
async function candidates(tx: Tx, names: WeightedName[], look: Look) {
  const found: { owner: Owner; weight: number }[] = []
  for (const { name, weight } of names) {
    const owner = await findNamed(tx, name, look)
    if (!owner) continue
    const members = owner.id.startsWith('S')
      ? ((await groupWithMembers(tx, { id: owner.id }))?.present ?? [])
      : [owner.id]
    for (const id of members) {
      const person = await presentPerson(tx, id, look)
      if (person && !found.some((other) => other.owner.id === person.id))
        found.push({ owner: person, weight })
    }
  }
  return found
}

type Choose = (strategy: string, part: string, among: Candidate[]) => Promise<Owner | undefined>

async function find(
  tx: Tx,
  { spec, standards, look }: { spec: string; standards: Standards; look: Look },
  choose: Choose,
): Promise<Owner | undefined> {
  for (const part of splitOwners(spec)) {
    const byId = idPattern.test(part) ? await findById(tx, part, look) : undefined
    if (byId && (await isReachable(tx, byId, look))) return byId
    const expression = parseOwner(part)
    if (!expression) continue
    const names = expandRoles(expression.of, standards)
    if (expression.strategy === 'one') {
      for (const { name } of names) {
        const owner = await findNamed(tx, name, look)
        if (owner && (await isReachable(tx, owner, look))) return owner
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

async function findById(tx: Tx, id: string, look: Look): Promise<Owner | undefined> {
  if (!id.startsWith('S')) return presentPerson(tx, id, look)
  const group = await groupWithMembers(tx, { id })
  return group && { id, label: `@${group.handle}` }
}

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
