// Who was deactivated and is still named somewhere (workflows, rules, reviews, escalations, roles): one exception for the
// operators that lists the places, and closes itself when none is left.
import { boundIn } from '../../db/people/name-bindings.ts'
import { movedText, nameStates } from '../../db/people/name-state.ts'
import { openFindings } from '../../db/exceptions/open-findings.ts'
import type { Database } from '../../db/store/open.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { namedOwners } from '../../domain/workflow-file/named-owners.ts'
import { bindable, type Bound, parseOwner } from '../../domain/people/owner.ts'
import type { CurrentWorkflow } from '../../workflow/catalog.ts'
import { type Finding, underOperators, type WatchDeps, writeFound } from './finding.ts'

const MOST_PLACES = 40

interface Named {
  /** Whom the name meant when it was published. */
  id: string
  place: string
  workflow: CurrentWorkflow | undefined
}

const idsIn = (text: string, bound: Bound): string[] =>
  (parseOwner(text)?.of ?? []).flatMap(({ name }) =>
    name.kind === 'id' ? name.id : (bound.get(bindable(name) ?? '') ?? []),
  )

/** Every place where somebody is named, by what stands there now. */
async function namedNow({ db, catalog }: WatchDeps): Promise<Named[]> {
  const { roles } = await newestStandards(db.prisma)
  const found: Named[] = Object.entries(roles).flatMap(([role, texts]) =>
    texts
      .flatMap((text) => idsIn(text, new Map()))
      .map((id) => ({ id, place: `signalbox.yaml: roles.${role}`, workflow: undefined })),
  )
  for (const key of await catalog.keys()) {
    const workflow = await catalog.current(key)
    if (!workflow) continue
    const bound = await boundIn(db.prisma, workflow.version.id)
    for (const { text, path } of namedOwners(workflow.version.compiled.definition))
      for (const id of idsIn(text, bound)) found.push({ id, place: `${key}: ${path.join('.')}`, workflow })
  }
  return found
}

/** Of these, who was deactivated, with what they were called. */
async function leftAmong({ prisma }: Database, ids: string[]): Promise<Map<string, string>> {
  const people = await prisma.person.findMany({
    where: { id: { in: ids }, isDeleted: true },
    select: { id: true, handle: true },
  })
  return new Map(people.map(({ id, handle }) => [id, handle]))
}

interface Leaver {
  id: string
  handle: string
  places: string[]
}

/** Under a workflow that names them, in its own channel; else where the operators' findings stand. */
async function findingOf(
  deps: WatchDeps,
  { current, leaver }: { current: CurrentWorkflow | undefined; leaver: Leaver },
): Promise<Finding> {
  const operators = await underOperators(deps)
  const { id, handle, places } = leaver
  const about = `left/${id}`
  const cameBack = await deps.db.prisma.exception.findFirst({
    where: { resolvedAs: 'recovered', data: { path: ['left'], equals: id } },
    orderBy: { resolvedAt: 'desc' },
    select: { id: true },
  })
  const standing = await nameStates(deps.db.prisma)
  const moved = standing.flatMap(({ moved: one }) => (one?.was.id === id ? [movedText(one)] : []))
  const shown = places.slice(0, MOST_PLACES).map((place) => `• ${place}`)
  const more = places.length > MOST_PLACES ? [`and ${places.length - MOST_PLACES} more`] : []
  return {
    under: operators && { ...operators, current: current ?? operators.current, channel: undefined },
    // Again only when they left again, or are named elsewhere too.
    key: ['left', id, ...(cameBack ? [cameBack.id] : []), places.join(',')].join(':'),
    subject: `@${handle}`,
    reason: 'no_eligible_owner',
    detail: [
      `@${handle} was deactivated in Slack and is still named here:`,
      ...shown,
      ...more,
      ...new Set(moved),
    ].join('\n'),
    data: { left: id, handle, places },
    about,
  }
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchHandovers(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db } = deps
  const named = await namedNow(deps)
  const left = await leftAmong(db, [...new Set(named.map(({ id }) => id))])
  const open = await openFindings(db.prisma, 'left')
  const known = new Set(open.map(({ about }) => about))
  const fresh: Finding[] = []
  for (const [id, handle] of left) {
    if (known.has(id)) continue
    const mine = named.filter((one) => one.id === id)
    const places = mine.map(({ place }) => place)
    const current = mine.find(({ workflow }) => workflow)?.workflow
    fresh.push(await findingOf(deps, { current, leaver: { id, handle, places } }))
  }
  const over = open.filter((one) => !left.has(one.about))
  return writeFound(deps, {
    over: over.map((one) => ({ ...one, note: 'nothing names them any more' })),
    fresh,
  })
}
