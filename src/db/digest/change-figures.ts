// The cases behind a figure that changed, by reason and workflow, in the window and in the one before.
import {
  type Cause,
  type Change,
  changed,
  type ChangeName,
  mainCause,
  slowFrom,
} from '../../domain/digest/digest-change.ts'
import type { WindowFigures } from '../../domain/digest/digest.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { among, type Span } from './digest-span.ts'

const finalCases = (also: Prisma.Sql) => Prisma.sql`
  SELECT e.reason, e.workflow_key, e.fingerprint
  FROM final_resolution f JOIN exception e ON e.id = f.exception_id
  WHERE ${also}`

const openedCases = (also: Prisma.Sql) => Prisma.sql`
  SELECT reason, workflow_key, fingerprint FROM exception WHERE ${also}`

/** Runs that completed as failed without a machine fault: the error rate counts them beside those that met one. */
const failedRuns = ({ start, end }: Span) => Prisma.sql`
  SELECT 'failed', workflow_key, '' FROM outcome
  WHERE is_erred AND ended_at >= ${start}::timestamptz AND ended_at < ${end}::timestamptz`

/** The cases of a window that a figure counts. */
function casesOf(name: ChangeName, span: Span, slowMs: number): Prisma.Sql {
  const { start, end } = span
  const final = Prisma.sql`f.final_at >= ${start}::timestamptz AND f.final_at < ${end}::timestamptz`
  const opened = Prisma.sql`opened_at >= ${start}::timestamptz AND opened_at < ${end}::timestamptz`
  switch (name) {
    case 'resolution_time':
      return finalCases(
        Prisma.sql`${final} AND f.resolved_as NOT IN ('recovered', 'expired') AND f.took_ms > ${slowMs}`,
      )
    case 'sla':
      return finalCases(Prisma.sql`${final} AND f.is_due AND NOT f.is_met`)
    case 'error_rate':
      return Prisma.sql`${openedCases(Prisma.sql`${opened} AND is_first_fault`)} UNION ALL ${failedRuns(span)}`
    case 'automation_rate':
      return openedCases(Prisma.sql`${opened} AND reopens IS NULL`)
    default:
      return name satisfies never
  }
}

/** What changed notably and what explains most of it; null: nothing did. */
export async function readChange(
  tx: Tx,
  [span, spanBefore]: [Span, Span],
  windows: { now: WindowFigures; before: WindowFigures },
): Promise<Change | null> {
  const found = changed(windows)
  if (!found) return null
  const { name, isWorse } = found
  const slowMs = slowFrom(windows) ?? 0
  const causes = await tx.$queryRaw<Cause[]>`
    SELECT c.reason, w.title, c.lookup, c.now, c.before FROM (
      SELECT reason, workflow_key,
             CASE WHEN reason = 'lookup_failed' THEN nullif(split_part(fingerprint, '/', 3), '') END AS lookup,
             (count(*) FILTER (WHERE is_now))::float8 AS now, (count(*) FILTER (WHERE NOT is_now))::float8 AS before
      FROM (
        SELECT reason, workflow_key, fingerprint, true AS is_now
        FROM (${casesOf(name, span, slowMs)}) AS one
        UNION ALL
        SELECT reason, workflow_key, fingerprint, false
        FROM (${casesOf(name, spanBefore, slowMs)}) AS other
      ) AS cases WHERE true ${among('workflow_key', span.workflows)} GROUP BY 1, 2, 3
    ) AS c JOIN workflow w ON w.key = c.workflow_key ORDER BY c.reason, w.title, c.lookup`
  return { name, cause: mainCause(causes, isWorse) }
}
