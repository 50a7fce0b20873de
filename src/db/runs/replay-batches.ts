// Bulk replays: what was planned, how far it is, and how the runs it made fare.
import type { JsonObject } from '../../domain/values/json.ts'
import { newId } from '../store/ids.ts'
import type { Tx } from '../store/open.ts'
import { bodyOfE } from './event-body.ts'

export interface BatchView {
  id: string
  name: string
  workflow: string
  state: 'planned' | 'running' | 'done' | 'cancelled' | 'stopped'
  because: string | null
  version: 'current' | 'original'
  repeatDone: boolean
  perMinute: number
  createdBy: string
  /** Who let it run, last; null: nobody yet. */
  startedBy: string | null
  createdAt: Date
  total: number
  replayed: number
  refused: number
}

export async function readBatches(
  tx: Tx,
  where: { id: string } | { name: string } | 'all',
): Promise<BatchView[]> {
  const id = where !== 'all' && 'id' in where ? where.id : null
  const name = where !== 'all' && 'name' in where ? where.name : null
  return tx.$queryRaw<BatchView[]>`
    SELECT b.id, b.name, b.workflow_key AS workflow, b.state, b.because, b.version, b.repeat_done AS "repeatDone",
           b.per_minute AS "perMinute", b.created_by AS "createdBy", b.started_by AS "startedBy", b.created_at AS "createdAt",
           count(i.run_id)::int AS total, count(i.new_run_id)::int AS replayed, count(i.refused)::int AS refused
    FROM replay_batch b LEFT JOIN replay_item i ON i.batch_id = b.id
    WHERE (${id}::text IS NULL OR b.id = ${id}) AND (${name}::text IS NULL OR b.name = ${name})
    GROUP BY b.id ORDER BY b.created_at DESC LIMIT 100`
}

export type NewBatch = Pick<
  BatchView,
  'name' | 'workflow' | 'version' | 'repeatDone' | 'perMinute' | 'createdBy'
> & {
  query: JsonObject
  runIds: string[]
  at: Date
}

/** Keeps a plan and the runs it is about. undefined: there is a batch of this name already. */
export async function insertBatch(tx: Tx, batch: NewBatch): Promise<string | undefined> {
  const { workflow: workflowKey, runIds, at: createdAt, ...rest } = batch
  const id = newId('bat')
  const { count } = await tx.replayBatch.createMany({
    data: [{ ...rest, id, workflowKey, createdAt }],
    skipDuplicates: true,
  })
  if (count === 0) return undefined
  await tx.replayItem.createMany({ data: runIds.map((runId) => ({ batchId: id, runId })) })
  return id
}

export interface RunToReplay {
  id: string
  versionId: string
  state: string
  reason: string | null
  outcome: string | null
  body: Uint8Array
  contentType: string
  headers: Record<string, string>
  record: JsonObject
}

/** Runs of a workflow that ended or wait, oldest first, after `after`: replays themselves are left out. */
export async function runsToReplay(
  tx: Tx,
  {
    workflow,
    since,
    until,
    after,
    most,
  }: { workflow: string; since: Date; until: Date; after: string; most: number },
): Promise<RunToReplay[]> {
  return tx.$queryRaw<RunToReplay[]>`
    SELECT r.id, r.version_id AS "versionId", r.state, ${bodyOfE} AS body, e.content_type AS "contentType", e.headers,
           coalesce(rec.fields, '{}'::jsonb) AS record,
           (SELECT reason FROM exception WHERE run_id = r.id AND state = 'open') AS reason,
           (SELECT kind FROM outcome WHERE run_id = r.id) AS outcome
    FROM run r JOIN event e ON e.id = r.event_id LEFT JOIN record rec ON rec.run_id = r.id
    WHERE r.workflow_key = ${workflow} AND r.received_at >= ${since}::timestamptz
      AND r.received_at < ${until}::timestamptz AND r.id > ${after} AND r.state <> 'in_flight'
      AND (r.erased -> 'payloads') IS NULL
      AND e.source NOT IN ('replay', 'watchdog')
    ORDER BY r.id LIMIT ${most}`
}

/** The next items of a batch, whoever has them in hand. */
export async function itemsLeft(tx: Tx, batchId: string, most: number): Promise<string[]> {
  const rows = await tx.replayItem.findMany({
    where: { batchId, newRunId: null, refused: null },
    select: { runId: true },
    orderBy: { runId: 'asc' },
    take: most,
  })
  return rows.map(({ runId }) => runId)
}

/** How many of a batch's runs were replayed or refused. Who asks has the batch alone until the commit. */
export async function lockedAt(tx: Tx, batchId: string): Promise<number> {
  await tx.$queryRaw`SELECT 1 FROM replay_batch WHERE id = ${batchId} FOR UPDATE`
  return tx.replayItem.count({
    where: { batchId, OR: [{ newRunId: { not: null } }, { refused: { not: null } }] },
  })
}

/** Takes the next items of a running batch; of two workers, each takes others. */
export async function nextItems(tx: Tx, batchId: string, most: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT run_id AS id FROM replay_item WHERE batch_id = ${batchId} AND new_run_id IS NULL AND refused IS NULL
    ORDER BY run_id LIMIT ${most} FOR UPDATE SKIP LOCKED`
  return rows.map(({ id }) => id)
}

/**
 * A target that runs of this batch call, before or now, and whose circuit is open; undefined: none does. Attempts keep what may
 * be shown of theirs: of a host that records bring, one that is down holds up all of its workflow's.
 */
export async function openCircuitOf(tx: Tx, batchId: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ target: string }[]>`
    SELECT shown AS target FROM open_circuit
    WHERE until > now() AND EXISTS (
      SELECT 1 FROM replay_item i JOIN attempt a ON a.run_id IN (i.run_id, i.new_run_id) JOIN run r ON r.id = i.run_id
      WHERE i.batch_id = ${batchId} AND a.target = open_circuit.shown
        AND (open_circuit.shown = open_circuit.target OR r.workflow_key = ANY(open_circuit.workflows)))
    LIMIT 1`
  return row?.target
}

/** Of the last `most` runs that a batch made: how many have not ended and have an action or lookup that fails. */
export async function failingOf(tx: Tx, batchId: string, most: number): Promise<number> {
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    WITH made AS (
      SELECT new_run_id AS id FROM replay_item WHERE batch_id = ${batchId} AND new_run_id IS NOT NULL
      ORDER BY new_run_id DESC LIMIT ${most}
    )
    SELECT count(*)::int AS n FROM made JOIN run USING (id)
    WHERE run.state <> 'ended' AND (
      EXISTS (SELECT 1 FROM exception WHERE run_id = made.id AND state = 'open'
              AND reason IN ('action_failed', 'lookup_failed', 'internal_error'))
      OR (SELECT state FROM attempt WHERE run_id = made.id ORDER BY started_at DESC LIMIT 1) = 'failed')`
  return row?.n ?? 0
}
