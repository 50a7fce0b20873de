// A held run that goes on along another route of its version, because a person chose so or because the time was up.
import { writeOutcome } from '../../db/runs/outcomes.ts'
import { boundForRuns, specWithIds, standardsWithIds } from '../../db/people/name-bindings.ts'
import { assignOwner } from '../../db/people/owners.ts'
import { ownRuns } from '../../db/runs/run-owner.ts'
import { moveToRoute, resumeRun } from '../../db/runs/runs.ts'
import type { Tx } from '../../db/store/open.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { RenderedCard } from '../../domain/compile/compile-card.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { enterRoute, type Verdict } from '../decide/judge.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { scopeOf } from './cover.ts'
import type { HeldException, ResolveDeps } from './held.ts'
import { openExceptions } from './open.ts'

/** A move, worked out before anything is claimed: the record cannot change while its exception is open. */
export interface Move {
  route: string
  owner: string[]
  version: ReadyVersion
  next: Verdict['next']
  card: RenderedCard
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
  const next = enterRoute(version, route, there, because)
  const part = next.kind === 'hold' && next.review ? 'review' : 'exception'
  const card = version.compiled.card(route, part, there)
  return { route, owner: version.compiled.routeOwner(route, there), version, next, card }
}

/** A route that names an owner takes the run along to them; on any other it stays with whoever has it. */
async function ownAlong(tx: Tx, runId: string, { route, owner, version }: Move, at: Date): Promise<void> {
  if (version.compiled.definition.routes[route]?.owner === undefined) return
  const bound = (await boundForRuns(tx, [runId])).get(runId) ?? new Map()
  const standards = standardsWithIds(version.standards, bound)
  const found = await assignOwner(tx, specWithIds(owner.join(', '), bound), standards, at)
  if (found) await ownRuns(tx, [{ runId, ownerId: found.id }])
}

/** Moves it, in the transaction of the claim. Resolves with how the run ended by that; undefined: it goes on or waits. */
export async function moveOn(
  { queue }: Pick<ResolveDeps, 'queue'>,
  tx: Tx,
  runId: string,
  { move, by, note, at }: { move: Move; by: string; note: string | null; at: Date },
): Promise<Outcome | undefined> {
  const { route, owner, version, next } = move
  if (!(await moveToRoute(tx, runId, route))) throw new Error(`${runId} was not held any more`)
  if (next.kind !== 'hold') await ownAlong(tx, runId, move, at)
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
  const { card } = move
  const { compiled, standards } = version
  await openExceptions(
    tx,
    [{ ...opening, runId, definition: compiled.definition, standards, route, owner, card }],
    at,
  )
  return undefined
}
