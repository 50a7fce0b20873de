// How a workflow is doing, for status, list and App Home: each figure by an index, none by reading runs.
import type { Tx } from '../store/open.ts'
import { pausedNow } from '../pauses.ts'
import { labelledOwners } from '../people/people.ts'
import { redactorsOf } from '../runs/redact-run.ts'
import { allTime, outcomeMetrics } from '../digest/counters.ts'

export interface WorkflowHealth {
  key: string
  title: string
  team: string | null
  /** By ids, as authority is asked; for people there is `ownerLabel`. */
  ownerSpec: string
  ownerLabel: string
  channel: string
  version: number
  isPaused: boolean
  inFlight: number
  open: number
  overdue: number
  retrying: number
  lastSuccessAt: Date | null
  /** The last failed try of an action in a run that has not ended. */
  failed: { action: string; at: Date; error: string } | null
  outcomes: Record<string, number>
}

type Row = Omit<WorkflowHealth, 'failed' | 'outcomes' | 'ownerLabel'> & {
  failedAction: string | null
  failedAt: Date | null
  failedError: string | null
  failedRun: string | null
  outcomes: Record<string, number> | null
}

const NONE = '*'

/** All workflows by key, or the one named. */
export async function workflowHealth(tx: Tx, only: { key?: string; at: Date }): Promise<WorkflowHealth[]> {
  const key = only.key ?? NONE
  const rows = await tx.$queryRaw<Row[]>`
    WITH ended AS (${allTime(outcomeMetrics)})
    SELECT w.key, w.title, w.team, w.owner_spec AS "ownerSpec", COALESCE('#' || c.name, w.channel) AS channel, w.current_number AS version,
      ${pausedNow('w.key')} AS "isPaused",
      (SELECT count(*)::int FROM run WHERE workflow_key = w.key AND state = 'in_flight') AS "inFlight",
      (SELECT count(*)::int FROM exception WHERE workflow_key = w.key AND state = 'open') AS open,
      (SELECT count(*)::int FROM exception WHERE workflow_key = w.key AND state = 'open' AND due_at < ${only.at})
        AS overdue,
      (SELECT count(DISTINCT a.run_id)::int FROM attempt a JOIN run r ON r.id = a.run_id
        WHERE r.workflow_key = w.key AND r.state = 'in_flight' AND a.state = 'failed') AS retrying,
      (SELECT max(ended_at) FROM outcome WHERE workflow_key = w.key AND kind = 'achieved') AS "lastSuccessAt",
      f.action AS "failedAction", f.finished_at AS "failedAt", f.error AS "failedError", f.run_id AS "failedRun",
      (SELECT jsonb_object_agg(substr(metric, 9), n) FROM ended WHERE ended.workflow = w.key) AS outcomes
    FROM workflow w LEFT JOIN channel c ON c.id = w.channel LEFT JOIN LATERAL (
      SELECT a.action, a.finished_at, a.error, a.run_id FROM attempt a
      WHERE a.state IN ('failed', 'refused') AND a.run_id IN (
        SELECT id FROM run WHERE workflow_key = w.key AND state = 'in_flight'
        UNION ALL SELECT run_id FROM exception WHERE workflow_key = w.key AND state = 'open')
      ORDER BY a.finished_at DESC NULLS LAST LIMIT 1
    ) f ON true
    WHERE ${key} = ${NONE} OR w.key = ${key}
    ORDER BY w.key`
  const masks = await redactorsOf(
    tx,
    rows.flatMap(({ failedRun }) => failedRun ?? []),
  )
  const labels = await labelledOwners(
    tx,
    rows.map(({ ownerSpec }) => ownerSpec),
  )
  const masked = (text: string, run: string | null) => (run && masks.get(run)?.text(text)) ?? text
  return rows.map(({ failedAction, failedAt, failedError, failedRun, outcomes, ...row }) => ({
    ...row,
    ownerLabel: labels.get(row.ownerSpec) ?? row.ownerSpec,
    failed:
      failedAction === null || failedAt === null
        ? null
        : { action: failedAction, at: failedAt, error: masked(failedError ?? 'no answer', failedRun) },
    outcomes: outcomes ?? {},
  }))
}

/** Workflows that people may start, with the hint of their trigger. */
export async function commandWorkflows(
  tx: Tx,
): Promise<{ key: string; title: string; hint: string | undefined }[]> {
  const rows = await tx.$queryRaw<{ key: string; title: string; hint: string | null }[]>`
    SELECT w.key, w.title, v.definition #>> '{trigger,command,hint}' AS hint
    FROM workflow w JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number
    WHERE v.definition #> '{trigger,command}' IS NOT NULL ORDER BY w.title`
  return rows.map(({ key, title, hint }) => ({ key, title, hint: hint ?? undefined }))
}
