// One window, for everything and for each workflow: what happened in it from the counters, what was unfinished at its ends
// from the rows. Only facts with a time before the end of the window count, so that the same window gives the same
// numbers whenever it is asked for.
import type { WindowFigures } from '../../domain/digest/digest.ts'
import { among, type Span } from './digest-span.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { readTotals, type Totals } from './counter-totals.ts'
import type { Metric } from './counters.ts'

export interface WindowRead {
  all: WindowFigures
  of: (workflow: string) => WindowFigures
}

interface Unfinished {
  open: number
  inFlight: number
}
/** At one of the moments asked for; without a workflow, of all together. */
type UnfinishedAt = (at: Date, workflow?: string) => Unfinished

// Of what ended a minute or an hour after `at`, only runs of a minute or an hour and more can have been there: an index for each.
// An outcome's cycle time tells when its run arrived, but for rounding.
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const later = [
  [0, MINUTE_MS],
  [MINUTE_MS, HOUR_MS],
  [HOUR_MS, Number.POSITIVE_INFINITY],
] as const

const endedSince = (at: Date): Prisma.Sql[] =>
  later.map(([fromMs, untilMs]) => {
    const from = new Date(at.getTime() + fromMs)
    const before = Number.isFinite(untilMs)
      ? Prisma.sql`AND ended_at < ${new Date(at.getTime() + untilMs)}::timestamptz`
      : Prisma.empty
    return Prisma.sql`
      SELECT ${at}::timestamptz AS at, run_id FROM outcome
      WHERE ended_at >= ${from}::timestamptz ${before} AND cycle_ms >= ${Prisma.raw(`${fromMs}`)}
        AND ended_at - cycle_ms * interval '1 ms' < ${at}::timestamptz + interval '1 second'`
  })

/** Found from what is unfinished now and what ended since. */
async function readUnfinished(tx: Tx, moments: Date[], workflows: Span['workflows']): Promise<UnfinishedAt> {
  const latest = new Date(Math.max(...moments.map((at) => at.getTime())))
  const rows = await tx.$queryRaw<(Unfinished & { at: Date; workflow: string | null })[]>`
    WITH unfinished AS MATERIALIZED (
      SELECT id, workflow_key, received_at FROM run WHERE state = 'in_flight' AND received_at < ${latest}::timestamptz
      UNION ALL
      SELECT id, workflow_key, received_at FROM run WHERE state = 'held' AND received_at < ${latest}::timestamptz
    ), ended AS (
      ${Prisma.join(moments.flatMap(endedSince), ' UNION ALL ')}
    ), there AS (
      SELECT at, id, workflow_key FROM unnest(${moments}::timestamptz[]) AS at JOIN unfinished ON received_at < at
      UNION ALL
      SELECT at, r.id, r.workflow_key FROM ended JOIN run r ON r.id = ended.run_id WHERE r.received_at < at
    ), standing AS (
      SELECT at, there.workflow_key, EXISTS (
        SELECT 1 FROM exception e WHERE e.run_id = there.id AND e.opened_at < at
          AND (e.state = 'open' OR e.resolved_at >= at)) AS is_open
      FROM there WHERE true ${among('there.workflow_key', workflows)}
    )
    SELECT at, workflow_key AS workflow, (count(*) FILTER (WHERE is_open))::float8 AS open,
           (count(*) FILTER (WHERE NOT is_open))::float8 AS "inFlight"
    FROM standing GROUP BY GROUPING SETS ((at, workflow_key), (at))`
  const found = new Map(rows.map((row) => [`${row.at.getTime()} ${row.workflow}`, row]))
  return (at, workflow) => found.get(`${at.getTime()} ${workflow ?? null}`) ?? { open: 0, inFlight: 0 }
}

/** Of one workflow; without one, of all together. */
function figuresOf(
  { start, end }: Span,
  totals: Totals,
  unfinished: UnfinishedAt,
  workflow?: string,
): WindowFigures {
  const count = (metric: Metric) => totals.count(metric, workflow)
  const before = unfinished(start, workflow)
  const carriedIn = before.open + before.inFlight
  const { open, inFlight } = unfinished(end, workflow)
  const accepted = count('accepted')
  const ended = totals.total('outcome', workflow)
  const [cycle, took] = [totals.p50AndP90('cycle', workflow), totals.p50AndP90('took', workflow)]
  return {
    carriedIn,
    accepted,
    ended,
    achieved: count('outcome:achieved'),
    declined: count('outcome:declined'),
    dismissed: count('outcome:dismissed'),
    failed: count('outcome:failed'),
    ignored: count('outcome:ignored'),
    automated: count('automated'),
    erred: count('erred'),
    cycleP50Ms: cycle.p50,
    cycleP90Ms: cycle.p90,
    open,
    inFlight,
    unaccounted: carriedIn + accepted - ended - open - inFlight,
    opened: totals.total('opened', workflow),
    reopened: count('reopened'),
    resolved: totals.total('resolved', workflow) - count('resolved:recovered') - count('resolved:expired'),
    resolveP50Ms: took.p50,
    resolveP90Ms: took.p90,
    slaDue: count('due'),
    slaMet: count('kept'),
    manualSteps: count('manual_steps'),
    handOffs: count('hand_offs'),
    messages: count('messages'),
    people: count('people'),
  }
}

/** Windows of the same workflows, each with what the counters hold of it. */
export async function windowFigures(tx: Tx, spans: Span[], totals: Totals[]): Promise<WindowRead[]> {
  const ends = new Map(spans.flatMap(({ start, end }) => [start, end]).map((at) => [at.getTime(), at]))
  const unfinished = await readUnfinished(tx, [...ends.values()], spans[0]?.workflows)
  return spans.map((span, place) => {
    const of = (workflow?: string) => figuresOf(span, totals[place] as Totals, unfinished, workflow)
    return { all: of(), of }
  })
}

/** The window over everything, and of each workflow. */
export async function readWindowFigures(tx: Tx, span: Span): Promise<WindowRead> {
  const [read] = await windowFigures(
    tx,
    [span],
    await readTotals(tx, [span], { workflows: span.workflows, withTimes: true }),
  )
  return read as WindowRead
}
