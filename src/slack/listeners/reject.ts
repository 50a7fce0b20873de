// Reject: the modal asks why; its submission resolves.
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { closeOrSay } from '../app/message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { REASON, rejectModal } from '../modals/reject.ts'
import { type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'

export function listenReject(app: SlackApp, deps: SlackDeps): void {
  app.action('reject', (context) => openFor(deps, context, { title: 'Reject', build: rejectModal }))
  app.view('reject', async ({ userId, view }) => {
    const note = view.state.values[REASON.block]?.[REASON.action]?.value?.trim() ?? ''
    if (note === '')
      return { do: 'errors', errors: { [REASON.block]: 'Say why: the reason is kept with the run.' } }
    const answer = await deps.resolve({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'reject', note },
    })
    return closeOrSay("Couldn't reject", resolveAnswerText(answer, userId))
  })
}
