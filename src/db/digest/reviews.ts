// Reviews of finished runs: drawn once, answered one run at a time, finished when every run has its answers.
import {
  type Answers,
  drawRuns,
  type Question,
  questionNames,
  randomFrom,
  REVIEW_SIZE,
  type ReviewResult,
  countAnswers,
} from '../../domain/digest/review.ts'
import type { Tx } from '../store/open.ts'

/** Reviews are drawn from the newest finished runs, so that they are about how things go now. */
const MOST_POPULATION = 5000

export interface ReviewStep {
  reviewId: string
  workflow: string
  /** From 1. */
  position: number
  of: number
  runId: string
}

/** Draws a review; undefined when no run of this workflow has ended. */
export async function startReview(
  tx: Tx,
  { id, workflow, seed, by, at }: { id: string; workflow: string; seed: string; by: string; at: Date },
): Promise<string | undefined> {
  const ended = await tx.outcome.findMany({
    where: { workflowKey: workflow, endedAt: { lt: at } },
    orderBy: { endedAt: 'desc' },
    take: MOST_POPULATION,
    select: { runId: true, route: true },
  })
  const runs = ended.map(({ runId, route }) => ({ id: runId, route }))
  const routes = new Map(runs.map((run) => [run.id, run.route]))
  const drawn = drawRuns(runs, REVIEW_SIZE, randomFrom(seed))
  if (drawn.length === 0) return undefined
  const review = { id, workflowKey: workflow, seed, population: runs.length, startedBy: by, startedAt: at }
  await tx.review.create({ data: review })
  await tx.reviewedRun.createMany({
    data: drawn.map((runId, place) => ({
      reviewId: id,
      position: place + 1,
      runId,
      route: routes.get(runId) ?? null,
    })),
  })
  return id
}

/** The workflow whose runs this review is of; undefined when there is no such review. */
export async function reviewedWorkflow(tx: Tx, id: string): Promise<string | undefined> {
  return (await tx.review.findUnique({ where: { id }, select: { workflowKey: true } }))?.workflowKey
}

/** The review of this workflow that this person began and has not finished. */
export async function unfinishedReview(tx: Tx, workflow: string, by: string): Promise<string | undefined> {
  const row = await tx.review.findFirst({
    where: { workflowKey: workflow, startedBy: by, finishedAt: null },
    orderBy: { startedAt: 'desc' },
    select: { id: true },
  })
  return row?.id
}

/** The next run without answers; undefined when there is none. */
export async function nextStep(tx: Tx, reviewId: string): Promise<ReviewStep | undefined> {
  const next = await tx.reviewedRun.findFirst({
    where: { reviewId, answeredAt: null },
    orderBy: { position: 'asc' },
    include: { review: { select: { workflowKey: true, _count: { select: { runs: true } } } } },
  })
  if (!next) return undefined
  const { position, review, runId } = next
  return { reviewId, workflow: review.workflowKey, position, of: review._count.runs, runId }
}

export interface Answered {
  reviewId: string
  position: number
  answers: Answers
  note: string | null
  by: string
  at: Date
}

/** Writes the answers about one run, once; the last one finishes the review. False: they were there already. */
export async function answerStep(tx: Tx, answered: Answered): Promise<boolean> {
  const { reviewId, position, answers, note, by, at } = answered
  const written = await tx.reviewedRun.updateMany({
    where: { reviewId, position, answeredAt: null },
    data: { ...answers, note, answeredBy: by, answeredAt: at },
  })
  const left = await tx.reviewedRun.count({ where: { reviewId, answeredAt: null } })
  if (left === 0)
    await tx.review.updateMany({ where: { id: reviewId, finishedAt: null }, data: { finishedAt: at } })
  return written.count === 1
}

async function answersOf(tx: Tx, reviewId: string) {
  const rows = await tx.reviewedRun.findMany({ where: { reviewId, answeredAt: { not: null } } })
  const answers = rows.map(
    (row) => Object.fromEntries(questionNames.map((name: Question) => [name, row[name]])) as Answers,
  )
  return { runs: rows.length, answers: countAnswers(answers) }
}

/** What a review found, beside the finished one before it. */
export async function reviewResult(tx: Tx, reviewId: string): Promise<ReviewResult | undefined> {
  const review = await tx.review.findUnique({ where: { id: reviewId } })
  if (!review) return undefined
  const workflow = await tx.workflow.findUnique({
    where: { key: review.workflowKey },
    select: { title: true },
  })
  const before = await tx.review.findFirst({
    where: {
      workflowKey: review.workflowKey,
      startedAt: { lt: review.startedAt },
      finishedAt: { not: null },
    },
    orderBy: { startedAt: 'desc' },
    select: { id: true },
  })
  return {
    workflow: review.workflowKey,
    title: workflow?.title ?? review.workflowKey,
    ...(await answersOf(tx, reviewId)),
    before: before ? (await answersOf(tx, before.id)).answers : null,
  }
}

/** Results of reviews finished in the window: the newest of each workflow. */
export async function reviewsFinished(
  tx: Tx,
  { start, end }: { start: Date; end: Date },
): Promise<ReviewResult[]> {
  const finished = await tx.review.findMany({
    where: { finishedAt: { gte: start, lt: end } },
    orderBy: [{ workflowKey: 'asc' }, { finishedAt: 'desc' }],
    distinct: ['workflowKey'],
    select: { id: true },
  })
  const results: ReviewResult[] = []
  for (const { id } of finished) {
    const result = await reviewResult(tx, id)
    if (result) results.push(result)
  }
  return results
}
