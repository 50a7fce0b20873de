// Fix: the modal asks for just the missing or wrong fields; the pipeline checks them before anything is claimed.
import { type ExceptionView, readException } from '../../db/exceptions/exception-view.ts'
import type { SlackDeps } from '../deps.ts'
import { correctionsIn } from '../../domain/exceptions/lookups.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { noSuchException } from '../app/message-view.ts'
import { changesTyped } from '../modals/change.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { typedTexts, typedValue } from '../modals/field-input.ts'
import { fixModal, isOfRecord } from '../modals/fix.ts'
import { type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'
import { tellAfterwards } from './tell-result.ts'
import { submitted } from './submitted.ts'

const correctionsTyped = (
  { run: { definition } }: ExceptionView,
  texts: Record<string, string>,
): JsonObject =>
  correctionsIn(definition.fields, texts, (name, text) => typedValue(definition.fields[name], text))

export function listenFix(app: SlackApp, deps: SlackDeps): void {
  app.action('fix', (context) =>
    openFor(deps, context, {
      title: 'Fix',
      build: fixModal,
    }),
  )
  app.view('fix', async ({ userId, view: modal, client }) => {
    const exceptionId = readModalMetadata(modal.private_metadata)
    const view = await readException(deps.db.prisma, exceptionId)
    if (!view) return { do: 'show', view: noSuchException }
    const { values } = modal.state
    const corrections = isOfRecord(view)
      ? changesTyped(view, values)
      : correctionsTyped(view, typedTexts(values))
    const answer = await deps.resolve({
      exceptionId,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'fix', corrections },
    })
    tellAfterwards(app, deps, answer, { exceptionId, userId, client })
    return submitted(answer, { title: "Couldn't fix", userId, blocks: modal.blocks })
  })
}
