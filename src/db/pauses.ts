// What is paused, and the runs that wait for it. A pause is named `all`, `workflow:<key>`, `target:<host>` or `subscription:<name>`.
import { Prisma } from './generated/client.ts'
import type { Tx } from './store/open.ts'

export interface PauseRow {
  id: string
  pausedAt: Date
  pausedBy: string
  note: string | null
  /** Runs that wait for it so far. */
  parked: number
}

/** Whether a workflow is paused, by itself or with everything else. */
export const pausedNow = (key: 'key' | 'w.key'): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM pause WHERE id IN ('all', 'workflow:' || ${Prisma.raw(key)}))`

/** Names of everything that is paused now. */
export async function pausedIds(tx: Tx): Promise<Set<string>> {
  const rows = await tx.pause.findMany({ select: { id: true } })
  return new Set(rows.map(({ id }) => id))
}

/** By name; only those that stand since `before`, if that is given. */
export const listPauses = (tx: Tx, before?: Date): Promise<PauseRow[]> =>
  tx.$queryRaw<PauseRow[]>`
    SELECT id, paused_at AS "pausedAt", paused_by AS "pausedBy", note,
           (SELECT count(*)::int FROM run WHERE state = 'in_flight' AND parked_by = pause.id) AS parked
    FROM pause ${before ? Prisma.sql`WHERE paused_at <= ${before}::timestamptz` : Prisma.empty} ORDER BY id`

/** Open exceptions about pauses that were forgotten, with whether that pause has ended. */
export const openForgotten = (tx: Tx) =>
  tx.$queryRaw<{ id: string; runId: string; pause: string; isOver: boolean }[]>`
    SELECT e.id, e.run_id AS "runId", e.data->>'pause' AS pause, p.id IS NULL AS "isOver"
    FROM exception e LEFT JOIN pause p
      ON p.id = e.data->>'pause' AND p.paused_at = (e.data->>'since')::timestamptz
    WHERE e.state = 'open' AND e.data->>'pause' IS NOT NULL`

/** Runs in flight that wait for the end of a pause. */
export const waitingRuns = (tx: Tx): Promise<number> =>
  tx.run.count({ where: { state: 'in_flight', parkedBy: { not: null } } })

/** false: it was paused already. */
export async function writePause(
  tx: Tx,
  { id, at, by, note }: { id: string; at: Date; by: string; note: string | null },
): Promise<boolean> {
  const made = await tx.pause.createMany({
    data: { id, pausedAt: at, pausedBy: by, note },
    skipDuplicates: true,
  })
  return made.count === 1
}

/** Ends a pause; the runs that wait for it are due now. false: it was not paused. */
export async function endPause(tx: Tx, id: string, at: Date): Promise<boolean> {
  const ended = await tx.pause.deleteMany({ where: { id } })
  await tx.$executeRaw`
    UPDATE run SET lease_until = ${at}::timestamptz - interval '1 ms', parked_by = NULL
    WHERE state = 'in_flight' AND parked_by = ${id}`
  return ended.count === 1
}

/**
 * Lets runs wait for the end of a pause; those of one that has ended meanwhile are due now. The pause is held, so that
 * whoever ends it finds these runs.
 */
export async function parkRuns(
  tx: Tx,
  ids: string[],
  { pause, now, lookAgainAt }: { pause: string; now: Date; lookAgainAt: Date },
): Promise<void> {
  await tx.$executeRaw`
    WITH standing AS MATERIALIZED (SELECT id FROM pause WHERE id = ${pause} FOR SHARE)
    UPDATE run SET parked_by = (SELECT id FROM standing),
      lease_until = CASE WHEN EXISTS (SELECT FROM standing) THEN ${lookAgainAt}::timestamptz
                         ELSE ${now}::timestamptz - interval '1 ms' END,
      taken_until = NULL, swept = 0, circuit_waits = 0
    WHERE id = ANY(${ids}::text[]) AND state = 'in_flight'`
}
