// What follows a try that did not succeed: another one later, or an exception. Who may try again was said by the
// thrower; how often and how patiently, by the workflow.
import { lastAnswer, lastResolved, triesSince } from '../../db/runs/attempts.ts'
import type { Database } from '../../db/store/open.ts'
import type { RunToAct } from '../../db/runs/runs-to-act.ts'
import { CIRCUIT_OPEN, STOPPING } from '../../connectors/targets.ts'
import { MOST_CIRCUIT_WAITS, nextTryIn } from '../../domain/backoff.ts'
import type { RenderedAction } from '../../domain/compile/compiled-workflow.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import { parseDuration } from '../../domain/time/duration.ts'
import type { FaultError } from '../../domain/fault.ts'
import type { Reason } from '../../domain/exceptions/reasons.ts'
import type { Action } from '../../domain/workflow-file/route.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { openingFor } from './opening.ts'
import type { Next, StepEnd } from './step-commits.ts'

interface FaultDeps {
  db: Database
  clock: () => Date
  random: () => number
}

const DEFAULT_RETRY: NonNullable<Action['retry']> = { attempts: 5, first: '5s', most: '10m' }

/** The version itself is the fault: nothing was tried, and no target refused anything. */
export const OUTDATED = 'version_outdated'

/** There was nothing to send: a value that a text needs is missing, or not as it has to be. */
export const NOT_RENDERED = 'cannot_render'

const reasonOf = ({ code, retry }: FaultError): Reason => {
  if (code === OUTDATED) return 'internal_error'
  if (code === NOT_RENDERED) return 'action_invalid'
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

/** What is written after a try that did not succeed: how it went, and where the run goes. */
export async function afterFault(
  deps: FaultDeps,
  step: Step,
  { index, attemptId, fault }: { index: number; attemptId: string; fault: FaultError },
): Promise<StepEnd> {
  const { run } = step
  const at = deps.clock()
  // What can never succeed is with a person at once, whether or not it was called.
  if (!fault.called && fault.retry !== 'never')
    return { run, at, ...(await uncalled(deps, step, { index, attemptId, fault })) }
  const { status, answer } = fault
  const state = fault.retry === 'never' ? 'refused' : 'failed'
  const finish = { id: attemptId, state, status, answer, error: `${fault.code}: ${fault.message}` } as const
  const waitMs = fault.retry === 'never' ? undefined : await waitBeforeNext(deps, step, { index, fault })
  const next: Next =
    waitMs === undefined
      ? await heldStep(deps, step, index, fault)
      : { kind: 'wait', afterMs: waitMs, circuitWaits: 0 }
  return { run, at, attempt: { kind: 'finished', finish }, next }
}

/** The target's own limits held the call back, or the process stops: no try is used up. */
async function uncalled(
  deps: FaultDeps,
  step: Step,
  { index, attemptId, fault }: { index: number; attemptId: string; fault: FaultError },
): Promise<Pick<StepEnd, 'attempt' | 'next'>> {
  const { run } = step
  const isCircuitOpen = fault.code === CIRCUIT_OPEN
  const askedMs = typeof fault.retry === 'object' ? fault.retry.afterMs : 1000
  const afterMs = Math.round(askedMs * (1 + deps.random() / 2))
  const circuitWaits = isCircuitOpen ? run.circuitWaits + 1 : run.circuitWaits
  const next: Next =
    circuitWaits > MOST_CIRCUIT_WAITS
      ? await heldStep(deps, step, index, fault)
      : { kind: 'wait', afterMs, circuitWaits }
  // A call that was given up may have arrived: its attempt stays, and the next one closes it.
  return fault.code === STOPPING ? { next } : { attempt: { kind: 'forgotten', id: attemptId }, next }
}

/** Milliseconds until the next try of this step; undefined when its tries are used up. */
async function waitBeforeNext(
  { db, random }: FaultDeps,
  { run, version }: Step,
  { index, fault }: { index: number; fault: FaultError },
): Promise<number | undefined> {
  const retry = version.compiled.definition.routes[run.route]?.actions[index]?.retry ?? DEFAULT_RETRY
  const tries = await triesSince(db.prisma, run.id, index, await lastResolved(db.prisma, run.id))
  const patience = {
    attempts: retry.attempts,
    firstMs: parseDuration(retry.first) ?? 5_000,
    mostMs: parseDuration(retry.most) ?? 600_000,
  }
  return nextTryIn(patience, tries, random(), typeof fault.retry === 'object' ? fault.retry.afterMs : 0)
}

/** The step cannot go on by itself: a person decides. */
export async function heldStep(
  { db }: Pick<FaultDeps, 'db'>,
  { run, version, scope }: Pick<Step, 'run' | 'version' | 'scope'>,
  step: number,
  fault: FaultError,
): Promise<Next> {
  const action = version.compiled.definition.routes[run.route]?.actions[step]
  const name = action?.action ?? `step ${step + 1}`
  const { code, message, status, answer } = fault
  // Where this try heard nothing, what was said to an earlier one is the best there is to know.
  const heard =
    status === undefined
      ? await lastAnswer(db.prisma, run.id, step)
      : { status, ...(answer === undefined ? {} : { answer }) }
  return openingFor(
    { run, version, scope },
    {
      reason: reasonOf(fault),
      detail: `The action "${name}" did not succeed: ${message}.`,
      data: { action: name, step, code, ...heard },
      about: name,
    },
  )
}
