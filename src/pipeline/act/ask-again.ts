// Right before something is sent it is held against what was approved. Whatever differs goes back to the approvers, with
// before and after, and nothing is sent.
import { reviewOf } from '../../db/approvals.ts'
import type { Tx } from '../../db/open.ts'
import { type Cover, type CoverChange, coverOf, differenceFrom } from '../../domain/approval.ts'
import { reviewOfEdit } from '../../domain/review-of-edit.ts'
import { asJson } from '../../domain/json.ts'
import type { Review } from '../../domain/route.ts'
import type { Step } from './after-fault.ts'
import { hold } from './hold.ts'

type Unapproved = { review: Review; covers: Cover; changes: CoverChange[] }
type Planned = Pick<Step, 'run' | 'version' | 'scope'>
export type CheckApproved = (step: number) => Unapproved | undefined

/** Reads what was approved of a run, which nobody can change while the run is in flight. */
export async function approvalCheck(tx: Tx, { run, version, scope }: Planned): Promise<CheckApproved> {
  const { compiled } = version
  const { route, edited } = run
  const review = reviewOfRun({ run, version })
  if (!review) return () => undefined
  const isReviewed = compiled.definition.routes[route]?.review !== undefined
  const { asked, approved } = await reviewOf(tx, run.id)
  return (step) => {
    // Of a route without a review only the edit is reviewed, and nothing after it.
    if (!isReviewed && (!edited || step > edited.step)) return undefined
    const covers = coverOf(compiled, { route, step, edited: run.edited }, scope)
    // Nobody had to approve what the rules let through. What a person wrote in its place no rule has looked at.
    const before = asked ? approved : coverOf(compiled, { route, step }, scope)
    const changes = differenceFrom(before, covers)
    return changes && { review, covers, changes }
  }
}

/** Who has to approve what this run sends: its route's review, or that of a route like it where a person edited the input. */
function reviewOfRun({ run: { route, edited }, version }: Pick<Planned, 'run' | 'version'>) {
  const { routes } = version.compiled.definition
  return edited?.route === route ? reviewOfEdit(routes, edited) : routes[route]?.review
}

export async function askAgain(
  deps: Parameters<typeof hold>[0],
  { run, version }: Planned,
  { review: { by, approvals, self }, covers, changes }: Unapproved,
): Promise<void> {
  await hold(
    deps,
    { run, version },
    {
      reason: 'approval_required',
      detail: 'What is about to be sent is not what was approved. It has not been sent.',
      data: { route: run.route, ...asJson({ covers, changes }) },
      about: run.route,
      review: { by, approvals, self },
    },
  )
}
