// Fix: asks for just the missing or wrong fields. What is typed is checked by the workflow's own schema when it is
// submitted, so the modal only helps with the shape.
import type { KnownBlock, ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { FieldProblem } from '../../domain/rules/decision.ts'
import { fieldProblems } from '../cards/facts.ts'
import { wayLabel } from '../../domain/exceptions/case-words.ts'
import { askedFor, type Lacking, lookupsIn } from '../../domain/exceptions/lookups.ts'
import { titleOf } from '../cards/case.ts'
import { kindOf } from '../cards/exception-card.ts'
import { plain } from '../text.ts'
import { changeable } from './change.ts'
import { modalMetadata } from './exception-modal.ts'
import { fieldInputs, inputFor, MOST_FIELDS } from './field-input.ts'

const explain = (problem: FieldProblem): KnownBlock[] =>
  (problem.kind === 'invalid' || problem.value !== undefined) && problem.message !== ''
    ? [{ type: 'context', elements: [plain(problem.message, 300)] }]
    : []

/** What the workflow reads of a lookup that failed. Nothing says of which type it is: it is what it reads as. */
const lookupInputs = (lacking: Lacking): KnownBlock[] => [
  { type: 'context', elements: [plain(lacking.message, 300)] },
  ...askedFor(lacking).map((path): KnownBlock => ({
    ...inputFor({
      field: path,
      title: path.replaceAll(/[._]/g, ' '),
      definition: undefined,
      isOptional: true,
    }),
    hint: plain('A number, true, false or a text; in quotes it is always a text', 100),
  })),
]

/** No single value is named: any field of the record may be corrected. */
export const isOfRecord = (view: ExceptionView): boolean =>
  fieldProblems(view).length === 0 && lookupsIn(view.exception.data).length === 0

/** What is beyond the bound is asked for in the next exception. */
export function fixModal(view: ExceptionView): ModalView {
  const problems = fieldProblems(view).slice(0, MOST_FIELDS)
  const label = wayLabel(kindOf(view), { do: 'fix' })
  return {
    type: 'modal',
    callback_id: 'fix',
    private_metadata: modalMetadata(view.exception.id),
    title: { type: 'plain_text', text: label },
    submit: { type: 'plain_text', text: `${label} and resume` },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: plain(titleOf(view), 300) },
      ...problems.flatMap((problem) => [
        ...explain(problem),
        ...fieldInputs(view.run, { field: problem.field, value: problem.value }),
      ]),
      ...(isOfRecord(view)
        ? changeable(view).flatMap((field) =>
            fieldInputs(view.run, { field, value: view.run.record?.fields[field], isOptional: true }),
          )
        : []),
      ...lookupsIn(view.exception.data).flatMap(lookupInputs).slice(0, MOST_FIELDS),
      { type: 'context', elements: [plain('The original event stays unchanged.')] },
    ],
  }
}
