// Reject: the modal asks why; its submission settles.
import { settleAnswerText } from '../answers/settle-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { closeOrSay } from '../message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { REASON, rejectModal } from '../modals/reject.ts'
import { type Wire } from '../wire.ts'
import { openFor } from './exception-press.ts'

export function listenReject(wire: Wire, deps: SlackDeps): void {
  wire.press('reject', (context) => openFor(deps, context, { title: 'Reject', build: rejectModal }))
  wire.submit('reject', async ({ userId, view }) => {
    const note = view.state.values[REASON.block]?.[REASON.action]?.value?.trim() ?? ''
    if (note === '')
      return { do: 'errors', errors: { [REASON.block]: 'Say why: the reason is kept with the run.' } }
    const answer = await deps.settle({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      settlement: { do: 'reject', note },
    })
    return closeOrSay('Not rejected', settleAnswerText(answer, userId))
  })
}
