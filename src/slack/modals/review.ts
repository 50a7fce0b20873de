// One run of a review: its five records, four questions, a note. And what the review found, when it is done.
import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import type { ReviewStep } from '../../db/digest/reviews.ts'
import type { RunView } from '../../db/runs/run-view.ts'
import { beginning } from '../../domain/text/cut.ts'
import { reviewSentence } from '../../domain/digest/digest-lines.ts'
import {
  type Answer,
  type Answers,
  answerWords,
  type Question,
  questionNames,
  questions,
  type ReviewResult,
} from '../../domain/digest/review.ts'
import { code, inline, mrkdwn } from '../text.ts'
import { explainBlocks } from './why.ts'

export const REVIEW = 'review'
const MOST_NOTE = 1000

/** Which run of which review the answers are about. */
export interface ReviewMetadata {
  reviewId: string
  position: number
}

export function readReviewMetadata(text: string): ReviewMetadata | undefined {
  try {
    const { reviewId, position } = JSON.parse(text) as Record<string, unknown>
    return typeof reviewId === 'string' && typeof position === 'number' ? { reviewId, position } : undefined
  } catch {
    return undefined
  }
}

const option = (answer: Answer): PlainTextOption => ({
  text: { type: 'plain_text', text: answerWords[answer] },
  value: answer,
})
const options = (Object.keys(answerWords) as Answer[]).map(option)

/** Slack keeps what was entered under the same block id: each run has its own, so that it begins empty. */
const blockId = (name: string, position: number): string => `${name}:${position}`

const question = (name: Question, position: number, first?: Answer): InputBlock => ({
  type: 'input',
  block_id: blockId(name, position),
  label: { type: 'plain_text', text: questions[name] },
  element: {
    type: 'radio_buttons',
    action_id: 'answer',
    options,
    ...(first === undefined ? {} : { initial_option: option(first) }),
  },
})

const note = (position: number): InputBlock => ({
  type: 'input',
  block_id: blockId('note', position),
  optional: true,
  label: { type: 'plain_text', text: 'Note' },
  element: { type: 'plain_text_input', action_id: 'text', multiline: true, max_length: MOST_NOTE },
})

const small = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] })

export function reviewModal(step: ReviewStep, run: RunView | undefined): ModalView {
  const { reviewId, position, of } = step
  const hadException = run === undefined || run.exceptions.length > 0
  return {
    type: 'modal',
    callback_id: REVIEW,
    private_metadata: JSON.stringify({ reviewId, position } satisfies ReviewMetadata),
    title: { type: 'plain_text', text: `Run ${position} of ${of}` },
    submit: { type: 'plain_text', text: position === of ? 'Finish' : 'Next' },
    close: { type: 'plain_text', text: 'Later' },
    blocks: [
      ...(run ? explainBlocks(run) : [small(`The records of ${code(step.runId)} are not kept any more.`)]),
      { type: 'divider' },
      ...questionNames.map((name) =>
        question(name, position, name === 'caughtEarly' && !hadException ? 'na' : undefined),
      ),
      note(position),
    ],
  }
}

type Values = Record<
  string,
  Record<string, { selected_option?: { value: string } | null; value?: string | null }>
>

/** The answers of a submitted modal; undefined when one is missing or none of ours. */
export function readAnswers(
  values: Values,
  position: number,
): { answers: Answers; note: string | null } | undefined {
  const answers: Partial<Answers> = {}
  for (const name of questionNames) {
    const value = values[blockId(name, position)]?.['answer']?.selected_option?.value
    if (value !== 'yes' && value !== 'no' && value !== 'na') return undefined
    answers[name] = value
  }
  const text = values[blockId('note', position)]?.['text']?.value?.trim()
  return { answers: answers as Answers, note: text ? beginning(text, MOST_NOTE) : null }
}

export const reviewResultModal = (result: ReviewResult): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Review done' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [
    ...reviewSentence(result).map((line) => ({ type: 'section' as const, text: mrkdwn(inline(line, 500)) })),
    small('The next digest names this review.'),
  ],
})
