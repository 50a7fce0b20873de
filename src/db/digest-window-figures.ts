// One window counted from the rows, for everything and for each workflow. Only facts with a time before the end of
// the window count, so that the same window gives the same numbers whenever it is asked for. What was unfinished at
// a moment is found from what is unfinished now and what ended since: history is not read again.
import { reasonsByDesign, type WindowFigures } from '../domain/digest.ts'
import { among, type Span } from './digest-span.ts'
import type { Tx } from './open.ts'

/** `workflow` is null in the row over everything. */
type Of<T> = T & { workflow: string | null }

const none: WindowFigures = {
  carriedIn: 0,
  accepted: 0,
  ended: 0,
  achieved: 0,
  rejected: 0,
  failed: 0,
  ignored: 0,
  straight: 0,
  erred: 0,
  cycleP50Ms: null,
  cycleP90Ms: null,
  open: 0,
  inFlight: 0,
  unaccounted: 0,
  opened: 0,
  settled: 0,
  settleP50Ms: null,
  settleP90Ms: null,
  slaDue: 0,
  slaKept: 0,
  touches: 0,
  handOffs: 0,
  messages: 0,
  people: 0,
}

const readAccepted = (tx: Tx, { start, end, workflows }: Span) =>
  tx.$queryRaw<Of<Pick<WindowFigures, 'accepted'>>[]>`
    SELECT workflow_key AS workflow, count(*)::float8 AS accepted FROM event
    WHERE received_at >= ${start}::timestamptz AND received_at < ${end}::timestamptz ${among('workflow_key', workflows)}
    GROUP BY GROUPING SETS ((workflow_key), ())`

const readEnded = (tx: Tx, { start, end, workflows }: Span) =>
  tx.$queryRaw<Of<Partial<WindowFigures>>[]>`
    WITH ended AS (
      SELECT o.*, x.stops, x.errors, x.cards + a.lines AS messages, a.hand_offs, a.people
      FROM outcome o
      CROSS JOIN LATERAL (
        SELECT count(*) AS stops, count(*) FILTER (WHERE e.reason <> ALL(${[...reasonsByDesign]}::text[])) AS errors,
               count(c.id) AS cards
        FROM exception e LEFT JOIN card c
          ON c.kind = 'exception' AND c.subject_id = e.id AND c.folded_into IS NULL
             AND c.created_at < ${end}::timestamptz
        WHERE e.run_id = o.run_id) x
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE action = 'exception.reassigned') AS hand_offs,
               count(DISTINCT actor) FILTER (WHERE surface IN ('slack', 'cli')) AS people, count(n.id) AS lines
        FROM audit LEFT JOIN card n
          ON n.kind = 'notice' AND n.subject_id = 'audit:' || audit.id AND n.created_at < ${end}::timestamptz
        WHERE audit.run_id = o.run_id AND audit.at < ${end}::timestamptz) a
      WHERE o.ended_at >= ${start}::timestamptz AND o.ended_at < ${end}::timestamptz
        ${among('o.workflow_key', workflows)}
    )
    SELECT workflow_key AS workflow, count(*)::float8 AS ended,
           (count(*) FILTER (WHERE kind = 'achieved'))::float8 AS achieved,
           (count(*) FILTER (WHERE kind = 'rejected'))::float8 AS rejected,
           (count(*) FILTER (WHERE kind = 'failed'))::float8 AS failed,
           (count(*) FILTER (WHERE kind = 'ignored'))::float8 AS ignored,
           (count(*) FILTER (WHERE stops = 0 AND touches = 0))::float8 AS straight,
           (count(*) FILTER (WHERE errors > 0 OR kind = 'failed'))::float8 AS erred,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_ms) AS "cycleP50Ms",
           percentile_cont(0.9) WITHIN GROUP (ORDER BY cycle_ms) AS "cycleP90Ms",
           coalesce(sum(touches), 0)::float8 AS touches, coalesce(sum(hand_offs), 0)::float8 AS "handOffs",
           coalesce(sum(messages), 0)::float8 AS messages, coalesce(sum(people), 0)::float8 AS people
    FROM ended GROUP BY GROUPING SETS ((workflow_key), ())`

