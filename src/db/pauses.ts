// What is paused, and the runs that wait for it. A pause is named `all`, `workflow:<key>` or `target:<host>`.
import type { Tx } from './open.ts'

export interface PauseRow {
  id: string
  pausedAt: Date
  pausedBy: string | null
  note: string | null
  /** Runs that wait for it so far. */
  parked: number
}

/** Names of everything that is paused now. */
export async function pausedIds(tx: Tx): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM pause UNION ALL SELECT 'workflow:' || key FROM workflow WHERE paused_at IS NOT NULL`
  return new Set(rows.map(({ id }) => id))
}

export async function listPauses(tx: Tx): Promise<PauseRow[]> {
  return tx.$queryRaw<PauseRow[]>`
    WITH paused AS (
      SELECT id, paused_at, paused_by, note FROM pause
      UNION ALL SELECT 'workflow:' || key, paused_at, NULL, NULL FROM workflow WHERE paused_at IS NOT NULL
    )
    SELECT id, paused_at AS "pausedAt", paused_by AS "pausedBy", note,
           (SELECT count(*)::int FROM run WHERE state = 'in_flight' AND parked_by = paused.id) AS parked
    FROM paused ORDER BY id`
}

/** Runs in flight that wait for the end of a pause. */
export const waitingRuns = (tx: Tx): Promise<number> =>
  tx.run.count({ where: { state: 'in_flight', parkedBy: { not: null } } })

/** false: it was paused already, or there is no such workflow. */
export async function writePause(
  tx: Tx,
  pause: { id: string; at: Date; by: string; note: string | null },
): Promise<boolean> {
  const { id, at, by, note } = pause
  if (id.startsWith('workflow:')) {
    const paused = await tx.workflow.updateMany({
      where: { key: id.slice('workflow:'.length), pausedAt: null },
      data: { pausedAt: at },
    })
    return paused.count === 1
  }
  const made = await tx.pause.createMany({
    data: { id, pausedAt: at, pausedBy: by, note },
    skipDuplicates: true,
  })
  return made.count === 1
}

/** Ends a pause; the runs that wait for it are due now. false: it was not paused. */
export async function endPause(tx: Tx, id: string, at: Date): Promise<boolean> {
  const ended = id.startsWith('workflow:')
    ? await tx.workflow.updateMany({
        where: { key: id.slice('workflow:'.length), pausedAt: { not: null } },
        data: { pausedAt: null },
      })
    : await tx.pause.deleteMany({ where: { id } })
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
    WITH named AS MATERIALIZED (SELECT id FROM pause WHERE id = ${pause} FOR SHARE),
    of_workflow AS MATERIALIZED (
      SELECT 'workflow:' || key AS id FROM workflow WHERE 'workflow:' || key = ${pause} AND paused_at IS NOT NULL FOR SHARE
    ), standing AS MATERIALIZED (SELECT id FROM named UNION ALL SELECT id FROM of_workflow)
    UPDATE run SET parked_by = (SELECT id FROM standing),
      lease_until = CASE WHEN EXISTS (SELECT FROM standing) THEN ${lookAgainAt}::timestamptz
                         ELSE ${now}::timestamptz - interval '1 ms' END,
      taken_until = NULL, swept = 0, rests = 0
    WHERE id = ANY(${ids}::text[]) AND state = 'in_flight'`
}
