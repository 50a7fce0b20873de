// Approve with a change: the record's fields as they are, to be changed before the held action runs with them.
import type { KnownBlock, ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { coverIn } from '../../domain/exceptions/approval.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { MASK } from '../../domain/masking/marked.ts'
import { approvalSections, shortCover } from '../cards/covers.ts'
import { titleOf } from '../cards/case.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'
import { asValues, fieldInputs, MOST_FIELDS, prefilled, typedTexts } from './field-input.ts'

/** A masked field cannot be changed here: nobody could see what they change. */
export function changeable({ run }: ExceptionView): string[] {
  const fields = run.record?.fields ?? {}
  return Object.keys(run.definition.fields)
    .filter((name) => fields[name] !== MASK && !run.masked.includes(name))
    .slice(0, MOST_FIELDS)
}

/** Beside the inputs a window takes so many sections; of more, what fits, and where all of it is. */
const MOST_SECTIONS = 6

function askedBlocks({ exception: { data } }: ExceptionView): KnownBlock[] {
  const covers = coverIn(data, 'covers')
  if (!covers) return []
  const whole = approvalSections(covers, data)
  return whole.length > MOST_SECTIONS ? shortCover(covers, data) : whole
}

export const changeModal = (view: ExceptionView): ModalView => ({
  type: 'modal',
  callback_id: 'change',
  private_metadata: modalMetadata(view.exception.id, view.exception.revision),
  title: { type: 'plain_text', text: 'Approve with a change' },
  submit: { type: 'plain_text', text: 'Approve' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    { type: 'section', text: plain(titleOf(view), 300) },
    ...askedBlocks(view),
    ...changeable(view).flatMap((field) =>
      fieldInputs(view.run, { field, value: view.run.record?.fields[field], isOptional: true }),
    ),
    {
      type: 'context',
      elements: [
        plain(
          'The held action runs with these values. A change that the rules would send elsewhere is refused. The original event stays unchanged; the decision keeps what you changed.',
        ),
      ],
    },
  ],
})

/** Only what differs from what the modal showed; an input that was emptied leaves its field as it was. */
export function changesTyped(
  view: ExceptionView,
  values: Record<string, Record<string, unknown>>,
): JsonObject {
  const { definition, record } = view.run
  const fields = record?.fields ?? {}
  const changed = Object.entries(typedTexts(values)).filter(
    ([field, text]) => text.trim() !== '' && text !== prefilled(definition.fields[field], fields[field]),
  )
  return asValues(view.run, Object.fromEntries(changed))
}
