// Carries out a run's actions, step by step. The attempt commits before the call and its answer after it; no call
// happens inside a transaction. Done steps are not repeated; what cannot go on becomes an exception.
import { failPoint } from '../../fail-point.ts'
import type { Logger } from 'pino'
import { doneBefore, finishAttempt, startAttempt } from '../../db/attempts.ts'
import type { Database } from '../../db/open.ts'
import { writeOutcome } from '../../db/outcomes.ts'
import { advanceRun, type RunToAct, takeRunToAct } from '../../db/runs.ts'
import type { RenderedAction, Secrets } from '../../domain/compiled-workflow.ts'
import type { Scope } from '../../domain/decision.ts'
import { FaultError } from '../../domain/fault.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { OutdatedError } from '../../workflow/outdated.ts'
import { endOfRoute, inputOf } from '../decide/judge.ts'
import type { Pauses } from '../resume/pauses.ts'
import { actionKey } from './action-key.ts'
import { approvalCheck, askAgain, type Planned } from './ask-again.ts'
import { afterFault, holdStep, OUTDATED, type Step, TAKEN_MS } from './after-fault.ts'
import { applyEdit, editOf, keyOfEdit, shownEdit } from './edited.ts'
import { hold } from './hold.ts'
import { describe, type Perform } from './perform.ts'
import { whileTaken } from './while-taken.ts'

export interface ActDeps {
  db: Database
  queue: Queue
  catalog: Catalog
  log: Logger
  clock: () => Date
  random: () => number
  perform: Perform
  pauses: Pauses
  secret: (name: string) => string | undefined
  cardsChanged: () => void
}

/** Acts on several runs side by side. One that meets a fault of ours sends the batch back; the others are done. */
export async function actOnRuns(deps: ActDeps, runIds: string[]): Promise<void> {
  const results = await Promise.allSettled(runIds.map((id) => actOnRun(deps, id)))
  const broken = results.find((result) => result.status === 'rejected')
  if (broken) throw broken.reason
}

/** Acts on one run until it ends, waits for a next try, or is held. */
export async function actOnRun(deps: ActDeps, runId: string): Promise<void> {
  const { db, clock } = deps
  const now = clock()
  const run = await takeRunToAct(db.prisma, runId, now, new Date(now.getTime() + TAKEN_MS))
  if (!run) return
  const paused = await deps.pauses.blocking(run.workflow)
  if (paused !== undefined) return deps.pauses.park([runId], paused, now)
  await whileTaken(deps, run, () => actOnTaken(deps, run, now))
}

async function actOnTaken(deps: ActDeps, run: RunToAct, now: Date): Promise<void> {
  const version = await deps.catalog.version(run.versionId)
  const scope: Scope = {
    record: run.record,
    input: inputOf(run.body, run.headers),
    vars: version.standards.vars,
    now,
  }
  const actions = version.compiled.definition.routes[run.route]?.actions ?? []
  const checkApproved = await approvalCheck(deps.db.prisma, { run, version, scope })
  for (let step = run.step; step < actions.length; step += 1) {
    const rendered = render(deps, { run, version, scope }, step)
    if (rendered instanceof FaultError) return holdStep(deps, { run, version }, step, rendered)
    const shown = render(
      { ...deps, secret: nameOfSecret },
      { run, version, scope: { ...scope, isShown: true } },
      step,
    )
    if (shown instanceof FaultError) return holdStep(deps, { run, version }, step, shown)
    const { unapproved, channelId } = await checkApproved(step)
    if (unapproved) return askAgain(deps, { run, version, scope }, unapproved)
    if (!(await doStep(deps, { run, version, scope, action: rendered, shown, channelId }, step))) return
  }
  await finish(deps, { run, version, scope }, actions.length)
}

// What is kept of a request shows a secret by its name, and masks what is marked: the values go to the target and nowhere else.
const nameOfSecret = (name: string) => `[secret.${name}]`

function render(deps: ActDeps, { run, version, scope }: Planned, step: number) {
  try {
    const { definition, actions } = version.compiled
    // All of them: before the first is sent, none may lack what it needs.
    const renderWith = (secrets: Secrets): RenderedAction => {
      const action = actions(run.route, scope, secrets)[step]
      if (action) return action
      throw new FaultError('no_such_step', `the route has no step ${step}`, { retry: 'never' })
    }
    const edit = editOf(run, step)
    if (!edit) return renderWith(deps.secret)
    const written = definition.routes[run.route]?.actions[step]
    const shown = scope.isShown === true ? shownEdit(edit, written, definition.fields) : edit
    return applyEdit(renderWith, shown, { written, secrets: deps.secret })
  } catch (error) {
    if (error instanceof FaultError) return error
    const code = error instanceof OutdatedError ? OUTDATED : 'cannot_render'
    return new FaultError(code, (error as Error).message, { retry: 'never', cause: error })
  }
}

/**
 * true: done, on to the next step. false: the run waits for its next try or the end of a pause, is held, or was taken over
 * by another worker, for which this one had seemed gone.
 */
async function doStep(deps: ActDeps, step: Step, index: number): Promise<boolean> {
  const { db, clock, perform, pauses } = deps
  const { run, action } = step
  const { target, shownTarget } = describe(action)
  const { request } = describe(step.shown)
  const paused = await pauses.blocking(run.workflow, target)
  if (paused !== undefined) {
    await pauses.park([run.id], paused, clock())
    return false
  }
  const key = keyOf(step, index)
  const { attempt, earlier } = await db.transaction(async (tx) => {
    const asked = { action: action.name, target: shownTarget, request }
    const started = { ...asked, runId: run.id, step: index, at: clock() }
    return {
      earlier: await doneBefore(tx, key, { isReplay: run.actionRoot !== null }),
      attempt: await startAttempt(tx, { ...started, idempotencyKey: key }),
    }
  })
  failPoint('act.started')
  try {
    const { status, answer } =
      earlier === undefined
        ? await perform(action, { key, runId: run.id, headers: run.headers, channelId: step.channelId })
        : { status: undefined, answer: `done before, in ${earlier}` }
    failPoint('act.answered')
    const at = clock()
    const isOurs = await db.transaction(async (tx) => {
      await finishAttempt(tx, attempt.id, { state: 'done', status, answer, at })
      return advanceRun(tx, run, index + 1, new Date(at.getTime() + TAKEN_MS))
    })
    failPoint('act.committed')
    return isOurs
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    await afterFault(deps, step, { index, attemptId: attempt.id, fault: error })
    return false
  }
}

/** A step that was skipped was not done: should it be wanted in a replay, it is. */
function keyOf({ run, version, action }: Step, index: number): string {
  const actions = version.compiled.definition.routes[run.route]?.actions ?? []
  if (action.kind === 'skipped') return `${run.id}.skipped-${index}`
  const key = actionKey(run.actionRoot ?? run.id, run.route, actions, index)
  const edit = editOf(run, index)
  return edit ? keyOfEdit(key, edit) : key
}

/** All actions are done: the route's outcome, or the exception it ends in. */
async function finish(deps: ActDeps, { run, version, scope }: Planned, steps: number): Promise<void> {
  const { db, clock } = deps
  const end = endOfRoute(version, run.route, scope)
  if (end.kind === 'end') {
    const { outcome: kind, note } = end
    const ended = { runId: run.id, from: 'in_flight', kind, note, by: 'engine', at: clock() } as const
    await db.transaction((tx) => writeOutcome(tx, ended))
    return
  }
  const { reason, detail, data, about } = end
  await hold(deps, { run, version }, { reason, detail, data: { ...data, steps }, about })
}
