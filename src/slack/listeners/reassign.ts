// Reassign: the modal asks for a person or a group; the new owner has the whole response time again.
import { groupChoices } from '../../db/people/directory.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { closeOrSay } from '../app/message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { chosenOwner, reassignModal } from '../modals/reassign.ts'
import { type SubmitAnswer, type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'

export function listenReassign(app: SlackApp, deps: SlackDeps): void {
  app.action('reassign', (context) =>
    openFor(deps, context, {
      title: 'Reassign',
      permission: 'reassign',
      build: async (view) => reassignModal(view, await groupChoices(deps.db.prisma)),
    }),
  )
  app.view('reassign', async ({ userId, view }): Promise<SubmitAnswer> => {
    const { values } = view.state
    const chosen = chosenOwner(values)
    if ('errors' in chosen) return { do: 'errors', errors: chosen.errors }
    const text = values['note']?.['text']?.value?.trim()
    const answer = await deps.reassign({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      to: chosen.to,
      ...(text ? { note: text } : {}),
    })
    if (answer.kind === 'not_eligible') {
      return { do: 'errors', errors: { [chosen.block]: answer.because } }
    }
    return closeOrSay("Couldn't reassign", resolveAnswerText(answer, userId))
  })
}
