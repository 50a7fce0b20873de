// A held run that goes on along another route of its version, because a person chose so or because the time was up.
import { writeOutcome } from '../../db/runs/outcomes.ts'
import { boundForRuns, specWithIds, standardsWithIds } from '../../db/people/name-bindings.ts'
import { assignOwner } from '../../db/people/owners.ts'
import { readOwnerOf } from '../../db/people/owner-facts.ts'
import { ownRuns } from '../../db/runs/run-owner.ts'
import { moveToRoute, resumeRun } from '../../db/runs/runs.ts'
import type { Tx } from '../../db/store/open.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { enterRoute } from '../decide/judge.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { scopeOf } from './cover.ts'
import type { HeldException, ResolveDeps } from './held.ts'
import { openExceptions, wantedOf } from './open.ts'

/** A move, worked out before anything is claimed: the record cannot change while its exception is open. */
export interface Move {
  route: string
  owner: string[]
  version: ReadyVersion
  scope: Scope
  because: string
}

export const RESUMED_LEASE_MS = 60_000

/** `because`: what led there. `entered`: what a person adds to the record. */
export async function planMove(
  deps: Pick<ResolveDeps, 'db' | 'catalog' | 'clock'>,
  exception: Pick<HeldException, 'runId' | 'run'>,
  { route, because, entered = {} }: { route: string; because: string; entered?: JsonObject },
): Promise<Move> {
  const { version, scope } = await scopeOf(deps, exception)
  const there = { ...scope, record: { ...scope.record, ...entered } }
  return { route, owner: version.compiled.routeOwner(route, there), version, scope: there, because }
}

/** What happens there, in the texts that `owner` is read in. */
function enter({ route, version, scope, because }: Move, owner: Scope['owner']) {
  const there = { ...scope, owner }
  const next = enterRoute(version, route, there, because)
  const part = next.kind === 'hold' && next.review ? 'review' : 'exception'
  return { next, card: version.compiled.card(route, part, there) }
}

/**
 * Who has the run there: whom the route names, or, where it is handed to a person, the workflow's owner; else whoever has it.
 * null: as before, or nobody could be reached.
 */
async function ownerThere(tx: Tx, runId: string, move: Move, at: Date): Promise<string | null> {
  const { route, owner, version, scope } = move
  const { definition } = version.compiled
  const isNamed = definition.routes[route]?.owner !== undefined
  if (!isNamed && enter(move, scope.owner).next.kind !== 'hold') return null
  const bound = (await boundForRuns(tx, [runId])).get(runId) ?? new Map()
  const standards = standardsWithIds(version.standards, bound)
  const spec = specWithIds(wantedOf({ owner, definition, route }).join(', '), bound)
  return (await assignOwner(tx, spec, standards, at))?.id ?? null
}

/** Moves it, in the transaction of the claim. Resolves with how the run ended by that; undefined: it goes on or waits. */
export async function moveOn(
  { queue }: Pick<ResolveDeps, 'queue'>,
  tx: Tx,
  runId: string,
  { move, by, note, at }: { move: Move; by: string; note: string | null; at: Date },
): Promise<Outcome | undefined> {
  const { route, owner, version } = move
  const { compiled, standards } = version
  if (!(await moveToRoute(tx, runId, route))) throw new Error(`${runId} was not held any more`)
  // Before its texts are rendered: what approvers see of the owner is what is sent.
  const ownerId = await ownerThere(tx, runId, move, at)
  if (ownerId !== null) await ownRuns(tx, [{ runId, ownerId }])
  const facts = ownerId !== null && compiled.readsOwner ? await readOwnerOf(tx, ownerId) : move.scope.owner
  const { next, card } = enter(move, facts)
  if (next.kind === 'end') {
    await writeOutcome(tx, { runId, from: 'held', kind: next.outcome, note: note ?? next.note, by, at })
    return next.outcome
  }
  if (next.kind === 'act') {
    await resumeRun(tx, runId, 'act', new Date(at.getTime() + RESUMED_LEASE_MS))
    await queue.enqueue(tx, 'act', [{ data: { runId } }])
    return undefined
  }
  const { kind: _, stage: _stage, ...opening } = next
  const opened = {
    ...opening,
    runId,
    definition: compiled.definition,
    standards,
    route,
    owner,
    ownerId,
    card,
  }
  await openExceptions(tx, [opened], at)
  return undefined
}
