// Runs: what a stage takes up, and the guarded steps from state to state. Every move names the state it expects,
// so that a job delivered twice, or a sweep beside a worker, moves a run once.
import { exists } from '../store/exists.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

/**
 * Runs that go on in another job: the sweep looks after them from `leaseUntil`, and counts on. Handed over again and again
 * is not getting on.
 */
export async function extendLease(tx: Tx, ids: string[], leaseUntil: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET lease_until = ${leaseUntil}::timestamptz WHERE id = ANY(${ids}::text[]) AND state = 'in_flight'`
}

/** Whom the rule that decided `run` names as owner, or what moved it to another route since. */
export const ownerOfRule = Prisma.sql`
  (SELECT d.owner FROM decision d WHERE d.run_id = run.id AND (d.rule IS NOT NULL OR d.inputs->'moved' IS NOT NULL) ORDER BY d.decided_at DESC LIMIT 1)`

/** Lets a run that is not decided yet wait: its lookups are asked again later. */
export async function letLookupWait(
  tx: Tx,
  id: string,
  leaseUntil: Date,
  circuitWaits: number,
): Promise<void> {
  await tx.run.updateMany({
    where: { id, state: 'in_flight', stage: 'decide' },
    data: { leaseUntil, swept: 0, circuitWaits },
  })
}

/**
 * After a start on a database that only one process may use, nobody holds anything: whatever was taken is free,
 * and all that is in flight is due now.
 */
export async function freeAllRuns(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET taken_until = NULL, lease_until = least(lease_until, ${now}::timestamptz)
    WHERE state = 'in_flight' AND (taken_until IS NOT NULL OR stage = 'decide')`
}

export interface OverdueRun {
  id: string
  stage: 'decide' | 'act'
  /** How often in a row, this time included. */
  swept: number
  versionId: string
  route: string | null
  /** Whom the rule that decided names as owner; null: nobody yet. */
  owner: string | null
  /** Who has it; null: nobody. */
  ownerId: string | null
}

/** Whether any run in flight is past its lease. */
export const isAnyOverdue = (tx: Tx, now: Date): Promise<boolean> =>
  exists(tx, Prisma.sql`SELECT FROM run WHERE state = 'in_flight' AND lease_until < ${now}::timestamptz`)

/** Runs in flight whose lease ended: their job was lost with a process, or ran out of tries. */
export async function overdueRuns(
  tx: Tx,
  {
    now,
    leaseUntil,
    stages,
    most,
  }: { now: Date; leaseUntil: Date; stages: readonly ('decide' | 'act')[]; most: number },
) {
  return tx.$queryRaw<OverdueRun[]>`
    UPDATE run SET lease_until = ${leaseUntil}::timestamptz, parked_by = NULL, swept = swept + 1
    WHERE id IN (
      SELECT r.id FROM run r
      WHERE r.state = 'in_flight' AND r.lease_until < ${now}::timestamptz AND r.stage = ANY(${stages}::text[])
      ORDER BY r.lease_until LIMIT ${most} FOR UPDATE SKIP LOCKED)
    RETURNING id, stage, swept, version_id AS "versionId", route, owner_id AS "ownerId", ${ownerOfRule} AS owner`
}

/** Moves a held run back into flight; false when it was not held. */
export async function resumeRun(
  tx: Tx,
  id: string,
  stage: 'decide' | 'act',
  leaseUntil: Date,
): Promise<boolean> {
  const moved = await tx.run.updateMany({
    where: { id, state: 'held' },
    data: {
      state: 'in_flight',
      stage,
      leaseUntil,
      takenUntil: null,
      takenBy: null,
      swept: 0,
      circuitWaits: 0,
    },
  })
  return moved.count === 1
}

/** Puts a held run at the beginning of another route; false when it was not held. */
export async function moveToRoute(tx: Tx, id: string, route: string): Promise<boolean> {
  const moved = await tx.run.updateMany({
    where: { id, state: 'held' },
    data: { route, step: 0, stage: 'act', circuitWaits: 0 },
  })
  return moved.count === 1
}

/** The replay in flight, `besides` one, that keeps the action keys of `root`. Who asks has it alone until the commit. */
export async function replayInFlight(
  tx: Tx,
  { root, besides }: { root: string; besides: string },
): Promise<string | undefined> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('signalbox replay ' || ${root}, 0))`
  const other = await tx.run.findFirst({
    where: { actionRoot: root, state: 'in_flight', id: { not: besides } },
    select: { id: true },
  })
  return other?.id
}

/** Puts runs that never get on on hold, wherever they are; resolves with those that were still in flight. */
export async function holdStuck(tx: Tx, ids: string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE run SET state = 'held', lease_until = NULL, taken_until = NULL, taken_by = NULL, swept = 0
    WHERE id = ANY(${ids}::text[]) AND state = 'in_flight' RETURNING id`
  return new Set(rows.map(({ id }) => id))
}

/** Ends a run in the state `from`; false when it was not there. */
export async function endRun(tx: Tx, id: string, from: 'in_flight' | 'held'): Promise<boolean> {
  const moved = await tx.run.updateMany({
    where: { id, state: from },
    data: { state: 'ended', leaseUntil: null, takenUntil: null },
  })
  return moved.count === 1
}
