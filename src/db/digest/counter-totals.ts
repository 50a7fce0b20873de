// What the counters hold of stretches of time: whole weeks, days and hours of UTC from them, and what is less than an hour from the rows
// themselves.
import { percentilesOf } from '../../domain/values/histogram.ts'
import { inWholeUnits } from '../../domain/values/whole-units.ts'
import { Prisma } from '../generated/client.ts'
import { among, type Span } from './digest-span.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import { inOneRow, type Metric } from './counters.ts'

type Stretch = Pick<Span, 'start' | 'end'>

/** The counts of one stretch; without a workflow, of all that were asked for. */
export interface Totals {
  count: (metric: Metric, workflow?: string) => number
  /** Every metric of this kind by what stands behind the colon, and their sum. */
  each: (kind: 'opened' | 'owned' | 'by', workflow?: string) => ReadonlyMap<string, number>
  total: (kind: 'outcome' | 'opened' | 'resolved', workflow?: string) => number
  /** What half and nine in ten do not exceed, in ms, from the histogram; null: nothing took any time. */
  p50AndP90: (kind: 'cycle' | 'took', workflow?: string) => { p50: number | null; p90: number | null }
}

/** Of one workflow, to be added to what stands at `place`, or with the sign -1 taken away from it. */
interface Row {
  place: number
  sign: 1 | -1
  workflow: string
  counts: Record<string, number>
  /** Histograms by bucket; null: not asked for. */
  cycle: Record<number, number> | null
  took: Record<number, number> | null
}

interface Sums {
  /** By kind, and in a kind by what stands behind its colon. */
  counts: Map<string, Map<string, number>>
  cycle: Map<number, number>
  took: Map<number, number>
}

const noSums = (): Sums => ({ counts: new Map(), cycle: new Map(), took: new Map() })
const NONE = noSums()

function partsOf(metric: string): [kind: string, name: string] {
  const colon = metric.indexOf(':')
  return colon < 0 ? [metric, ''] : [metric.slice(0, colon), metric.slice(colon + 1)]
}

function add<Name>(to: Map<Name, number>, name: Name, n: number): void {
  const sum = (to.get(name) ?? 0) + n
  if (sum === 0) to.delete(name)
  else to.set(name, sum)
}

function addRow(sums: Sums, { sign, counts, cycle, took }: Row): void {
  for (const [metric, n] of Object.entries(counts)) {
    const [kind, name] = partsOf(metric)
    const ofKind = sums.counts.get(kind) ?? new Map<string, number>()
    sums.counts.set(kind, ofKind)
    add(ofKind, name, sign * n)
  }
  for (const [bucket, n] of Object.entries(cycle ?? {})) add(sums.cycle, Number(bucket), sign * n)
  for (const [bucket, n] of Object.entries(took ?? {})) add(sums.took, Number(bucket), sign * n)
}

function totalsOf(rows: Row[]): Totals {
  const all = noSums()
  const byWorkflow = new Map<string, Sums>()
  for (const row of rows) {
    const own = byWorkflow.get(row.workflow) ?? noSums()
    byWorkflow.set(row.workflow, own)
    addRow(own, row)
    addRow(all, row)
  }
  const of = (workflow?: string) => (workflow === undefined ? all : (byWorkflow.get(workflow) ?? NONE))
  const each = (kind: string, workflow?: string): ReadonlyMap<string, number> =>
    of(workflow).counts.get(kind) ?? new Map()
  return {
    count(metric, workflow) {
      const [kind, name] = partsOf(metric)
      return each(kind, workflow).get(name) ?? 0
    },
    each,
    total: (kind, workflow) => [...each(kind, workflow).values()].reduce((sum, n) => sum + n, 0),
    p50AndP90(kind, workflow) {
      const [p50 = null, p90 = null] = percentilesOf(of(workflow)[kind], [0.5, 0.9])
      return { p50, p90 }
    },
  }
}

/** The counts of each stretch, in the order given; `withTimes`: also how long things took. */
export async function readTotals(
  tx: Tx,
  stretches: Stretch[],
  { workflows, withTimes }: { workflows?: Span['workflows']; withTimes: boolean },
): Promise<Totals[]> {
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
  const times = withTimes ? Prisma.sql`cycle, took` : Prisma.sql`NULL::jsonb AS cycle, NULL::jsonb AS took`
  // OFFSET 0: asked for each piece by its key, not joined with all that were ever folded.
  const rows = await tx.$queryRaw<Row[]>`
    WITH piece AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${jsonText(pieces)}::json)
        AS t(place int, unit text, sign int, "from" timestamptz, "until" timestamptz)
    ), counted AS (
      SELECT place, sign, workflow_key, metric, count AS n
      FROM piece JOIN counter ON hour >= "from" AND hour < "until" WHERE unit <> 'rest'
      UNION ALL
      SELECT place, sign, workflow_key, metric, n
      FROM piece CROSS JOIN LATERAL signalbox_facts("from", "until") WHERE unit = 'rest'
    ), summed AS (
      SELECT place, sign, workflow_key, metric, sum(n) AS n FROM counted WHERE true ${kept} GROUP BY 1, 2, 3, 4
    ), unfolded AS (
      SELECT place, sign, workflow_key, ${inOneRow} FROM summed GROUP BY 1, 2, 3
    )
    SELECT place, sign, workflow_key AS workflow, counts, ${times} FROM piece CROSS JOIN LATERAL (
      SELECT * FROM counter_span s
      WHERE s.unit = piece.unit AND start >= "from" AND start < "until" ${kept} OFFSET 0) AS folded
    UNION ALL
    SELECT place, sign, workflow_key, counts, ${times} FROM unfolded`
  const at = stretches.map((): Row[] => [])
  for (const row of rows) at[row.place]?.push(row)
  return at.map(totalsOf)
}
