// Who owns each decided run: one person or group, whether or not anything stops it. Whose turn it is is chosen in the
// transaction of the decision, so that replicas share the turns.
import { assignOwners } from '../../db/people/owners.ts'
import { readOwnerFacts } from '../../db/people/owner-facts.ts'
import { boundInEach, specWithIds, standardsWithIds } from '../../db/people/name-bindings.ts'
import type { Tx } from '../../db/store/open.ts'
import { type Bound } from '../../domain/people/owner.ts'
import { withoutRecord } from '../../domain/people/owner-from-record.ts'
import { wantedOf } from '../exception/open.ts'
import type { Judged } from './commit.ts'
import { enterRoute } from './judge.ts'

/** A verdict whose run is somebody's. */
export interface Owned extends Judged {
  /** null: nobody could be reached. */
  ownerId: string | null
  /** Not whoever was meant: the workflow's owner in their place. */
  isFallback: boolean
}

interface Wanted {
  judged: Judged
  spec: string
  fallback: string
  bound: Bound
}

function askedFor(judged: Judged, bound: Bound): Wanted {
  const { definition } = judged.version.compiled
  const { owner, route } = judged.verdict
  const ofWorkflow = (definition.owner ?? []).map(withoutRecord).join(', ')
  const spec = wantedOf({ owner, definition, route }).join(', ')
  return { judged, bound, spec: specWithIds(spec, bound), fallback: specWithIds(ofWorkflow, bound) }
}

/** Those that are anybody's of the same owners. */
const sameOwners = ({ judged, spec, fallback }: Wanted): string =>
  JSON.stringify([spec, fallback, judged.version.id])

/** What was decided before and names the same owner again stays with whoever has it. */
const keeps = ({ judged: { run, verdict } }: Wanted): boolean =>
  run.ownerId !== null && run.ownerText === (verdict.owner.join(', ') || null)

async function ownTogether(tx: Tx, wanted: Wanted[], at: Date): Promise<Owned[]> {
  const [first] = wanted
  if (!first) return []
  const standards = standardsWithIds(first.judged.version.standards, first.bound)
  const many = wanted.length
  const meant = await assignOwners(tx, { spec: first.spec, standards, at, many })
  const isFallback = meant.length === 0
  const owners = isFallback ? await assignOwners(tx, { spec: first.fallback, standards, at, many }) : meant
  return wanted.map(({ judged }, turn) => ({ ...judged, ownerId: owners[turn]?.id ?? null, isFallback }))
}

/** The same verdicts, each with an owner; what a route's texts say of the owner is said now. */
export async function withOwners(tx: Tx, judged: Judged[], at: Date): Promise<Owned[]> {
  const names = await boundInEach(tx, [...new Set(judged.map(({ version }) => version.id))])
  const all = judged.map((one) => askedFor(one, names.get(one.version.id) ?? new Map()))
  const { kept = [], open = [] } = Object.groupBy(all, (one) => (keeps(one) ? 'kept' : 'open'))
  const owned = kept.map(({ judged: one }): Owned => ({
    ...one,
    ownerId: one.run.ownerId,
    isFallback: false,
  }))
  const groups = Object.entries(Object.groupBy(open, sameOwners))
  // In one order, so that two batches that ask for the same turns wait for each other and never in a circle.
  for (const [, wanted = []] of groups.toSorted(([a], [b]) => a.localeCompare(b)))
    owned.push(...(await ownTogether(tx, wanted, at)))
  const byRun = new Map((await withTexts(tx, owned)).map((one) => [one.run.id, one]))
  return judged.map(({ run }) => byRun.get(run.id) as Owned)
}

async function withTexts(tx: Tx, owned: Owned[]): Promise<Owned[]> {
  const reading = owned.filter(({ version }) => version.compiled.readsOwner)
  if (reading.length === 0) return owned
  const facts = await readOwnerFacts(tx, [...new Set(reading.flatMap(({ ownerId }) => ownerId ?? []))])
  return owned.map((one) => {
    const { version, verdict, scope, ownerId } = one
    if (!version.compiled.readsOwner || !scope || verdict.rule === null || verdict.route === null) return one
    const known = { ...scope, owner: facts.get(ownerId ?? '') }
    const next = enterRoute(version, verdict.route, known, verdict.rule)
    return { ...one, verdict: { ...verdict, next } }
  })
}
