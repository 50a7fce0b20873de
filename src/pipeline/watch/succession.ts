// Who was deactivated and is still named somewhere (workflows, rules, reviews, escalations, roles): one exception for the
// operators that lists the places, and closes itself when none is left.
import type { Database } from '../../db/open.ts'
import { insertOwnEvent } from '../../db/own-events.ts'
import { newestStandards } from '../../db/people.ts'
import { parseOwner } from '../../domain/owner.ts'
import type { Standards } from '../../domain/standards.ts'
import type { Catalog, CurrentWorkflow } from '../../workflow/catalog.ts'
import { namedOwners } from '../../workflow/named-owners.ts'
import { openExceptions } from '../exception/open.ts'
import { closeException } from '../resume/close.ts'

export interface SuccessionDeps {
  db: Database
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

const engine = { id: 'engine', surface: 'engine' } as const
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

/** Every event belongs to a workflow: to one that names them, else to the first. */
async function raise(
  { db, catalog, clock }: SuccessionDeps,
  { standards, under, leaver }: { standards: Standards; under: CurrentWorkflow | undefined; leaver: Leaver },
): Promise<boolean> {
  const [first] = await catalog.keys()
  const current = under ?? (first === undefined ? undefined : await catalog.current(first))
  if (!current) return false
  const { version } = current
  const { definition } = version.compiled
  const at = clock()
  const { id, handle, places } = leaver
  const data = { left: id, handle, places }
  return db.transaction(async (tx) => {
    const runId = await insertOwnEvent(tx, {
      workflow: current.key,
      versionId: version.id,
      source: 'watchdog',
      // Of any number of replicas one raises it; again only when they are named elsewhere too.
      dedupeKey: `watchdog:left:${id}:${places.join(',')}`.slice(0, 500),
      subject: `@${handle}`,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from(JSON.stringify(data)),
      at,
      actor: 'engine',
      run: { state: 'held' },
    })
    if (runId === undefined) return false
    const shown = places.slice(0, MOST_PLACES).map((place) => `• ${place}`)
    const more = places.length > MOST_PLACES ? [`and ${places.length - MOST_PLACES} more`] : []
    const opening = {
      runId,
      definition,
      standards,
      reason: 'no_eligible_owner' as const,
      detail: [`@${handle} was deactivated in Slack and is still named here:`, ...shown, ...more].join('\n'),
      data,
      about: `left/${id}`,
      route: null,
      owner: standards.roles['operators'] ? ['role:operators'] : [],
    }
    await openExceptions(tx, [opening], at)
    return true
  })
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchSuccession(deps: SuccessionDeps): Promise<{ opened: number; closed: number }> {
  const { db, catalog, clock, cardsChanged } = deps
  const standards = await newestStandards(db.prisma)
  const named = await namedNow(catalog, standards)
  const left = await leftHandles(db, [...new Set(named.map(({ handle }) => handle))])
  const open = await db.prisma.exception.findMany({
    where: { state: 'open', reason: 'no_eligible_owner', fingerprint: { contains: '/left/' } },
    select: { id: true, runId: true, data: true },
  })
  let opened = 0
  let closed = 0
  const known = new Set<string>()
  for (const { id: exceptionId, runId, data } of open) {
    const { left: person = '' } = data as { left?: string }
    known.add(person)
    if (left.has(person)) continue
    const closing = { exceptionId, runId, as: 'recovered', outcome: 'ignored', actor: engine } as const
    const note = 'nothing names them any more'
    if (await db.transaction((tx) => closeException(tx, { ...closing, note, at: clock() }))) closed += 1
  }
  for (const [id, handle] of left) {
    if (known.has(id)) continue
    const mine = named.filter((one) => one.handle === handle)
    const places = mine.map(({ place }) => place)
    const under = mine.find(({ workflow }) => workflow)?.workflow
    if (await raise(deps, { standards, under, leaver: { id, handle, places } })) opened += 1
  }
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}
