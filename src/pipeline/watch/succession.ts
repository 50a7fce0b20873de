// Who was deactivated and is still named somewhere (workflows, rules, reviews, escalations, roles): one exception for the
// operators that lists the places, and closes itself when none is left.
import type { Database } from '../../db/open.ts'
import { newestStandards } from '../../db/standards.ts'
import { parseOwner } from '../../domain/owner.ts'
import type { Standards } from '../../domain/standards.ts'
import type { Catalog, CurrentWorkflow } from '../../workflow/catalog.ts'
import { namedOwners } from '../../workflow/named-owners.ts'
import { type Finding, underOperators, type WatchDeps, writeFound } from './finding.ts'

const MOST_PLACES = 40

interface Named {
  handle: string
  place: string
  workflow: CurrentWorkflow | undefined
}

const handlesIn = (text: string): string[] =>
  (parseOwner(text)?.of ?? []).flatMap(({ name }) =>
    name.kind === 'handle' ? [name.handle.toLowerCase()] : [],
  )

/** Every place where somebody is named, by what stands there now. */
async function namedNow(catalog: Catalog, standards: Standards): Promise<Named[]> {
  const found: Named[] = Object.entries(standards.roles).flatMap(([role, texts]) =>
    texts
      .flatMap(handlesIn)
      .map((handle) => ({ handle, place: `signalbox.yaml: roles.${role}`, workflow: undefined })),
  )
  for (const key of await catalog.keys()) {
    const workflow = await catalog.current(key)
    if (!workflow) continue
    for (const { text, path } of namedOwners(workflow.version.compiled.definition))
      for (const handle of handlesIn(text))
        found.push({ handle, place: `${key}: ${path.join('.')}`, workflow })
  }
  return found
}

/** Handles that only deactivated people have. */
async function leftHandles({ prisma }: Database, handles: string[]): Promise<Map<string, string>> {
  const where = { handle: { in: handles } }
  const people = await prisma.person.findMany({ where, select: { id: true, handle: true, isDeleted: true } })
  const groups = await prisma.personGroup.findMany({ where, select: { handle: true } })
  const there = new Set([...people.filter(({ isDeleted }) => !isDeleted), ...groups].map((one) => one.handle))
  return new Map(people.filter(({ handle }) => !there.has(handle)).map(({ id, handle }) => [id, handle]))
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
    where: { fingerprint: { endsWith: `/${about}` }, settledAs: 'recovered' },
    orderBy: { settledAt: 'desc' },
    select: { id: true },
  })
  const shown = places.slice(0, MOST_PLACES).map((place) => `• ${place}`)
  const more = places.length > MOST_PLACES ? [`and ${places.length - MOST_PLACES} more`] : []
  return {
    under: operators && { ...operators, current: current ?? operators.current, channel: undefined },
    // Again only when they left again, or are named elsewhere too.
    key: ['left', id, ...(cameBack ? [cameBack.id] : []), places.join(',')].join(':'),
    subject: `@${handle}`,
    reason: 'no_eligible_owner',
    detail: [`@${handle} was deactivated in Slack and is still named here:`, ...shown, ...more].join('\n'),
    data: { left: id, handle, places },
    about,
  }
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchSuccession(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, catalog } = deps
  const standards = await newestStandards(db.prisma)
  const named = await namedNow(catalog, standards)
  const left = await leftHandles(db, [...new Set(named.map(({ handle }) => handle))])
  const open = await db.prisma.exception.findMany({
    where: { state: 'open', reason: 'no_eligible_owner', fingerprint: { contains: '/left/' } },
    select: { id: true, runId: true, data: true },
  })
  const personOf = ({ data }: (typeof open)[number]) => (data as { left?: string }).left ?? ''
  const known = new Set(open.map(personOf))
  const fresh: Finding[] = []
  for (const [id, handle] of left) {
    if (known.has(id)) continue
    const mine = named.filter((one) => one.handle === handle)
    const places = mine.map(({ place }) => place)
    const current = mine.find(({ workflow }) => workflow)?.workflow
    fresh.push(await findingOf(deps, { current, leaver: { id, handle, places } }))
  }
  const over = open.filter((one) => !left.has(personOf(one)))
  return writeFound(deps, {
    over: over.map((one) => ({ ...one, note: 'nothing names them any more' })),
    fresh,
  })
}
