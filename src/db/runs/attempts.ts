// Attempts: the row with its idempotency key commits before the call, the answer after it.
import type { EditedInput } from '../../domain/exceptions/action-input.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

/** A try that is about to be made. */
export interface AttemptStart {
  id: string
  runId: string
  /** Whoever took the run: a try is only begun by them. */
  takenBy: string
  step: number
  action: string
  target: string
  idempotencyKey: string
  request: object
  /** Of a replay: what was done with an edited input counts too. */
  isReplay: boolean
  at: Date
}

export interface Started {
  /** The run in which the action of this key was done before; null: it was not. */
  earlier: string | null
}

const EDITED = '.edited-'

/** The key of an input that a person changed: another one than that of what was sent before. */
export const editedKey = (idempotencyKey: string, hash: string): string => `${idempotencyKey}${EDITED}${hash}`

/**
 * Starts the next tries, each of another run. All tries of a step share one key, so a target that honors keys does the work
 * once. A try that never heard its answer (the process died) is closed as failed first. Resolves by attempt id with what was
 * started; a run that somebody else took over meanwhile starts nothing.
 */
export async function startAttempts(tx: Tx, starts: AttemptStart[]): Promise<Map<string, Started>> {
  // The bounds let the index find the edited keys: their hash is hexadecimal. The trigger `sealed` lets an answer that comes
  // after all replace the words of a try that was given up, and no others.
  const rows = await tx.$queryRaw<(Started & { id: string })[]>`
    /* start_attempts */ WITH input AS MATERIALIZED (
      SELECT t.* FROM json_to_recordset(${jsonText(starts)}::json) AS t(
        id text, "runId" text, "takenBy" text, step int, action text, target text, "idempotencyKey" text, request jsonb,
        "isReplay" boolean, at timestamptz)
      JOIN run ON run.id = "runId" AND run.taken_by = "takenBy" AND run.state = 'in_flight'
    ), closed AS (
      UPDATE attempt SET state = 'failed', error = 'no answer was recorded: the process stopped', finished_at = at
      FROM input WHERE attempt.run_id = "runId" AND attempt.step = input.step AND attempt.state = 'started'
    ), started AS (
      INSERT INTO attempt (id, run_id, step, number, action, target, idempotency_key, request, started_at)
      SELECT id, "runId", step,
             (SELECT count(*) + 1 FROM attempt a WHERE a.run_id = "runId" AND a.step = input.step),
             action, target, "idempotencyKey", request, at
      FROM input
    )
    SELECT id, coalesce(
      (SELECT a.run_id FROM attempt a
       WHERE a.idempotency_key = "idempotencyKey" AND a.state = 'done' LIMIT 1),
      CASE WHEN "isReplay" THEN
        (SELECT a.run_id FROM attempt a
         WHERE a.idempotency_key >= "idempotencyKey" || ${EDITED} AND a.idempotency_key < "idempotencyKey" || ${EDITED} || 'g'
           AND starts_with(a.idempotency_key, "idempotencyKey" || ${EDITED})
           AND a.state = 'done' LIMIT 1) END) AS earlier
    FROM input`
  return new Map(rows.map(({ id, earlier }) => [id, { earlier }]))
}

/** Takes started tries back: the target's own limits held their calls back, so nothing was tried. */
export async function forgetAttempts(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.attempt.deleteMany({
    where: { id: { in: ids }, state: 'started', run: { state: { not: 'ended' } } },
  })
}

/** The input that a person last wrote for an action of this run. */
export async function lastEdit(tx: Tx, runId: string): Promise<EditedInput | undefined> {
  const [row] = await tx.$queryRaw<{ edited: EditedInput }[]>`
    SELECT inputs->'edited' AS edited FROM decision
    WHERE run_id = ${runId} AND inputs->'edited' IS NOT NULL ORDER BY decided_at DESC, id DESC LIMIT 1`
  return row?.edited
}

export interface Finish {
  id: string
  state: 'done' | 'failed' | 'refused'
  status?: number | undefined
  answer?: string | undefined
  error?: string | undefined
  at: Date
}

/** Keeps what tries came to. */
export async function finishAttempts(tx: Tx, finished: Finish[]): Promise<void> {
  if (finished.length === 0) return
  await tx.$executeRaw`
    /* finish_attempts */ UPDATE attempt
    SET state = t.state, status = t.status, answer = t.answer, error = t.error, finished_at = t.at
    FROM json_to_recordset(${jsonText(finished)}::json) AS t(
      id text, state text, status int, answer text, error text, at timestamptz)
    WHERE attempt.id = ANY(${finished.map(({ id }) => id)}::text[]) AND attempt.id = t.id`
}

/** Tries of one step since `since` (a retry by a person begins counting anew). */
export async function triesSince(tx: Tx, runId: string, step: number, since: Date | null): Promise<number> {
  return tx.attempt.count({ where: { runId, step, ...(since ? { startedAt: { gte: since } } : {}) } })
}

/** What the target of a step said last, if it ever answered. */
export async function lastAnswer(
  tx: Tx,
  runId: string,
  step: number,
): Promise<{ status?: number; answer?: string }> {
  const last = await tx.attempt.findFirst({
    where: { runId, step, OR: [{ status: { not: null } }, { answer: { not: null } }] },
    orderBy: { number: 'desc' },
    select: { status: true, answer: true },
  })
  return {
    ...(last?.status == null ? {} : { status: last.status }),
    ...(last?.answer == null ? {} : { answer: last.answer }),
  }
}

/** When a person last sent this run on its way again. */
export async function lastResolved(tx: Tx, runId: string): Promise<Date | null> {
  const last = await tx.exception.findFirst({
    where: { runId, state: 'resolved' },
    orderBy: { resolvedAt: 'desc' },
    select: { resolvedAt: true },
  })
  return last?.resolvedAt ?? null
}
