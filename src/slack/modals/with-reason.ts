// Decline, dismiss, mark done: a window that says what it does and asks why, or what was done. Kept with the run.
import type { ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { titleOf } from '../cards/case.ts'
import { kindOf } from '../cards/exception-card.ts'
import { whatItDoes } from '../cards/words.ts'
import { wayLabel } from '../../domain/exceptions/case-words.ts'
import { plain } from '../text.ts'
import { modalMetadata } from './exception-modal.ts'

export const REASON = { block: 'reason', action: 'text' } as const

export const waysWithReason = ['decline', 'dismiss', 'done'] as const
export type WayWithReason = (typeof waysWithReason)[number]

const questions: Record<WayWithReason, string> = {
  decline: 'Why?',
  dismiss: 'Why?',
  done: 'What was done?',
}

export const needsReason = (way: WayWithReason): boolean => way !== 'done'

export function reasonModal(view: ExceptionView, way: WayWithReason): ModalView {
  const label = wayLabel(kindOf(view), { do: way })
  return {
    type: 'modal',
    callback_id: way,
    private_metadata: modalMetadata(view.exception.id),
    title: { type: 'plain_text', text: label },
    submit: { type: 'plain_text', text: label },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: plain(titleOf(view), 300) },
      ...(needsReason(way)
        ? []
        : [{ type: 'context' as const, elements: [plain(whatItDoes(view, { do: way }), 500)] }]),
      {
        type: 'input',
        block_id: REASON.block,
        ...(needsReason(way) ? {} : { optional: true }),
        label: { type: 'plain_text', text: questions[way] },
        hint: { type: 'plain_text', text: "Saved to the run's history." },
        element: { type: 'plain_text_input', action_id: REASON.action, multiline: true, max_length: 2000 },
      },
    ],
  }
}
