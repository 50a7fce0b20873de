// The list behind a number of a digest, by the same conditions that count it.
import type { DigestList } from '../../domain/digest/digest-lists.ts'
import { among, type Span } from './digest-span.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

export interface DigestListRow {
  runId: string
  workflow: string
  subject: string | null
  /** When it arrived, ended, was resolved or opened. */
  at: Date
  /** What it came to: the outcome, the resolution, the reason. */
  what: string
  /** Time to the end, to resolve, or open so far at the end of the window; null where it has none. */
  tookMs: number | null
}

const ended = (
  { start, end, workflows }: Span,
  also: Prisma.Sql,
  order = Prisma.sql`o.ended_at DESC, o.run_id`,
) => Prisma.sql`
  SELECT o.run_id AS "runId", o.workflow_key AS workflow, r.subject, o.ended_at AS at, o.kind AS what,
         o.cycle_ms AS "tookMs"
  FROM outcome o JOIN run r ON r.id = o.run_id
  WHERE o.ended_at >= ${start}::timestamptz AND o.ended_at < ${end}::timestamptz AND ${also}
    ${among('o.workflow_key', workflows)}
  ORDER BY ${order}`

const resolved = ({ start, end, workflows }: Span, also: Prisma.Sql) => Prisma.sql`
  SELECT e.run_id AS "runId", e.workflow_key AS workflow, r.subject, e.resolved_at AS at,
         e.reason || ': ' || e.resolved_as AS what, f.took_ms AS "tookMs"
  FROM final_resolution f JOIN exception e ON e.id = f.exception_id JOIN run r ON r.id = e.run_id
  WHERE f.final_at >= ${start}::timestamptz AND f.final_at < ${end}::timestamptz
    AND ${also} ${among('e.workflow_key', workflows)}
  ORDER BY "tookMs" DESC, e.id`

/** Runs by their first machine fault, and those that failed without one. */
const erred = ({ start, end, workflows }: Span) => Prisma.sql`
  SELECT * FROM (
    SELECT e.run_id AS "runId", e.workflow_key AS workflow, r.subject, e.opened_at AS at, e.reason AS what,
           NULL::float8 AS "tookMs"
    FROM exception e JOIN run r ON r.id = e.run_id
    WHERE e.is_first_fault AND e.opened_at >= ${start}::timestamptz AND e.opened_at < ${end}::timestamptz
      ${among('e.workflow_key', workflows)}
    UNION ALL
    SELECT o.run_id, o.workflow_key, r.subject, o.ended_at, o.kind, o.cycle_ms
    FROM outcome o JOIN run r ON r.id = o.run_id
    WHERE o.is_erred AND o.ended_at >= ${start}::timestamptz AND o.ended_at < ${end}::timestamptz
      ${among('o.workflow_key', workflows)}
  ) AS fault ORDER BY at DESC, "runId"`

const queries: Record<DigestList, (span: Span) => Prisma.Sql> = {
  accepted: ({ start, end, workflows }) => Prisma.sql`
    SELECT r.id AS "runId", v.workflow_key AS workflow, r.subject, v.received_at AS at,
           coalesce(o.kind, r.state) AS what, o.cycle_ms AS "tookMs"
    FROM event v JOIN run r ON r.event_id = v.id LEFT JOIN outcome o ON o.run_id = r.id
    WHERE v.received_at >= ${start}::timestamptz AND v.received_at < ${end}::timestamptz
      ${among('v.workflow_key', workflows)}
    ORDER BY v.received_at DESC, v.id`,
  ended: (span) => ended(span, Prisma.sql`true`, Prisma.sql`o.cycle_ms DESC, o.run_id`),
  automated: (span) => ended(span, Prisma.sql`o.is_automated`),
  erred,
  manual: (span) => ended(span, Prisma.sql`o.manual_steps > 0`, Prisma.sql`o.manual_steps DESC, o.run_id`),
  resolved: (span) => resolved(span, Prisma.sql`f.resolved_as NOT IN ('recovered', 'expired')`),
  late: (span) => resolved(span, Prisma.sql`f.is_due AND NOT f.is_met`),
  reopened: ({ start, end, workflows }) => Prisma.sql`
    SELECT e.run_id AS "runId", e.workflow_key AS workflow, r.subject, e.opened_at AS at, e.reason AS what,
           (extract(epoch FROM e.opened_at - e.case_opened_at) * 1000)::float8 AS "tookMs"
    FROM exception e JOIN run r ON r.id = e.run_id
    WHERE e.reopens IS NOT NULL AND e.opened_at >= ${start}::timestamptz AND e.opened_at < ${end}::timestamptz
      ${among('e.workflow_key', workflows)}
    ORDER BY e.opened_at DESC, e.id`,
  open: ({ end, workflows }) => Prisma.sql`
    SELECT e.run_id AS "runId", e.workflow_key AS workflow, r.subject, e.opened_at AS at, e.reason AS what,
           (extract(epoch FROM ${end}::timestamptz - e.opened_at) * 1000)::float8 AS "tookMs"
    FROM exception e JOIN run r ON r.id = e.run_id
    WHERE e.opened_at < ${end}::timestamptz AND (e.state = 'open' OR e.resolved_at >= ${end}::timestamptz)
      ${among('e.workflow_key', workflows)}
    ORDER BY e.opened_at, e.id`,
}

/** The rows of the list, at most `most`, and how many there are in all. */
export async function readDigestList(
  tx: Tx,
  { list, most, ...span }: Span & { list: DigestList; most: number },
): Promise<{ rows: DigestListRow[]; total: number }> {
  const query = queries[list](span)
  const rows = await tx.$queryRaw<DigestListRow[]>`${query} LIMIT ${most}`
  const [all] = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::float8 AS total FROM (${query}) AS listed`
  return { rows, total: all?.total ?? 0 }
}
