// The answers about one run of a review: kept once, then the next run, at last what the review found.
import { addAudit } from '../../db/audit.ts'
import { answerStep, nextStep, reviewResult } from '../../db/reviews.ts'
import { readRun } from '../../db/run-view.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../message-view.ts'
import { readAnswers, readReviewMetadata, REVIEW, reviewModal, reviewResultModal } from '../modals/review.ts'
import { type Wire } from '../wire.ts'

const OTHER_TIME = 'This window is from another time. Type `/workflow review` with the workflow again.'

export function listenReview(wire: Wire, { db, clock }: SlackDeps): void {
  wire.submit(REVIEW, async ({ userId, view }) => {
    const metadata = readReviewMetadata(view.private_metadata)
    const read = metadata && readAnswers(view.state.values, metadata.position)
    if (!metadata || !read) {
      return { do: 'show', view: messageView('Not kept', OTHER_TIME) }
    }
    const { reviewId, position } = metadata
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
      : { do: 'show', view: messageView('Not found', 'This review does not exist (any more).') }
  })
}
