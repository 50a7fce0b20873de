// /workflow review <workflow>: draws finished runs by chance, or goes on with a review that was left.
import { addAudit } from '../../db/audit/audit.ts'
import { newId } from '../../db/store/ids.ts'
import { nextStep, startReview, unfinishedReview } from '../../db/digest/reviews.ts'
import { readRun } from '../../db/runs/run-view.ts'
import { workflowHealth } from '../../db/workflows/workflow-health.ts'
import { nearest } from '../../workflow/nearest.ts'
import type { SlackDeps } from '../deps.ts'
import { reviewModal } from '../modals/review.ts'
import { openModal } from '../app/open-modal.ts'
import { inline } from '../text.ts'
import type { Subcommand } from './command.ts'
import { mayNot } from './pause.ts'

/** The review that goes on, or a new one; undefined when nothing has ended that could be reviewed. */
function takeUp({ db, clock }: SlackDeps, workflow: string, by: string): Promise<string | undefined> {
  return db.transaction(async (tx) => {
    const left = await unfinishedReview(tx, workflow, by)
    if (left !== undefined) return left
    const id = newId('rev')
    const at = clock()
    const started = await startReview(tx, { id, workflow, seed: id, by, at })
    if (started !== undefined)
      await addAudit(tx, { at, actor: { id: by, surface: 'slack' }, action: 'review.started', target: id })
    return started
  })
}

export const review: Subcommand = {
  name: 'review',
  usage: 'review <workflow>',
  example: 'review order-delivery',
  does: 'a random sample of twenty finished runs, one by one: was each good?',
  async answer(deps, { words }, { userId, triggerId, client }) {
    const [workflow] = words
    if (workflow === undefined) return 'Which workflow? Like `/workflow review order-delivery`.'
    const keys = (await workflowHealth(deps.db.prisma, { at: deps.clock() })).map(({ key }) => key)
    if (!keys.includes(workflow)) {
      const near = nearest(workflow, keys)
      return `There is no workflow \`${inline(workflow)}\`.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`
    }
    const access = await deps.accessFor(userId)
    if (!(await access.may('read', workflow))) return mayNot(await access.whoMay('read', workflow))
    const reviewId = await takeUp(deps, workflow, userId)
    const step = reviewId === undefined ? undefined : await nextStep(deps.db.prisma, reviewId)
    if (!step) return `No run of *${inline(workflow)}* has ended yet: there is nothing to review.`
    const title = `Run ${step.position} of ${step.of}`
    await openModal({ client, triggerId, title }, async () => {
      const run = await readRun(deps.db.prisma, step.runId)
      return reviewModal(step, run)
    })
    return `Review of *${inline(workflow)}*: run ${step.position} of ${step.of} is open in front of you. Use the same command to continue later.`
  },
}
