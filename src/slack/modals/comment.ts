// Note, Ask and Answer: a text that is kept with the run and stands in the card's thread.
import type { InputBlock, KnownBlock, ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { titleOf } from '../cards/case.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'

export const COMMENT = { text: 'text', to: 'to', action: 'value' } as const

const textInput = (label: string): InputBlock => ({
  type: 'input',
  block_id: COMMENT.text,
  label: { type: 'plain_text', text: label },
  element: { type: 'plain_text_input', action_id: COMMENT.action, multiline: true, max_length: 2000 },
})

const whom: InputBlock = {
  type: 'input',
  block_id: COMMENT.to,
  label: { type: 'plain_text', text: 'Who do you want to ask?' },
  element: {
    type: 'users_select',
    action_id: COMMENT.action,
    placeholder: { type: 'plain_text', text: 'Choose a person' },
  },
}

const modal = (view: ExceptionView, kind: string, inputs: KnownBlock[]): ModalView => ({
  type: 'modal',
  callback_id: kind,
  private_metadata: modalMetadata(view.exception.id),
  title: { type: 'plain_text', text: kind.charAt(0).toUpperCase() + kind.slice(1) },
  submit: { type: 'plain_text', text: kind === 'ask' ? 'Ask' : 'Keep' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [{ type: 'section', text: plain(titleOf(view), 300) }, ...inputs],
})

export const noteModal = (view: ExceptionView): ModalView => modal(view, 'note', [textInput('Note')])
export const askModal = (view: ExceptionView): ModalView =>
  modal(view, 'ask', [whom, textInput('What do you need to know?')])
export const answerModal = (view: ExceptionView): ModalView => modal(view, 'answer', [textInput('Answer')])
