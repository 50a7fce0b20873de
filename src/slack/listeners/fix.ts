// Fix: the modal asks for just the missing or wrong fields; the pipeline checks them before anything is claimed.
import { type ExceptionView, readException } from '../../db/exceptions/exception-view.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { correctionsIn } from '../../domain/exceptions/lookups.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { fieldProblems } from '../cards/facts.ts'
import { closeOrSay, messageView, noSuchException } from '../app/message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { errorsByBlock, typedTexts, typedValue } from '../modals/field-input.ts'
import { fixModal, isLookup } from '../modals/fix.ts'
import { type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'

const correctionsTyped = (
  { run: { definition } }: ExceptionView,
  texts: Record<string, string>,
): JsonObject =>
  correctionsIn(definition.fields, texts, (name, text) => typedValue(definition.fields[name], text))

export function listenFix(app: SlackApp, deps: SlackDeps): void {
  app.action('fix', (context) =>
    openFor(deps, context, {
      title: 'Fix',
      build: (view) =>
        fieldProblems(view).length === 0 && !isLookup(view)
          ? messageView('Nothing to fill in', 'No single value is named here: retry instead.')
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
      resolution: { do: 'fix', corrections: correctionsTyped(view, typedTexts(modal.state.values)) },
    })
    if (answer.kind === 'invalid') {
      const errors = errorsByBlock(answer.problems, modal.blocks)
      if (Object.keys(errors).length > 0) return { do: 'errors', errors }
    }
    return closeOrSay("Couldn't fix", resolveAnswerText(answer, userId))
  })
}
