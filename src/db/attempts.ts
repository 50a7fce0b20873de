// Attempts: the row with its idempotency key commits before the call, the answer after it.
import type { EditedInput } from '../domain/action-input.ts'
import { newId } from './ids.ts'
import type { Tx } from './open.ts'

export interface Started {
  id: string
  number: number
}

export interface AttemptStart {
  runId: string
  step: number
  action: string
  target: string
  idempotencyKey: string
  request: object
  at: Date
}

/**
 * Starts the next try of a step. All tries of a step share one key, so a target that honours keys does the work
 * once. A try that never heard its answer (the process died) is closed as failed first.
 */
export async function startAttempt(tx: Tx, start: AttemptStart): Promise<Started> {
  const { runId, step, action, target, idempotencyKey, request, at } = start
  await tx.attempt.updateMany({
    where: { runId, step, state: 'started' },
    // The trigger `sealed` lets an answer that comes after all replace these words, and no others.
    data: { state: 'failed', error: 'no answer was recorded: the process stopped', finishedAt: at },
  })
  const number = (await tx.attempt.count({ where: { runId, step } })) + 1
  const id = newId('att')
  await tx.attempt.create({
    data: { id, runId, step, number, action, target, idempotencyKey, request, startedAt: at },
  })
  return { id, number }
}

/** Takes a started try back: the target's own limits held the call back, so nothing was tried. */
export async function forgetAttempt(tx: Tx, id: string): Promise<void> {
  await tx.attempt.deleteMany({ where: { id, state: 'started', run: { state: { not: 'ended' } } } })
}

const EDITED = '.edited-'

/** The key of an input that a person changed: another one than that of what was sent before. */
export const editedKey = (idempotencyKey: string, hash: string): string => `${idempotencyKey}${EDITED}${hash}`

/**
 * The run in which the action of this key was done, if it ever was; for a replay, also with an edited input. The
 * bounds let the index find the edited ones: their hash is hexadecimal.
 */
export async function doneBefore(
  tx: Tx,
  idempotencyKey: string,
  { isReplay = false }: { isReplay?: boolean } = {},
): Promise<string | undefined> {
  const prefix = idempotencyKey + EDITED
  const edited = { idempotencyKey: { gte: prefix, lt: `${prefix}g`, startsWith: prefix } }
  const done = await tx.attempt.findFirst({
    where: { state: 'done', ...(isReplay ? { OR: [{ idempotencyKey }, edited] } : { idempotencyKey }) },
    select: { runId: true },
  })
  return done?.runId
}

/** The input that a person last wrote for an action of this run. */
export async function lastEdit(tx: Tx, runId: string): Promise<EditedInput | undefined> {
  const [row] = await tx.$queryRaw<{ edited: EditedInput }[]>`
    SELECT inputs->'edited' AS edited FROM decision
    WHERE run_id = ${runId} AND inputs->'edited' IS NOT NULL ORDER BY decided_at DESC, id DESC LIMIT 1`
  return row?.edited
}

export interface Finish {
  state: 'done' | 'failed' | 'refused'
  status?: number | undefined
  answer?: string | undefined
  error?: string | undefined
  at: Date
}

/** What a target says may be any bytes, and text columns hold every character but NUL. */
const held = (text: string | undefined): string | null => text?.replaceAll('\u0000', '\ufffd') ?? null

export async function finishAttempt(tx: Tx, id: string, finish: Finish): Promise<void> {
  const { state, status, answer, error, at } = finish
  await tx.attempt.update({
    where: { id },
    data: { state, status: status ?? null, answer: held(answer), error: held(error), finishedAt: at },
  })
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
export async function lastSettled(tx: Tx, runId: string): Promise<Date | null> {
  const last = await tx.exception.findFirst({
    where: { runId, state: 'settled' },
    orderBy: { settledAt: 'desc' },
    select: { settledAt: true },
  })
  return last?.settledAt ?? null
}
