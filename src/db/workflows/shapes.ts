// What was learned of the shape of a source's events, and the open exceptions about its change (their runs are our
// own: source `watchdog`). Runs that wait because of one name it in their exception's data as `formatChange`.
import { emptyShape, type Shape, type ShapeType } from '../../domain/values/shape.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

export interface Of {
  workflow: string
  source: string
}
export interface FormatChange {
  id: string
  runId: string
  cardId: string
  workflow: string
  source: string
  /** What is not there any more, with the type it had. */
  lost: { path: string; type: ShapeType }[]
  waiting: number
}

// Beyond this the counts are halved: what was long ago weighs less and less.
const MOST_EVENTS = 1000

/** Replicas write and forget the shape of a workflow one after the other. */
export async function lockShape(tx: Tx, { workflow }: Of): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(714629, hashtext(${workflow}))`
}

export async function readShape(tx: Tx, { workflow, source }: Of): Promise<Shape> {
  const rows = await tx.shape.findMany({ where: { workflowKey: workflow, source } })
  const shape = emptyShape()
  for (const { path, type, seen } of rows) {
    if (path === '') shape.events = Number(seen)
    else {
      const types = shape.seen.get(path) ?? new Map<ShapeType, number>()
      shape.seen.set(path, types.set(type as ShapeType, Number(seen)))
    }
  }
  return shape
}

/** Adds what was counted. The caller holds the lock. */
export async function addShape(tx: Tx, { workflow, source }: Of, shape: Shape): Promise<void> {
  const rows = [
    { path: '', type: 'object', seen: shape.events },
    ...[...shape.seen].flatMap(([path, types]) => [...types].map(([type, seen]) => ({ path, type, seen }))),
  ]
  await tx.$executeRaw`
    INSERT INTO shape (workflow_key, source, path, type, seen)
    SELECT ${workflow}, ${source}, path, type, seen
    FROM json_to_recordset(${jsonText(rows)}::json) AS t(path text, type text, seen bigint)
    ON CONFLICT (workflow_key, source, path, type) DO UPDATE SET seen = shape.seen + excluded.seen`
  const events = await tx.shape.findUnique({
    where: { workflowKey_source_path_type: { workflowKey: workflow, source, path: '', type: 'object' } },
  })
  if (Number(events?.seen ?? 0) < MOST_EVENTS) return
  await tx.$executeRaw`UPDATE shape SET seen = seen / 2 WHERE workflow_key = ${workflow} AND source = ${source}`
  await tx.$executeRaw`DELETE FROM shape WHERE workflow_key = ${workflow} AND source = ${source} AND seen = 0`
}

export async function forgetShape(tx: Tx, { workflow, source }: Of): Promise<void> {
  await tx.shape.deleteMany({ where: { workflowKey: workflow, source } })
}

/** Open exceptions about a change of shape. */
export async function openFormatChanges(tx: Tx, of?: Of): Promise<FormatChange[]> {
  const workflow = of?.workflow ?? null
  const source = of?.source ?? null
  return tx.$queryRaw<FormatChange[]>`
    SELECT e.id, e.run_id AS "runId", c.id AS "cardId", e.workflow_key AS workflow, e.data->>'source' AS source,
           e.data->'lost' AS lost,
           (SELECT count(*)::int FROM exception w WHERE w.workflow_key = e.workflow_key AND w.state = 'open'
              AND w.data->>'formatChange' = e.id) AS waiting
    FROM exception e JOIN card c ON c.kind = 'exception' AND c.subject_id = e.id
    WHERE e.state = 'open' AND e.data ? 'lost'
      AND (${workflow}::text IS NULL OR e.workflow_key = ${workflow})
      AND (${source}::text IS NULL OR e.data->>'source' = ${source})`
}

/** Runs that were held before it was known why wait under the format change too, and go on with the others. */
export async function adoptUnder(tx: Tx, formatChange: string, runIds: string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE exception SET data = data || jsonb_build_object('formatChange', ${formatChange}::text)
    WHERE run_id = ANY(${runIds}::text[]) AND state = 'open' AND reason IN ('missing_field', 'invalid_field')`
}

export interface Waiting {
  formatChange: string
  workflow: string
  resolvedAs: string
  note: string | null
  exceptionIds: string[]
  runIds: string[]
}

/** What still waits under exceptions that are resolved. */
export async function waitingUnderResolved(tx: Tx): Promise<Waiting[]> {
  return tx.$queryRaw<Waiting[]>`
    SELECT l.id AS "formatChange", w.workflow_key AS workflow, l.resolved_as AS "resolvedAs", l.resolved_note AS note,
           array_agg(w.id ORDER BY w.id) AS "exceptionIds", array_agg(w.run_id ORDER BY w.id) AS "runIds"
    FROM exception w JOIN exception l ON l.id = w.data->>'formatChange'
    WHERE w.state = 'open' AND w.data ? 'formatChange' AND l.state = 'resolved'
    GROUP BY l.id, w.workflow_key, l.resolved_as, l.resolved_note`
}
