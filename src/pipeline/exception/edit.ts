// Edit and retry: what the action that failed would send, for a person to change, and the check of what they wrote.
import { lastEdit } from '../../db/runs/attempts.ts'
import {
  type EditedInput,
  inputOfAction,
  inputProblems,
  secretPlaceholder,
  withInput,
} from '../../domain/exceptions/action-input.ts'
import { addAudit } from '../../db/audit/audit.ts'
import { readRun } from '../../db/runs/run-view.ts'
import { type Change, changesBetween } from '../../domain/exceptions/change.ts'
import type { RenderedAction } from '../../domain/compile/compiled-workflow.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { inputTexts } from '../../domain/masking/redact.ts'
import { reviewOfEdit } from '../../domain/exceptions/review-of-edit.ts'
import { ifRendered } from '../../domain/cel/template.ts'
import { canEdit } from '../../domain/exceptions/ways.ts'
import { scopeOf } from './cover.ts'
import { type HeldException, openFor, type ResolveDeps } from './held.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { ResolveAnswer } from './resolution.ts'

type Refused = Extract<
  ResolveAnswer,
  { kind: 'already_resolved' | 'not_allowed' | 'not_applicable' | 'unknown' }
>
export type Editable = { kind: 'editable'; action: string; input: JsonObject } | Refused

const NOTHING = 'This action sends nothing that could be changed.'

/** The held action as it would be sent now, with `${secret.NAME}` where a secret stands. */
async function heldAction(deps: ResolveDeps, exception: HeldException): Promise<RenderedAction | undefined> {
  const { runId, run } = exception
  const { version, scope } = await scopeOf(deps, exception)
  const { actions, action: render } = version.compiled
  const route = run.route ?? ''
  const action = ifRendered(() => {
    // None of the others may lack what it needs either.
    const all = actions(route, scope, secretPlaceholder)
    return (
      all.find(({ position }) => position === run.step) ?? render(route, run.step, scope, secretPlaceholder)
    )
  })
  const edit = action && (await lastEdit(deps.db.prisma, runId))
  const isOfStep = edit?.route === run.route && edit?.step === run.step
  return edit && isOfStep ? withInput(action, edit.input) : action
}

/** What may be changed. Where the run masks values, the audit keeps that this person saw them. */
export async function editable(
  deps: ResolveDeps,
  { exceptionId, actor }: { exceptionId: string; actor: Actor },
): Promise<Editable> {
  const { db, clock } = deps
  const found = await openFor({ db }, { exceptionId, actor })
  if (found.kind !== 'open') return found
  const { exception } = found
  const action = canEdit(exception) ? await heldAction(deps, exception) : undefined
  const input = action && inputOfAction(action)
  if (!action || !input) return { kind: 'not_applicable', because: NOTHING }
  const masked = (await readRun(db.prisma, exception.runId))?.masked ?? []
  if (masked.length > 0) {
    await db.transaction((tx) =>
      addAudit(tx, {
        at: clock(),
        actor,
        action: 'run.revealed',
        target: exception.runId,
        after: { fields: masked },
      }),
    )
  }
  return { kind: 'editable', action: action.name, input }
}

/** The edit to keep with the decision; undefined: what was written is what would be sent anyway. */
export async function checkEdit(
  deps: ResolveDeps,
  exception: HeldException,
  input: JsonObject,
): Promise<
  | { kind: 'edit'; edited: EditedInput; changes: Change[] }
  | Extract<ResolveAnswer, { kind: 'invalid' | 'not_applicable' }>
  | undefined
> {
  const action = canEdit(exception) ? await heldAction(deps, exception) : undefined
  const before = action && inputOfAction(action)
  if (!action || !before) return { kind: 'not_applicable', because: NOTHING }
  const { route, step } = exception.run
  const { version, scope } = await scopeOf(deps, exception)
  const written = version.compiled.definition.routes[route ?? '']?.actions[step]
  const problems = inputProblems(action, input, inputTexts(written))
  if (problems.length > 0) return { kind: 'invalid', problems }
  const changes = changesBetween(before, input)
  if (changes.length === 0) return undefined
  const edited = { route: route ?? '', step, input }
  const review = reviewOfEdit(version.compiled, edited, scope)
  if (review.kind === 'refused') return { kind: 'not_applicable', because: review.because }
  return { kind: 'edit', edited, changes }
}
