// Figures for whoever watches: what is open, waits and lags now, each by an index that holds little else.
import type { Tx } from './store/open.ts'
import { pausedNow } from './pauses.ts'

export interface Figures {
  /** Open exceptions by workflow and reason; `overdue` are past their due time. */
  open: { workflow: string; reason: string; count: number; overdue: number; oldestSeconds: number }[]
  cards: { waiting: number; oldestSeconds: number }
  /** Per workflow: last achieved outcome in Unix seconds; null: none yet. */
  workflows: { workflow: string; lastSuccessSeconds: number | null; isPaused: boolean }[]
  /** Oldest run in flight by stage: how far the work is behind. */
  lag: { stage: string; oldestSeconds: number }[]
}

export async function readFigures(tx: Tx, at: Date): Promise<Figures> {
  const open = await tx.$queryRaw<Figures['open']>`
    SELECT workflow_key AS workflow, reason, count(*)::int AS count,
      count(*) FILTER (WHERE due_at < ${at}::timestamptz)::int AS overdue,
      extract(epoch FROM ${at}::timestamptz - min(opened_at))::float8 AS "oldestSeconds"
    FROM exception WHERE state = 'open' GROUP BY 1, 2`
  const [cards] = await tx.$queryRaw<Figures['cards'][]>`
    SELECT count(*)::int AS waiting,
      coalesce(extract(epoch FROM ${at}::timestamptz - min(created_at)), 0)::float8 AS "oldestSeconds"
    FROM card WHERE wanted_revision > posted_revision`
  const workflows = await tx.$queryRaw<Figures['workflows']>`
    SELECT w.key AS workflow, ${pausedNow('w.key')} AS "isPaused",
      (SELECT extract(epoch FROM o.ended_at)::float8 FROM outcome o
       WHERE o.workflow_key = w.key AND o.kind = 'achieved' ORDER BY o.ended_at DESC LIMIT 1) AS "lastSuccessSeconds"
    FROM workflow w`
  const lag = await tx.$queryRaw<Figures['lag']>`
    SELECT stage, greatest(0, extract(epoch FROM ${at}::timestamptz - min(received_at)))::float8 AS "oldestSeconds"
    FROM run WHERE state = 'in_flight' GROUP BY 1`
  return { open, cards: cards ?? { waiting: 0, oldestSeconds: 0 }, workflows, lag }
}
