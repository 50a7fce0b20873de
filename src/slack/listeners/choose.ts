// The window of a choice: what is entered is checked by its form before anything is claimed.
import { readException } from '../../db/exceptions/exception-view.ts'
import type { SlackDeps } from '../deps.ts'
import { noSuchException } from '../app/message-view.ts'
import { enteredIn } from '../modals/choose.ts'
import { choiceIn, readModalMetadata } from '../modals/exception-modal.ts'
import type { SlackApp } from '../app/slack-app.ts'
import { tellAfterwards } from './tell-result.ts'
import { submitted } from './submitted.ts'

export function listenChoose(app: SlackApp, deps: SlackDeps): void {
  app.view('choose', async ({ userId, view: modal, client }) => {
    const exceptionId = readModalMetadata(modal.private_metadata)
    const choice = choiceIn(modal.private_metadata)
    const view = await readException(deps.db.prisma, exceptionId)
    if (!view) return { do: 'show', view: noSuchException }
    const answer = await deps.resolve({
      exceptionId,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: 'choose', choice, inputs: enteredIn(view, choice, modal.state.values) },
    })
    tellAfterwards(app, deps, answer, { exceptionId, userId, client })
    return submitted(answer, { title: "Couldn't choose this", userId, blocks: modal.blocks })
  })
}
