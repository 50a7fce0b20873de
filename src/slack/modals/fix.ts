// Fix: asks for just the missing or wrong fields. What is typed is checked by the workflow's own schema when it is
// submitted, so the modal only helps with the shape.
import type { KnownBlock, ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { FieldProblem } from '../../domain/rules/decision.ts'
import { fieldProblems } from '../cards/facts.ts'
import { titleOf } from '../cards/exception-card.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'
import { fieldInput, MOST_FIELDS } from './field-input.ts'

const explain = (problem: FieldProblem): KnownBlock[] =>
  problem.kind === 'invalid' && problem.message !== ''
    ? [{ type: 'context', elements: [plain(problem.message, 300)] }]
    : []

/** What is beyond the bound is asked for in the next exception. */
export function fixModal(view: ExceptionView): ModalView {
  const problems = fieldProblems(view).slice(0, MOST_FIELDS)
  return {
    type: 'modal',
    callback_id: 'fix',
    private_metadata: modalMetadata(view.exception.id),
    title: { type: 'plain_text', text: 'Fix' },
    submit: { type: 'plain_text', text: 'Fix and resume' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: plain(titleOf(view), 300) },
      ...problems.flatMap((problem) => [
        ...explain(problem),
        fieldInput(view.run, { field: problem.field, value: problem.value }),
      ]),
      { type: 'context', elements: [plain('The original event stays unchanged.')] },
    ],
  }
}