const readOpened = (tx: Tx, { start, end, workflows }: Span) =>
  tx.$queryRaw<Of<Pick<WindowFigures, 'opened'>>[]>`
    SELECT workflow_key AS workflow, count(*)::float8 AS opened FROM exception
    WHERE opened_at >= ${start}::timestamptz AND opened_at < ${end}::timestamptz ${among('workflow_key', workflows)}
    GROUP BY GROUPING SETS ((workflow_key), ())`

/** An exception that closed by itself (recovered) says nothing about how fast people answer. */
const readSettled = (tx: Tx, { start, end, workflows }: Span) =>
  tx.$queryRaw<Of<Partial<WindowFigures>>[]>`
    WITH settled AS (
      SELECT workflow_key, due_at, extract(epoch FROM settled_at - opened_at) * 1000 AS took_ms,
             least(coalesce(acknowledged_at, settled_at), settled_at) AS answered_at
      FROM exception
      WHERE settled_at >= ${start}::timestamptz AND settled_at < ${end}::timestamptz AND settled_as <> 'recovered'
        ${among('workflow_key', workflows)}
    )
    SELECT workflow_key AS workflow, count(*)::float8 AS settled,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms::float8) AS "settleP50Ms",
           percentile_cont(0.9) WITHIN GROUP (ORDER BY took_ms::float8) AS "settleP90Ms",
           count(due_at)::float8 AS "slaDue",
           (count(*) FILTER (WHERE answered_at <= due_at))::float8 AS "slaKept"
    FROM settled GROUP BY GROUPING SETS ((workflow_key), ())`

// An outcome's cycle time tells when its run arrived, but for rounding: only what may have been there is looked up.
const readUnfinished = (tx: Tx, at: Date, workflows: Span['workflows']) =>
  tx.$queryRaw<Of<{ open: number; inFlight: number }>[]>`
    WITH unfinished AS (
      SELECT id FROM run WHERE state = 'in_flight'
      UNION SELECT run_id FROM exception WHERE state = 'open'
      UNION SELECT run_id FROM outcome WHERE ended_at >= ${at}::timestamptz
        AND ended_at - cycle_ms * interval '1 ms' < ${at}::timestamptz + interval '1 s'
    ), standing AS (
      SELECT run.workflow_key, EXISTS (
        SELECT 1 FROM exception e WHERE e.run_id = run.id AND e.opened_at < ${at}::timestamptz
          AND (e.state = 'open' OR e.settled_at >= ${at}::timestamptz)) AS is_open
      FROM run JOIN unfinished USING (id) WHERE run.received_at < ${at}::timestamptz
        ${among('run.workflow_key', workflows)}
    )
    SELECT workflow_key AS workflow, (count(*) FILTER (WHERE is_open))::float8 AS open,
           (count(*) FILTER (WHERE NOT is_open))::float8 AS "inFlight"
    FROM standing GROUP BY GROUPING SETS ((workflow_key), ())`

/** The window over everything, and of each workflow that has anything in it. */
export async function readWindowFigures(
  tx: Tx,
  span: Span,
): Promise<{ all: WindowFigures; of: (workflow: string) => WindowFigures }> {
  const found = new Map<string | null, WindowFigures>()
  const add = (rows: Of<Partial<WindowFigures>>[]) => {
    for (const { workflow, ...figures } of rows)
      found.set(workflow, { ...(found.get(workflow) ?? none), ...figures })
  }
  add(await readAccepted(tx, span))
  add(await readEnded(tx, span))
  add(await readOpened(tx, span))
  add(await readSettled(tx, span))
  add(await readUnfinished(tx, span.end, span.workflows))
  const carried = await readUnfinished(tx, span.start, span.workflows)
  add(carried.map(({ workflow, open, inFlight }) => ({ workflow, carriedIn: open + inFlight })))
  for (const figures of found.values()) {
    const { carriedIn, accepted, ended, open, inFlight } = figures
    figures.unaccounted = carriedIn + accepted - ended - open - inFlight
  }
  return { all: found.get(null) ?? none, of: (workflow) => found.get(workflow) ?? none }
}
