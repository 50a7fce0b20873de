// Replaying: a new event and run, linked to the old, on the current version or the one that decided then. What waits
// for a person under the old run is closed as replayed. Done actions are not repeated unless that is asked for.
import { addAudit } from '../../db/audit/audit.ts'
import { holdSubjectOf } from '../../db/audit/erase.ts'
import { storedEvent } from '../../db/runs/events.ts'
import { batchKey } from '../../db/runs/initiators.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import { replayInFlight } from '../../db/runs/runs.ts'
import { insertOwnEvent } from '../../db/runs/own-events.ts'
import { erasedText, erasuresIn } from '../../domain/masking/erased.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import { inputOf } from '../decide/judge.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import { closeException } from './close.ts'
import { refusalOfOne } from './who-may.ts'

export interface ReplayDeps {
  db: Database
  queue: Queue
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

export interface Replay {
  runId: string
  version: 'current' | 'original'
  actor: Actor
  /** In place of what arrived, on the current version only: JSON, kept byte by byte. The old event stays as it was. */
  event?: Uint8Array
  /** Also do again what was done: with new idempotency keys. */
  repeatDone?: boolean
  /** The bulk replay that makes this one, once (it may be interrupted). */
  once?: string
}

export type ReplayAnswer =
  | { kind: 'replayed'; runId: string }
  /** The run is on its way: it cannot be replayed until it waits or has ended. */
  | { kind: 'in_flight' }
  /** It was replayed already, or there is nothing that may be replayed so. */
  | { kind: 'already'; because: string }
  /** This one may not resolve what it waits for, nor answers for the workflow. */
  | { kind: 'not_allowed'; who: string }
  | { kind: 'unknown' }

const LEASE_MS = 60_000

/** The version to replay a run on. Outside a transaction: the embedded database has one connection only. */
export async function versionFor(
  { db, catalog }: ReplayDeps,
  { runId, version }: Pick<Replay, 'runId' | 'version'>,
): Promise<ReadyVersion | undefined> {
  const old = await db.prisma.run.findUnique({
    where: { id: runId },
    select: { workflowKey: true, versionId: true },
  })
  if (!old) return undefined
  const current = version === 'current' ? await catalog.current(old.workflowKey) : undefined
  return current?.version ?? catalog.version(old.versionId)
}

/** Replays one run in the caller's transaction, on `ready`. */
export async function replayIn(
  { queue, clock }: ReplayDeps,
  tx: Tx,
  ready: ReadyVersion,
  { runId, version, actor, event, repeatDone = false, once }: Replay,
): Promise<ReplayAnswer> {
  await holdSubjectOf(tx, runId)
  const old = await tx.run.findUnique({
    where: { id: runId },
    include: { event: true, exceptions: { where: { state: 'open' } } },
  })
  if (!old) return { kind: 'unknown' }
  if (old.state === 'in_flight') return { kind: 'in_flight' }
  // Its text is ours: the rules and actions are for what a source sends.
  if (old.event.source === 'watchdog')
    return { kind: 'already', because: 'it is a finding of Signalbox, not an event that came in' }
  // By an old version it would go round the reviews that the current one asks for.
  if (event !== undefined && version === 'original')
    return { kind: 'already', because: 'another event is a start, and those go by the current version' }
  const erased = event === undefined && erasuresIn(old.erased).find(({ part }) => part === 'payloads')
  if (erased) return { kind: 'already', because: `its event was ${erasedText(erased)}` }
  // Two replays at once would both do the actions that are not done yet, with the same keys.
  const root = repeatDone ? null : (old.actionRoot ?? runId)
  const other = root === null ? undefined : await replayInFlight(tx, { root, besides: runId })
  if (other !== undefined) return { kind: 'already', because: `its replay ${other} is on its way` }
  const { id: versionId, compiled } = ready
  const sent = await storedEvent(tx, old.eventId)
  const stored = event === undefined ? sent : { ...sent, body: event, contentType: 'application/json' }
  const at = clock()
  const newRun = await insertOwnEvent(tx, {
    workflow: old.workflowKey,
    versionId,
    source: 'replay',
    dedupeKey: once === undefined ? null : batchKey(once, runId),
    subject: compiled.subject(inputOf(stored)) ?? old.subject,
    contentType: stored.contentType,
    headers: stored.headers as Record<string, string>,
    body: stored.body,
    at,
    actor: actor.id,
    run: {
      state: 'in_flight',
      leaseUntil: new Date(at.getTime() + LEASE_MS),
      replayOf: runId,
      actionRoot: root,
    },
  })
  if (newRun === undefined) return { kind: 'already', because: 'this batch has replayed it' }
  const [open] = old.exceptions
  // Read one after the other: resolved between the two.
  if (!open && old.state === 'held') throw new ResolvedMeanwhile()
  if (open) {
    const closing = { exceptionId: open.id, runId, as: 'replayed', actor, at } as const
    const closed = await closeException(tx, { ...closing, note: `replayed as ${newRun}` })
    // Whoever resolved it a moment ago sent the old run on its way: two runs for one event would both act.
    if (!closed) throw new ResolvedMeanwhile()
  }
  await addAudit(tx, {
    at,
    actor,
    action: 'run.replayed',
    target: runId,
    runId,
    after: { run: newRun, version, repeatDone, edited: event !== undefined },
  })
  await queue.enqueue(tx, 'decide', [{ data: { runId: newRun } }])
  return { kind: 'replayed', runId: newRun }
}

class ResolvedMeanwhile extends Error {}

/** Replays one run. */
export async function replay(deps: ReplayDeps, what: Replay): Promise<ReplayAnswer> {
  const ready = await versionFor(deps, what)
  if (!ready) return { kind: 'unknown' }
  const who = await refusalOfOne(deps.db, what)
  if (who !== undefined) return { kind: 'not_allowed', who }
  try {
    const answer = await deps.db.transaction((tx) => replayIn(deps, tx, ready, what))
    deps.cardsChanged()
    return answer
  } catch (error) {
    if (error instanceof ResolvedMeanwhile)
      return { kind: 'already', because: 'its exception was resolved by somebody else just now' }
    throw error
  }
}
