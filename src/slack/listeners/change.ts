// Approve with a change, and edit and retry: two entries of the card's menu that open a modal and resolve with it.
import { readException } from '../../db/exceptions/exception-view.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { closeOrSay, messageView, noSuchException } from '../app/message-view.ts'
import { changeModal, changesTyped } from '../modals/change.ts'
import { editModal, inputErrors, inputTyped } from '../modals/edit-input.ts'
import { readModalMetadata, revisionLookedAt } from '../modals/exception-modal.ts'
import { type ActionContext, type SubmitAnswer, type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'
import { tellAfterwards } from './tell-result.ts'
import { submitted } from './submitted.ts'

export const openChange = (deps: SlackDeps, context: ActionContext): Promise<void> =>
  openFor(deps, context, { title: 'Approve with a change', build: changeModal, permission: 'approve' })

export const openEdit = (deps: SlackDeps, context: ActionContext): Promise<void> =>
  openFor(deps, context, {
    title: 'Edit and retry',
    build: async ({ exception: { id: exceptionId } }) => {
      const actor = { id: context.userId, surface: 'slack' as const }
      const found = await deps.editable({ exceptionId, actor })
      if (found.kind === 'editable') return editModal(exceptionId, found.action, found.input)
      return messageView('Edit and retry', resolveAnswerText(found, context.userId) ?? 'Not possible.')
    },
  })

export function listenChange(app: SlackApp, deps: SlackDeps): void {
  app.view('change', async ({ userId, view: modal, client }): Promise<SubmitAnswer> => {
    const exceptionId = readModalMetadata(modal.private_metadata)
    const view = await readException(deps.db.prisma, exceptionId)
    if (!view) return { do: 'show', view: noSuchException }
    const answer = await deps.resolve({
      exceptionId,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'approve', change: changesTyped(view, modal.state.values) },
      ...revisionLookedAt(modal.private_metadata),
    })
    tellAfterwards(app, deps, answer, { exceptionId, userId, client })
    const title = answer.kind === 'counted' ? 'Counted' : "Couldn't approve"
    return submitted(answer, { title, userId, blocks: modal.blocks })
  })
  app.view('edit_input', async ({ userId, view: modal, client }): Promise<SubmitAnswer> => {
    const typed = inputTyped(modal.state.values)
    if ('errors' in typed) return { do: 'errors', errors: typed.errors }
    const exceptionId = readModalMetadata(modal.private_metadata)
    const answer = await deps.resolve({
      exceptionId,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'retry', input: typed.input },
    })
    if (answer.kind === 'invalid') return { do: 'errors', errors: inputErrors(answer.problems) }
    tellAfterwards(app, deps, answer, { exceptionId, userId, client })
    return closeOrSay("Couldn't retry", resolveAnswerText(answer, userId))
  })
}
