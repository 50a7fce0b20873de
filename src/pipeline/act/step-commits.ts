// What is written of steps: the attempts before their calls, and after them what came back and where the runs go. Steps of
// runs that act side by side share their commits.
import type { Logger } from 'pino'
import {
  type AttemptStart,
  type Finish,
  finishAttempts,
  forgetAttempts,
  startAttempts,
  type Started,
} from '../../db/runs/attempts.ts'
import { type AnswerOf, keepAnswers } from '../../db/runs/action-answers.ts'
import type { Database } from '../../db/store/open.ts'
import { insertOutcomes } from '../../db/runs/outcomes.ts'
import { type Move, moveRuns, type Taken, TAKEN_MS } from '../../db/runs/runs-to-act.ts'
import { addCounts } from '../../db/digest/counters.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { Queue } from '../../queue/queue.ts'
import { type Opening, openExceptions } from '../exception/open.ts'
import { type Asked, sharedCommits } from '../../shared-commits.ts'

/** Where a run goes after a step, or instead of it. */
export type Next =
  /** All steps before this one are done. */
  | { kind: 'advance'; step: number }
  | { kind: 'end'; outcome: Outcome; note: string | null }
  /** Its next try is `afterMs` from now. `circuitWaits`: how often in a row its target's circuit was open. */
  | { kind: 'wait'; afterMs: number; circuitWaits: number }
  | { kind: 'hold'; opening: Omit<Opening, 'runId'> }

export interface StepEnd {
  run: Taken
  at: Date
  /** The try that was made; absent: none was. */
  attempt?:
    | { kind: 'finished'; finish: Omit<Finish, 'at'>; answer?: AnswerOf | undefined }
    | { kind: 'forgotten'; id: string }
  next: Next
}

export interface StepCommits {
  /** Before a call. undefined: the run is with another worker, for which this one had seemed gone. */
  start(attempt: AttemptStart): Promise<Started | undefined>
  /** After it. What a try came to is kept in any case; false: the run is not ours any more, and was not moved. */
  end(end: StepEnd): Promise<boolean>
}

const LIMITS = { inFlight: 1, perCommit: 200, bytesPerCommit: Infinity }

function moveOf({ run: { id, takenBy }, at, next }: StepEnd): Move {
  const after = (ms: number) => new Date(at.getTime() + ms)
  const run = { id, takenBy, circuitWaits: 0 }
  switch (next.kind) {
    case 'advance':
      return {
        ...run,
        state: 'in_flight',
        step: next.step,
        takenUntil: after(TAKEN_MS),
        leaseUntil: after(TAKEN_MS),
      }
    case 'wait':
      return {
        ...run,
        state: 'in_flight',
        circuitWaits: next.circuitWaits,
        leaseUntil: after(next.afterMs + TAKEN_MS),
      }
    case 'hold':
      return { ...run, state: 'held' }
    case 'end':
      return { ...run, state: 'ended' }
  }
}

export function makeStepCommits({
  db,
  queue,
  log,
  clock,
  cardsChanged,
}: {
  db: Database
  queue: Queue
  log: Logger
  clock: () => Date
  cardsChanged: () => void
}): StepCommits {
  async function startAll(batch: Asked<AttemptStart, Started | undefined>[]): Promise<void> {
    const started = await startAttempts(
      db.prisma,
      batch.map(({ what }) => what),
    )
    for (const { what, answer } of batch) answer(started.get(what.id))
  }

  async function endAll(batch: Asked<StepEnd, boolean>[]): Promise<void> {
    const ends = batch.map(({ what }) => what)
    const now = clock()
    let opened = 0
    const moved = await db.transaction(async (tx) => {
      await finishAttempts(
        tx,
        ends.flatMap(({ attempt, at }) => (attempt?.kind === 'finished' ? [{ ...attempt.finish, at }] : [])),
      )
      await keepAnswers(
        tx,
        ends.flatMap(({ attempt }) => (attempt?.kind === 'finished' ? (attempt.answer ?? []) : [])),
        now,
      )
      await forgetAttempts(
        tx,
        ends.flatMap(({ attempt }) => (attempt?.kind === 'forgotten' ? [attempt.id] : [])),
      )
      const ours = await moveRuns(tx, ends.map(moveOf))
      const ended = ends.flatMap(({ run, next }) =>
        next.kind === 'end' && ours.has(run.id)
          ? [{ runId: run.id, kind: next.outcome, note: next.note, by: 'engine' }]
          : [],
      )
      await addCounts(tx, await insertOutcomes(tx, ended, now), now)
      const openings = ends.flatMap(({ run, next }) =>
        next.kind === 'hold' && ours.has(run.id) ? [{ runId: run.id, ...next.opening }] : [],
      )
      opened = openings.length
      await openExceptions(tx, openings, now)
      const waiting = ends.flatMap(({ run, next }) =>
        next.kind === 'wait' && ours.has(run.id) ? [{ data: { runId: run.id }, afterMs: next.afterMs }] : [],
      )
      await queue.enqueue(tx, 'act', waiting)
      return ours
    })
    if (opened > 0) cardsChanged()
    for (const { what, answer } of batch) answer(moved.has(what.run.id))
  }

  const starts = sharedCommits(startAll, { limits: LIMITS, log })
  const all = sharedCommits(endAll, { limits: LIMITS, log })
  return { start: (attempt) => starts.ask(attempt), end: (end) => all.ask(end) }
}
