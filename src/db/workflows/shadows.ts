// Shadows: which version decides beside the live one, what it was counted to do otherwise, and on which runs.
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

export interface ShadowDifference {
  run: string
  live: string
  shadow: string
}

/** So many differences of a shadow are listed; all are counted. */
const MOST_KEPT = 5000

export interface ShadowLine {
  versionId: string
  number: number
  startedAt: Date
  startedBy: string
  endedAs: string | null
  decided: number
  different: number
}

/** The shadow that decides now, else the last that did; undefined: there never was one. */
export async function lastShadow(tx: Tx, workflow: string): Promise<ShadowLine | undefined> {
  const [row] = await tx.$queryRaw<ShadowLine[]>`
    SELECT s.version_id AS "versionId", v.number, s.started_at AS "startedAt", s.started_by AS "startedBy",
           s.ended_as AS "endedAs", s.decided::float8 AS decided, s.different::float8 AS different
    FROM shadow s JOIN workflow_version v ON v.id = s.version_id
    WHERE s.workflow_key = ${workflow} ORDER BY s.ended_at IS NULL DESC, s.started_at DESC LIMIT 1`
  return row
}

/** Newest first. */
export async function shadowDifferences(tx: Tx, versionId: string, most: number) {
  return tx.shadowDifference.findMany({ where: { versionId }, orderBy: { at: 'desc' }, take: most })
}

/** How often each kind of difference was met, most often first. */
export async function shadowMoves(tx: Tx, versionId: string) {
  return tx.$queryRaw<{ live: string; shadow: string; count: number; run: string }[]>`
    SELECT live, shadow, count(*)::int AS count, max(run_id) AS run FROM shadow_difference
    WHERE version_id = ${versionId} GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 50`
}

export interface ShadowStart {
  workflow: string
  versionId: string
  by: string
  at: Date
}

/** Lets a version decide beside the current one; one that did so before is replaced. */
export async function startShadow(tx: Tx, { workflow, versionId, by, at }: ShadowStart): Promise<void> {
  await endShadow(tx, workflow, 'replaced', at)
  await tx.shadow.create({ data: { versionId, workflowKey: workflow, startedAt: at, startedBy: by } })
  await tx.workflow.update({ where: { key: workflow }, data: { shadowId: versionId } })
}

/** Ends what decides beside the current version; false: nothing did. */
export async function endShadow(
  tx: Tx,
  workflow: string,
  as: 'stopped' | 'promoted' | 'replaced',
  at: Date,
): Promise<boolean> {
  const ended = await tx.shadow.updateMany({
    where: { workflowKey: workflow, endedAs: null },
    data: { endedAs: as, endedAt: at },
  })
  await tx.workflow.update({ where: { key: workflow }, data: { shadowId: null } })
  return ended.count > 0
}

export interface Compared {
  versionId: string
  decided: number
  differences: ShadowDifference[]
}

/** Counts what a shadow decided of a batch, and keeps what it would have ended otherwise. */
export async function addCompared(tx: Tx, { versionId, decided, differences }: Compared, at: Date) {
  await tx.$executeRaw`
    WITH counted AS (
      UPDATE shadow SET decided = decided + ${decided}, different = different + ${differences.length}
      WHERE version_id = ${versionId} AND ended_at IS NULL
      RETURNING different
    )
    INSERT INTO shadow_difference (version_id, run_id, live, shadow, at)
    SELECT ${versionId}, t.run, t.live, t.shadow, ${at}::timestamptz
    FROM json_to_recordset(${jsonText(differences)}::json) AS t(run text, live text, shadow text), counted
    WHERE counted.different <= ${MOST_KEPT}
    ON CONFLICT (version_id, run_id) DO UPDATE SET live = excluded.live, shadow = excluded.shadow, at = excluded.at`
}
