// How a window with inputs answers its submission: what is wrong stands at its input; anything else is said, or it closes.
import type { ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { closeOrSay } from '../app/message-view.ts'
import type { SubmitAnswer } from '../app/slack-app.ts'
import { errorsByBlock } from '../modals/field-input.ts'

/** `title`: of the window that says why it was not done. */
export function submitted(
  answer: ResolveAnswer,
  { title, userId, blocks }: { title: string; userId: string; blocks: { block_id?: string }[] },
): SubmitAnswer {
  const errors = answer.kind === 'invalid' ? errorsByBlock(answer.problems, blocks) : {}
  if (Object.keys(errors).length > 0) return { do: 'errors', errors }
  return closeOrSay(title, resolveAnswerText(answer, userId))
}
