// The answers about one run of a review: kept once, then the next run, at last what the review found.
import { addAudit } from '../../db/audit/audit.ts'
import { answerStep, nextStep, reviewedWorkflow, reviewResult } from '../../db/digest/reviews.ts'
import { readRun } from '../../db/runs/run-view.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../app/message-view.ts'
import { readAnswers, readReviewMetadata, REVIEW, reviewModal, reviewResultModal } from '../modals/review.ts'
import { type SlackApp } from '../app/slack-app.ts'

const OTHER_TIME = 'This window is out of date. Type `/workflow review` with the workflow again.'
const NO_ACCESS = 'You can no longer read the runs of this workflow, so this answer was not saved.'

export function listenReview(app: SlackApp, { db, clock, accessFor }: SlackDeps): void {
  app.view(REVIEW, async ({ userId, view }) => {
    const metadata = readReviewMetadata(view.private_metadata)
    const read = metadata && readAnswers(view.state.values, metadata.position)
    if (!metadata || !read) {
      return { do: 'show', view: messageView("Couldn't save", OTHER_TIME) }
    }
    const { reviewId, position } = metadata
    // They may have lost the right to read since the window was opened.
    const workflow = await reviewedWorkflow(db.prisma, reviewId)
    const access = await accessFor(userId)
    if (workflow === undefined || !(await access.may('read', workflow)))
      return { do: 'show', view: messageView("Couldn't save", NO_ACCESS) }
    const next = await db.transaction(async (tx) => {
      const at = clock()
      const isNew = await answerStep(tx, { reviewId, position, ...read, by: userId, at })
      const step = await nextStep(tx, reviewId)
      if (isNew && !step)
        await addAudit(tx, {
          at,
          actor: { id: userId, surface: 'slack' },
          action: 'review.finished',
          target: reviewId,
        })
      return step
    })
    if (next) return { do: 'show', view: reviewModal(next, await readRun(db.prisma, next.runId)) }
    const result = await reviewResult(db.prisma, reviewId)
    return result
      ? { do: 'show', view: reviewResultModal(result) }
      : { do: 'show', view: messageView('Not found', 'This review no longer exists.') }
  })
}
