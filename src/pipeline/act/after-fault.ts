// What follows a try that did not succeed: another one later, or an exception. Who may try again was said by the
// thrower; how often and how patiently, by the workflow.
import { finishAttempt, forgetAttempt, lastAnswer, lastSettled, triesSince } from '../../db/attempts.ts'
import type { Tx } from '../../db/open.ts'
import { letRunWait, type RunToAct } from '../../db/runs.ts'
import { CIRCUIT_OPEN, STOPPING } from '../../connectors/targets.ts'
import { MOST_RESTS, nextTryIn } from '../../domain/backoff.ts'
import type { RenderedAction } from '../../domain/compiled-workflow.ts'
import type { Scope } from '../../domain/decision.ts'
import { parseDuration } from '../../domain/duration.ts'
import type { FaultError } from '../../domain/fault.ts'
import type { Reason } from '../../domain/reasons.ts'
import type { Action } from '../../domain/route.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import type { ActDeps } from './act.ts'
import { hold } from './hold.ts'

// Longer than any single call may take: a lease that ends means the process is gone.
export const TAKEN_MS = 60_000
const DEFAULT_RETRY: NonNullable<Action['retry']> = { attempts: 5, first: '5s', most: '10m' }

/** The version itself is the fault: nothing was tried, and no target refused anything. */
export const OUTDATED = 'version_outdated'

const reasonOf = ({ code, retry }: FaultError): Reason => {
  if (code === OUTDATED) return 'internal_error'
  return retry === 'never' ? 'action_refused' : 'action_failed'
}

export interface Step {
  run: RunToAct
  version: ReadyVersion
  scope: Scope
  action: RenderedAction
  /** The same with the names of secrets in place of their values: what an attempt keeps. */
  shown: RenderedAction
  /** The only channel that an approval lets its message go to; null: none. undefined: nobody had to approve it. */
  channelId: string | null | undefined
}

export async function afterFault(
  deps: ActDeps,
  step: Step,
  { index, attemptId, fault }: { index: number; attemptId: string; fault: FaultError },
): Promise<void> {
  const { db, clock } = deps
  const { run } = step
  const at = clock()
  const { status, answer } = fault
  const heard = { status, answer, error: `${fault.code}: ${fault.message}`, at }
  if (!fault.called) return waitUncalled(deps, step, { index, attemptId, fault })
  const waitMs = fault.retry === 'never' ? undefined : await waitBeforeNext(deps, step, { index, fault })
  if (waitMs === undefined) {
    await db.transaction((tx) =>
      finishAttempt(tx, attemptId, { state: fault.retry === 'never' ? 'refused' : 'failed', ...heard }),
    )
    return holdStep(deps, step, index, fault)
  }
  await db.transaction(async (tx) => {
    await finishAttempt(tx, attemptId, { state: 'failed', ...heard })
    await tryLater(deps, tx, run, { waitMs })
  })
}

/** Lets a run that is still ours go until its next try. */
async function tryLater(
  { queue, clock }: ActDeps,
  tx: Tx,
  run: RunToAct,
  { waitMs, rests = 0 }: { waitMs: number; rests?: number },
): Promise<void> {
  if (await letRunWait(tx, run, new Date(clock().getTime() + waitMs + TAKEN_MS), rests))
    await queue.enqueue(tx, 'act', [{ data: { runId: run.id }, afterMs: waitMs }])
}

/** The target's own limits held the call back, or the process stops: no try is used up. */
async function waitUncalled(
  deps: ActDeps,
  step: Step,
  { index, attemptId, fault }: { index: number; attemptId: string; fault: FaultError },
): Promise<void> {
  const { db, random } = deps
  const { run } = step
  const isResting = fault.code === CIRCUIT_OPEN
  const hasWaitedEnough = isResting && run.rests >= MOST_RESTS
  const askedMs = typeof fault.retry === 'object' ? fault.retry.afterMs : 1000
  const waitMs = Math.round(askedMs * (1 + random() / 2))
  await db.transaction(async (tx) => {
    // A call that was given up may have arrived: its attempt stays, and the next one closes it.
    if (fault.code !== STOPPING) await forgetAttempt(tx, attemptId)
    if (hasWaitedEnough) return
    await tryLater(deps, tx, run, { waitMs, rests: isResting ? run.rests + 1 : run.rests })
  })
  if (hasWaitedEnough) await holdStep(deps, step, index, fault)
}

/** Milliseconds until the next try of this step; undefined when its tries are used up. */
async function waitBeforeNext(
  { db, random }: ActDeps,
  { run, version }: Step,
  { index, fault }: { index: number; fault: FaultError },
): Promise<number | undefined> {
  const retry = version.compiled.definition.routes[run.route]?.actions[index]?.retry ?? DEFAULT_RETRY
  const tries = await triesSince(db.prisma, run.id, index, await lastSettled(db.prisma, run.id))
  const patience = {
    attempts: retry.attempts,
    firstMs: parseDuration(retry.first) ?? 5_000,
    mostMs: parseDuration(retry.most) ?? 600_000,
  }
  return nextTryIn(patience, tries, random(), typeof fault.retry === 'object' ? fault.retry.afterMs : 0)
}

/** The step cannot go on by itself: a person decides. */
export async function holdStep(
  deps: ActDeps,
  { run, version }: Pick<Step, 'run' | 'version'>,
  step: number,
  fault: FaultError,
): Promise<void> {
  const action = version.compiled.definition.routes[run.route]?.actions[step]
  const name = action?.action ?? `step ${step + 1}`
  const { code, message, status, answer } = fault
  // Where this try heard nothing, what was said to an earlier one is the best there is to know.
  const heard =
    status === undefined
      ? await lastAnswer(deps.db.prisma, run.id, step)
      : { status, ...(answer === undefined ? {} : { answer }) }
  await hold(
    deps,
    { run, version },
    {
      reason: reasonOf(fault),
      detail: `The action "${name}" did not succeed: ${message}.`,
      data: { action: name, step, code, ...heard },
      about: name,
    },
  )
}
