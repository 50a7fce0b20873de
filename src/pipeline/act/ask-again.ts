// Right before something is sent it is held against what was approved. Whatever differs goes back to the approvers, with
// before and after, and nothing is sent.
import { reviewOf } from '../../db/runs/approvals.ts'
import { withChannelsOf } from '../../db/people/covered-channels.ts'
import type { Tx } from '../../db/store/open.ts'
import {
  type Cover,
  type CoverChange,
  coverOf,
  differenceFrom,
  type StandsAt,
} from '../../domain/exceptions/approval.ts'
import { type Approvers, reviewOfEdit, type ReviewOfEdit } from '../../domain/exceptions/review-of-edit.ts'
import { asJson } from '../../domain/values/json.ts'
import type { Step } from './after-fault.ts'
import { openingFor } from './opening.ts'
import type { Next } from './step-commits.ts'

type Unapproved = { review: Approvers; covers: Cover; changes: CoverChange[] }
/** What is about to be done of a run. */
export type Planned = Pick<Step, 'run' | 'version' | 'scope'>

interface Checked {
  /** What nobody has approved. */
  unapproved?: Unapproved
  /** Why an edit cannot be sent after all, in words. */
  refused?: string
  /** The channel that the approval covers for a message of this step; null: none had that name. Absent: it covers none. */
  channelId?: string | null
}
export type CheckApproved = (step: number) => Promise<Checked>

/** Reads what was approved of a run, which nobody can change while the run is in flight. */
export async function approvalCheck(tx: Tx, planned: Planned): Promise<CheckApproved> {
  const { run, version, scope } = planned
  const { compiled } = version
  const { route, edited } = run
  const reviewAt = reviewOfRun(planned)
  const first = reviewAt(run.step)
  if (first.kind === 'asks' && !first.review) return async () => ({})
  const { asked, approved } = await reviewOf(tx, run.id)
  const coverNow = (at: StandsAt) => withChannelsOf(tx, run.id, coverOf(compiled, at, scope))
  return async (step) => {
    const needed = reviewAt(step)
    // What the rules make of it changed since it was edited (with the time of day, say).
    if (needed.kind === 'refused') return { refused: needed.because }
    const { review } = needed
    if (!review) return {}
    const covers = await coverNow({ route, step, edited })
    // Nobody had to approve what the rules let through. What a person wrote in its place no rule has looked at.
    const before = asked ? approved : await coverNow({ route, step })
    const changes = differenceFrom(before, covers)
    if (changes) return { unapproved: { review, covers, changes } }
    const channelId = covers.actions[0]?.channelId
    return channelId === undefined ? {} : { channelId }
  }
}

/**
 * Who has to approve what a step of this run sends: whom an edit asks, up to the edited step; its route's own review after it,
 * where that says what it would say without the edit.
 */
function reviewOfRun({ run, version: { compiled }, scope }: Planned): (step: number) => ReviewOfEdit {
  const { route, edited } = run
  const own: ReviewOfEdit = { kind: 'asks', review: compiled.definition.routes[route]?.review ?? null }
  if (edited?.route !== route || run.step > edited.step) return () => own
  const ofEdit = reviewOfEdit(compiled, edited, scope)
  return (step) => (step > edited.step ? own : ofEdit)
}

/** The run goes back to its approvers. */
export const askedAgain = (
  planned: Planned,
  { review: { by, approvals, self }, covers, changes }: Unapproved,
): Next =>
  openingFor(planned, {
    reason: 'approval_required',
    detail: 'What is about to be sent is not what was approved. It has not been sent.',
    data: { route: planned.run.route, ...asJson({ covers, changes }) },
    about: planned.run.route,
    review: { by, approvals, self },
  })
