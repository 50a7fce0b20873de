// What the tally holds of stretches of time: whole weeks, days and hours of UTC from it, and what is less than an hour from the rows
// themselves.
import { percentilesOf } from '../domain/histogram.ts'
import { inWholeUnits } from '../domain/whole-units.ts'
import { Prisma } from './generated/client.ts'
import { among, type Span } from './digest-span.ts'
import type { Tx } from './open.ts'
import { jsonText } from './rows.ts'
import type { Metric } from './tally.ts'

type Stretch = Pick<Span, 'start' | 'end'>

/** The counts of one stretch; without a workflow, of all that were asked for. */
export interface Tallied {
  count: (metric: Metric, workflow?: string) => number
  /** Every metric of this kind by what stands behind the colon, and their sum. */
  each: (kind: 'opened', workflow?: string) => ReadonlyMap<string, number>
  total: (kind: 'outcome' | 'opened' | 'settled', workflow?: string) => number
  /** What half and nine in ten do not exceed, in ms, from the histogram; null: nothing took any time. */
  p50AndP90: (kind: 'cycle' | 'took', workflow?: string) => { p50: number | null; p90: number | null }
}

interface Row {
  place: number
  workflow: string
  counts: Record<string, number>
}

const ALL = ''
const NONE: ReadonlyMap<string, number> = new Map()

/** Counts by kind, and in a kind by what stands behind its colon. */
type Kinds = Map<string, Map<string, number>>

function partsOf(metric: string): [kind: string, name: string] {
  const colon = metric.indexOf(':')
  return colon < 0 ? [metric, ''] : [metric.slice(0, colon), metric.slice(colon + 1)]
}

function addTo(kinds: Kinds, metric: string, n: number): void {
  const [kind, name] = partsOf(metric)
  const counts = kinds.get(kind) ?? new Map<string, number>()
  kinds.set(kind, counts.set(name, (counts.get(name) ?? 0) + n))
}

function talliedOf(rows: Row[]): Tallied {
  const all: Kinds = new Map()
  const byWorkflow = new Map([[ALL, all]])
  for (const { workflow, counts } of rows) {
    const own: Kinds = new Map()
    byWorkflow.set(workflow, own)
    for (const [metric, n] of Object.entries(counts)) for (const kinds of [own, all]) addTo(kinds, metric, n)
  }
  const each = (kind: string, workflow = ALL) => byWorkflow.get(workflow)?.get(kind) ?? NONE
  return {
    count(metric, workflow) {
      const [kind, name] = partsOf(metric)
      return each(kind, workflow).get(name) ?? 0
    },
    each,
    total: (kind, workflow) => [...each(kind, workflow).values()].reduce((sum, n) => sum + n, 0),
    p50AndP90(kind, workflow) {
      const buckets = new Map([...each(kind, workflow)].map(([bucket, n]) => [Number(bucket), n]))
      const [p50 = null, p90 = null] = percentilesOf(buckets, [0.5, 0.9])
      return { p50, p90 }
    },
  }
}

/** The counts of each stretch, in the order given; only of `metrics`, where those are named. */
export async function readTallied(
  tx: Tx,
  stretches: Stretch[],
  { workflows, metrics }: { workflows?: Span['workflows']; metrics?: readonly Metric[] },
): Promise<Tallied[]> {
  const pieces = stretches.flatMap(({ start, end }, place) =>
    inWholeUnits(start, end).map((piece) => ({
      place,
      unit: piece.unit,
      sign: piece.sign,
      from: piece.start,
      until: piece.end,
    })),
  )
  const kept = among('workflow_key', workflows)
  const only = Prisma.sql`${metrics ? Prisma.sql`AND metric = ANY(${[...metrics]}::text[])` : Prisma.empty} ${kept}`
  const rows = await tx.$queryRaw<Row[]>`
    WITH piece AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${jsonText(pieces)}::json)
        AS t(place int, unit text, sign int, "from" timestamptz, "until" timestamptz)
    )
    SELECT place, workflow_key AS workflow, json_object_agg(metric, n) AS counts FROM (
      SELECT place, workflow_key, metric, sum((sign * count)::float8) AS n FROM (
        SELECT place, sign, workflow_key, metric, count FROM piece CROSS JOIN LATERAL (
          SELECT workflow_key, metric, count FROM tally_span s
          WHERE s.unit = piece.unit AND start >= ("from" AT TIME ZONE 'UTC')::date
            AND start < ("until" AT TIME ZONE 'UTC')::date ${only}
          UNION ALL
          SELECT workflow_key, metric, count FROM tally
          WHERE shard >= 0 AND hour >= "from" AND hour < "until" ${only}) AS of_span WHERE unit IN ('day', 'week')
        UNION ALL
        SELECT place, sign, workflow_key, metric, count FROM piece CROSS JOIN LATERAL (
          SELECT workflow_key, metric, count FROM tally WHERE hour >= "from" AND hour < "until" ${only}) AS of_hour
        WHERE unit = 'hour'
        UNION ALL
        SELECT place, sign, workflow_key, metric, n FROM piece CROSS JOIN LATERAL signalbox_facts("from", "until")
        WHERE unit = 'rest' ${only}
      ) AS counted GROUP BY 1, 2, 3 HAVING sum((sign * count)::float8) <> 0
    ) AS added GROUP BY 1, 2`
  const at = stretches.map((): Row[] => [])
  for (const row of rows) at[row.place]?.push(row)
  return at.map(talliedOf)
}
