// Carries out a run's actions, step by step. The attempt commits before the call and its answer after it; no call
// happens inside a transaction. Done steps are not repeated; what cannot go on becomes an exception.
import { failPoint } from '../../fail-point.ts'
import type { Logger } from 'pino'
import { answersOf } from '../../db/runs/action-answers.ts'
import { newId } from '../../db/store/ids.ts'
import type { Database } from '../../db/store/open.ts'
import { readOwnerOf } from '../../db/people/owner-facts.ts'
import type { RunToAct } from '../../db/runs/runs-to-act.ts'
import type { RenderedAction, Secrets } from '../../domain/compile/compiled-workflow.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import { keepsAnswers } from '../../domain/workflow-file/answers.ts'
import { FaultError } from '../../domain/fault.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { OutdatedError } from '../../workflow/publish/outdated.ts'
import { endOfRoute, inputOf } from '../decide/judge.ts'
import type { Pauses } from '../resume/pauses.ts'
import type { Turn } from '../../turns.ts'
import { actionKey } from './action-key.ts'
import { keyOfEvent, type OwnKey } from './another-event.ts'
import { performed, withAnswer } from './answered.ts'
import { approvalCheck, askedAgain, type Planned } from './ask-again.ts'
import { afterFault, heldStep, NOT_RENDERED, OUTDATED, type Step } from './after-fault.ts'
import { applyEdit, editOf, keyOfEdit, shownEdit } from './edited.ts'
import { openingFor } from './opening.ts'
import { describe, type Perform } from './perform.ts'
import type { Next, StepCommits } from './step-commits.ts'

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
export type StepDeps = ActDeps & { commits: StepCommits; turn: Turn }

/** Acts on a taken run until it ends, waits for a next try, or is held. */
export async function actOn(deps: StepDeps, run: RunToAct, now: Date): Promise<void> {
  const { db, catalog, commits, clock, turn } = deps
  const version = await catalog.version(run.versionId)
  await turn()
  const { definition } = version.compiled
  const scope: Scope = {
    record: run.record,
    corrections: run.corrections,
    input: inputOf(run),
    vars: version.standards.vars,
    now,
    ...(version.compiled.readsOwner ? { owner: await readOwnerOf(db.prisma, run.ownerId) } : {}),
    ...(run.step > 0 && keepsAnswers(definition, run.route)
      ? { actions: await answersOf(db.prisma, run.id, run.route) }
      : {}),
  }
  const planned = { run, version, scope }
  const instead = async (next: Next) => void (await commits.end({ run, at: clock(), next }))
  const steps = definition.routes[run.route]?.actions.length ?? 0
  if (run.step >= steps) return instead(endOf(planned, steps))
  const checkApproved = await approvalCheck(db.prisma, planned)
  const ownKey = await keyOfEvent(db.prisma, planned)
  let known: Planned = planned
  for (let step = run.step; step < steps; step += 1) {
    const rendered = render(deps, known, step)
    if (rendered instanceof FaultError) return instead(await heldStep(deps, known, step, rendered))
    const shown = render(
      { secret: nameOfSecret },
      { ...known, scope: { ...known.scope, isShown: true } },
      step,
    )
    if (shown instanceof FaultError) return instead(await heldStep(deps, known, step, shown))
    const { unapproved, refused, channelId } = await checkApproved(step)
    if (refused !== undefined) return instead(await heldStep(deps, known, step, refusedEdit(refused)))
    if (unapproved) return instead(askedAgain(known, unapproved))
    const next = { ...known, action: rendered, shown, channelId }
    const done = await doStep(deps, next, { step, steps, key: keyOf(next, step, ownKey) })
    if (!done) return
    known = done
  }
}

// What holds it ends the sentence itself.
const refusedEdit = (because: string) =>
  new FaultError('cannot_ask', because.replace(/\.$/, ''), { retry: 'never' })

