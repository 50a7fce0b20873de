// Fix: the modal asks for just the missing or wrong fields; the pipeline checks them before anything is claimed.
import { readException } from '../../db/exceptions/exception-view.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { fieldProblems } from '../cards/facts.ts'
import { closeOrSay, messageView, noSuchException } from '../app/message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { asValues, errorsByBlock, typedTexts } from '../modals/field-input.ts'
import { fixModal } from '../modals/fix.ts'
import { type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'

export function listenFix(app: SlackApp, deps: SlackDeps): void {
  app.action('fix', (context) =>
    openFor(deps, context, {
      title: 'Fix',
      build: (view) =>
        fieldProblems(view).length === 0
          ? messageView(
              'Nothing to fill in',
              'No single field is named here: retry, or reject with a reason.',
            )
          : fixModal(view),
    }),
  )
  app.view('fix', async ({ userId, view: modal }) => {
    const exceptionId = readModalMetadata(modal.private_metadata)
    const view = await readException(deps.db.prisma, exceptionId)
    if (!view) return { do: 'show', view: noSuchException }
    const answer = await deps.resolve({
      exceptionId,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'fix', corrections: asValues(view.run, typedTexts(modal.state.values)) },
    })
    if (answer.kind === 'invalid') {
      const errors = errorsByBlock(answer.problems, modal.blocks)
      if (Object.keys(errors).length > 0) return { do: 'errors', errors }
    }
    return closeOrSay("Couldn't fix", resolveAnswerText(answer, userId))
  })
}
