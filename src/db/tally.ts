// Counts per workflow, UTC day and metric, written in the transaction that changes them: history is never
// counted again. Rows are spread over shards so that replicas seldom wait for each other.
import type { Tx } from './open.ts'
import { jsonText } from './rows.ts'

export type Metric = 'accepted' | 'duplicate' | `${'outcome' | 'opened' | 'settled' | 'rule'}:${string}`
export interface Count {
  workflow: string
  metric: Metric
  n: number
}

const SHARDS = 16
export const tallyShard = process.pid % SHARDS

/** The UTC day of an instant, as a date literal. */
export const utcDay = (at: Date): string => at.toISOString().slice(0, 10)

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

/** Adds `counts` to the tally of the day of `at`. */
export async function addCounts(tx: Tx, counts: Count[], at: Date): Promise<void> {
  if (counts.length === 0) return
  const rows = foldCounts(counts).map(({ workflow, metric, n }) => ({ w: workflow, m: metric, n }))
  await tx.$executeRaw`
    INSERT INTO tally (workflow_key, day, metric, shard, count)
    SELECT w, ${utcDay(at)}::date, m, ${tallyShard}::smallint, n
    FROM json_to_recordset(${jsonText(rows)}::json) AS t(w text, m text, n bigint)
    ON CONFLICT (workflow_key, day, metric, shard) DO UPDATE SET count = tally.count + excluded.count`
}

/** How often each rule of a workflow decided, from the day of `since` on. */
export async function ruleCounts(tx: Tx, workflow: string, since: Date): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ rule: string; n: number }[]>`
    SELECT substr(metric, 6) AS rule, sum(count)::float8 AS n FROM tally
    WHERE workflow_key = ${workflow} AND day >= ${utcDay(since)}::date AND metric LIKE 'rule:%' GROUP BY 1`
  return new Map(rows.map(({ rule, n }) => [rule, n]))
}