// What is kept of a request shows a secret by its name, and masks what is marked: the values go to the target and nowhere else.
const nameOfSecret = (name: string) => `[secret.${name}]`

function render(
  { secret }: { secret: Secrets },
  { run, version, scope }: Planned,
  step: number,
): RenderedAction | FaultError {
  try {
    const { definition, actions, action } = version.compiled
    // All of them that need no answer of one before: until the first is sent, none may lack what it needs.
    const renderWith = (secrets: Secrets): RenderedAction =>
      actions(run.route, scope, secrets).find(({ position }) => position === step) ??
      action(run.route, step, scope, secrets)
    const edit = editOf(run, step)
    if (!edit) return renderWith(secret)
    const written = definition.routes[run.route]?.actions[step]
    const shown = scope.isShown === true ? shownEdit(edit, written, definition.fields) : edit
    return applyEdit(renderWith, shown, { written, secrets: secret })
  } catch (error) {
    if (error instanceof FaultError) return error
    const code = error instanceof OutdatedError ? OUTDATED : NOT_RENDERED
    return new FaultError(code, (error as Error).message, { retry: 'never', cause: error })
  }
}

/**
 * What is known once the step is done and the run has gone on. undefined: it ended, waits for its next try or the end of a
 * pause, is held, or was taken over by another worker, for which this one had seemed gone.
 */
async function doStep(
  deps: StepDeps,
  step: Step,
  { step: index, steps, key }: { step: number; steps: number; key: string },
): Promise<Planned | undefined> {
  const { clock, pauses, commits } = deps
  const { run, action } = step
  const { target, shownTarget } = describe(action)
  const { request } = describe(step.shown)
  const paused = await pauses.blocking(run.workflow, target)
  if (paused !== undefined) {
    await pauses.park([run.id], paused, clock())
    return undefined
  }
  const id = newId('att')
  const started = await commits.start({
    id,
    runId: run.id,
    takenBy: run.takenBy,
    step: index,
    action: action.name,
    target: shownTarget,
    idempotencyKey: key,
    request,
    isReplay: run.actionRoot !== null,
    at: clock(),
  })
  if (!started) return undefined
  failPoint('act.started')
  try {
    const done = await performed(deps, step, { index, key, earlier: started.earlier })
    failPoint('act.answered')
    const { status, answer } = done
    const known = withAnswer(step, done.kept)
    const next: Next = index + 1 < steps ? { kind: 'advance', step: index + 1 } : endOf(known, steps)
    const isOurs = await commits.end({
      run,
      at: clock(),
      attempt: {
        kind: 'finished',
        finish: { id, state: 'done', status, answer },
        answer: done.kept && { runId: run.id, route: run.route, attemptId: id, ...done.kept },
      },
      next,
    })
    failPoint('act.committed')
    return isOurs && next.kind === 'advance' ? known : undefined
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    await commits.end(await afterFault(deps, step, { index, attemptId: id, fault: error }))
    return undefined
  }
}

/** A step that was skipped was not done: should it be wanted in a replay, it is. */
function keyOf({ run, version, action }: Step, index: number, ownKey: OwnKey): string {
  const actions = version.compiled.definition.routes[run.route]?.actions ?? []
  if (action.kind === 'skipped') return `${run.id}.skipped-${index}`
  const key = ownKey(index, actionKey(run.actionRoot ?? run.id, run.route, actions, index))
  const edit = editOf(run, index)
  return edit ? keyOfEdit(key, edit) : key
}

/** Once all actions are done: the route's outcome, or the exception it ends in. */
function endOf(planned: Planned, steps: number): Next {
  const { run, version, scope } = planned
  const end = endOfRoute(version, run.route, scope)
  if (end.kind === 'end') return { kind: 'end', outcome: end.outcome, note: end.note }
  const { reason, detail, data, about } = end
  return openingFor(planned, { reason, detail, data: { ...data, steps }, about })
}
