// Counts per workflow, hour and metric, written in the transaction that changes them: history is never
// counted again. Rows are spread over shards so that no transaction waits for another's; what is over is folded.
import { outcomes } from '../../domain/exceptions/outcome.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

export type Metric =
  | 'accepted'
  | 'duplicate'
  | `${'outcome' | 'opened' | 'resolved' | 'rule'}:${string}`
  /** By person or group: runs that ended in their hands, and cases that they resolved for good. */
  | `${'owned' | 'by'}:${string}`
  /** Of the runs that ended: how many, and what they had cost people by then. */
  | 'automated'
  | 'manual_steps'
  | 'hand_offs'
  | 'messages'
  | 'people'
  /** Runs that met their first machine fault, and cases that came back after they had been resolved. */
  | 'erred'
  | 'reopened'
  /** Of final resolutions: those with a due time, and those answered by then. */
  | 'due'
  | 'kept'
  /** Histograms of how long runs and resolutions took (domain/values/histogram.ts). */
  | `${'cycle' | 'took'}:${number}`

export interface Count {
  workflow: string
  metric: Metric
  n: number
}

export const outcomeMetrics = outcomes.map((kind): Metric => `outcome:${kind}`)

const SHARDS = 16
/** The space of our locks on shards, beside other advisory locks with two keys. */
const SHARD_LOCKS = 7251

/**
 * The first shard that no other transaction counts in until this one ends, as an expression: no commit waits for another's
 * counters, unless all shards are taken.
 */
export const freeShard = Prisma.sql`coalesce(
  (SELECT shard FROM generate_series(0, ${SHARDS - 1}) AS shard
   WHERE pg_try_advisory_xact_lock(${SHARD_LOCKS}, shard) LIMIT 1), 0)::smallint`

const HOUR_MS = 3_600_000
const hourOf = (at: Date): Date => new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS)

/** Folds equal counts into one, in a fixed order (so that two transactions lock rows in the same order). */
export function foldCounts(counts: Count[]): Count[] {
  const folded = new Map<string, Count>()
  for (const count of counts) {
    const key = `${count.workflow}\n${count.metric}`
    const seen = folded.get(key)
    if (seen) seen.n += count.n
    else folded.set(key, { ...count })
  }
  return [...folded.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count)
}

/** Adds `counts` to the counters of the hour of `at`. */
export async function addCounts(tx: Tx, counts: Count[], at: Date): Promise<void> {
  if (counts.length === 0) return
  const rows = foldCounts(counts).map(({ workflow, metric, n }) => ({ w: workflow, m: metric, n }))
  await tx.$executeRaw`
    /* add_counts */ INSERT INTO counter (workflow_key, hour, metric, shard, count)
    SELECT w, ${hourOf(at)}::timestamptz, m, ${freeShard}, n
    FROM json_to_recordset(${jsonText(rows)}::json) AS t(w text, m text, n bigint)
    ON CONFLICT (hour, workflow_key, metric, shard) DO UPDATE SET count = counter.count + excluded.count`
}

/** The columns of `counter_span`, of rows (metric, n). */
export const inOneRow = Prisma.sql`
  coalesce(jsonb_object_agg(metric, n) FILTER (WHERE metric !~ '^(cycle|took):'), '{}') AS counts,
  coalesce(jsonb_object_agg(substr(metric, 7), n) FILTER (WHERE metric ~ '^cycle:'), '{}') AS cycle,
  coalesce(jsonb_object_agg(substr(metric, 6), n) FILTER (WHERE metric ~ '^took:'), '{}') AS took`

/**
 * Folds the hours before that of `at`: what they counted moves to their hour's, day's and week's row, and is added to the totals.
 * What comes late for such an hour stands beside them until it is folded too. The database does it, as the owner of the tables, and of no hour that is not over by its
 * own clock.
 */
export async function foldCounters(tx: Tx, at: Date): Promise<void> {
  await tx.$executeRaw`SELECT signalbox_fold_counters(${hourOf(at)}::timestamptz)`
}

/** What these metrics come to over all time, by workflow. */
export const allTime = (metrics: readonly Metric[]): Prisma.Sql => Prisma.sql`
  SELECT workflow_key AS workflow, metric, sum(count)::float8 AS n FROM (
    SELECT workflow_key, metric, count FROM counter_total WHERE metric = ANY(${[...metrics]}::text[])
    UNION ALL
    SELECT workflow_key, metric, count FROM counter WHERE metric = ANY(${[...metrics]}::text[])
  ) AS counted GROUP BY 1, 2`

/** How often each rule of a workflow decided, from the UTC day of `since` on. */
export async function ruleCounts(tx: Tx, workflow: string, since: Date): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ rule: string; n: number }[]>`
    SELECT substr(metric, 6) AS rule, sum(count)::float8 AS n FROM (
      SELECT key AS metric, value::bigint AS count FROM counter_span CROSS JOIN LATERAL jsonb_each_text(counts)
      WHERE unit = 'day' AND start >= date_trunc('day', ${since}::timestamptz, 'UTC') AND workflow_key = ${workflow}
      UNION ALL SELECT metric, count FROM counter WHERE workflow_key = ${workflow}
    ) AS counted WHERE metric LIKE 'rule:%' GROUP BY 1`
  return new Map(rows.map(({ rule, n }) => [rule, n]))
}
