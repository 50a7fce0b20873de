// The conservation law as figures: accepted = outcomes + open exceptions + in flight. History comes from the
// counters; what is open or in flight is counted, through partial indexes that hold nothing else.
import type { Tx } from '../store/open.ts'
import { allTime, outcomeMetrics } from './counters.ts'

export interface Ledger {
  accepted: number
  duplicates: number
  outcomes: number
  byOutcome: Record<string, number>
  open: number
  inFlight: number
  /** Must be 0: a run that is none of the three is a defect. */
  unaccounted: number
}

export interface WorkflowLedger extends Ledger {
  workflow: string
}

interface Row {
  workflow: string
  metric: string
  n: number
}

function ledgerOf(rows: Row[]): Ledger {
  const sum = (metric: string) =>
    rows.filter((row) => row.metric === metric).reduce((total, { n }) => total + n, 0)
  const byOutcome: Record<string, number> = {}
  for (const { metric, n } of rows) {
    if (!metric.startsWith('outcome:')) continue
    const kind = metric.slice('outcome:'.length)
    byOutcome[kind] = (byOutcome[kind] ?? 0) + n
  }
  const outcomes = Object.values(byOutcome).reduce((total, n) => total + n, 0)
  const accepted = sum('accepted')
  const open = sum('open')
  const inFlight = sum('in_flight')
  return {
    accepted,
    duplicates: sum('duplicate'),
    outcomes,
    byOutcome,
    open,
    inFlight,
    unaccounted: accepted - outcomes - open - inFlight,
  }
}

/** One statement, so one snapshot: the law holds in it exactly. */
async function readRows(tx: Tx): Promise<Row[]> {
  return tx.$queryRaw<Row[]>`
    ${allTime(['accepted', 'duplicate', ...outcomeMetrics])}
    UNION ALL
    SELECT workflow_key, 'open', count(*)::float8 FROM exception WHERE state = 'open' GROUP BY 1
    UNION ALL
    SELECT workflow_key, 'in_flight', count(*)::float8 FROM run WHERE state = 'in_flight' GROUP BY 1`
}

/** The ledger over everything, or over the workflows of `among`. */
export async function readLedger(tx: Tx, among?: readonly string[]): Promise<Ledger> {
  const rows = await readRows(tx)
  return ledgerOf(among ? rows.filter(({ workflow }) => among.includes(workflow)) : rows)
}

/** The ledger of each workflow that has anything in it, by key. */
export async function readLedgers(tx: Tx): Promise<WorkflowLedger[]> {
  const all = await readRows(tx)
  const keys = [...new Set(all.map(({ workflow }) => workflow))].toSorted()
  return keys.map((workflow) => ({ workflow, ...ledgerOf(all.filter((row) => row.workflow === workflow)) }))
}

/** Counts the rows themselves, however many there are: the proof that the counters are right. */
export async function countLedger(tx: Tx): Promise<Ledger> {
  return ledgerOf(
    await tx.$queryRaw<Row[]>`
      SELECT '' AS workflow, 'accepted' AS metric, count(*)::float8 AS n FROM event
      UNION ALL SELECT '', 'duplicate', coalesce(sum(redeliveries), 0)::float8 FROM run WHERE redeliveries > 0
      UNION ALL SELECT '', 'outcome:' || kind, count(*)::float8 FROM outcome GROUP BY kind
      UNION ALL SELECT '', 'open', count(*)::float8 FROM exception e JOIN run r ON r.id = e.run_id
                WHERE e.state = 'open' AND r.state = 'held'
      UNION ALL SELECT '', 'in_flight', count(*)::float8 FROM run WHERE state = 'in_flight'`,
  )
}

export interface CounterFault {
  workflow: string
  hour: Date
  metric: string
  told: number
  counted: number
}

/** Where the counters and the rows do not agree, by the hour, at most `most`: what digests would say wrong. */
export async function counterFaults(tx: Tx, most: number): Promise<CounterFault[]> {
  return tx.$queryRaw<CounterFault[]>`
    WITH counted AS (
      SELECT workflow_key, date_trunc('hour', at, 'UTC') AS hour, metric, sum(n) AS n
      FROM signalbox_facts('-infinity', 'infinity') GROUP BY 1, 2, 3
    ), of_span AS MATERIALIZED (
      SELECT unit, workflow_key, start AS hour, metric, n::bigint AS n FROM counter_span CROSS JOIN LATERAL (
        SELECT key AS metric, value AS n FROM jsonb_each_text(counts)
        UNION ALL SELECT 'cycle:' || key, value FROM jsonb_each_text(cycle)
        UNION ALL SELECT 'took:' || key, value FROM jsonb_each_text(took)) AS entries
    ), told AS (
      SELECT workflow_key, hour, metric, sum(n) AS n FROM (
        SELECT workflow_key, hour, metric, count AS n FROM counter
        UNION ALL SELECT workflow_key, hour, metric, n FROM of_span WHERE unit = 'hour') AS hours
      WHERE metric <> 'duplicate' AND metric NOT LIKE 'rule:%' GROUP BY 1, 2, 3
    ), folded AS (
      SELECT longer.unit, workflow_key, date_trunc(longer.unit, hour, 'UTC') AS hour, metric, sum(n) AS n
      FROM of_span CROSS JOIN (VALUES ('day'), ('week')) AS longer (unit) WHERE of_span.unit = 'hour' GROUP BY 1, 2, 3, 4
    ), of_longer AS (
      SELECT * FROM of_span WHERE unit <> 'hour'
    )
    SELECT workflow_key AS workflow, hour, metric, coalesce(told, 0)::float8 AS told,
           coalesce(counted, 0)::float8 AS counted
    FROM (
      SELECT workflow_key, hour, metric, told.n AS told, counted.n AS counted
      FROM told FULL JOIN counted USING (workflow_key, hour, metric)
      UNION ALL
      SELECT workflow_key, hour, metric, of_longer.n, folded.n
      FROM of_longer FULL JOIN folded USING (unit, workflow_key, hour, metric)
    ) AS compared WHERE counted IS DISTINCT FROM told ORDER BY hour, workflow_key, metric LIMIT ${most}`
}
