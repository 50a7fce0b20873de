// Reject: a reason is required and is kept with the run.
import type { ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { titleOf } from '../cards/exception-card.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'

export const REASON = { block: 'reason', action: 'text' } as const

export const rejectModal = (view: ExceptionView): ModalView => ({
  type: 'modal',
  callback_id: 'reject',
  private_metadata: modalMetadata(view.exception.id),
  title: { type: 'plain_text', text: 'Reject' },
  submit: { type: 'plain_text', text: 'Reject' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    { type: 'section', text: plain(titleOf(view), 300) },
    {
      type: 'input',
      block_id: REASON.block,
      label: { type: 'plain_text', text: 'Why?' },
      hint: { type: 'plain_text', text: "Saved to the run's history." },
      element: { type: 'plain_text_input', action_id: REASON.action, multiline: true, max_length: 2000 },
    },
  ],
})
