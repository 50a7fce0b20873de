// Opening the modal of a button: reads the exception, and shows who was first when it is too late.
import type { ModalView } from '@slack/types'
import { fullAccess } from '../../access/access.ts'
import { seeException } from '../../access/see.ts'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { SlackDeps } from '../deps.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { Permission } from '../../pipeline/exception/held.ts'
import { outlineText } from '../answers/outline.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { readButtonValue } from '../app/ids.ts'
import { messageView, noSuchException } from '../app/message-view.ts'
import { tooLate } from '../modals/exception-modal.ts'
import { openModal } from '../app/open-modal.ts'
import { isSlackError } from '../api/slack-fault.ts'
import { type ActionContext } from '../app/slack-app.ts'

export const OUT_OF_DATE = 'This button is out of date. Use the newest card.'

export interface ModalFor {
  title: string
  build: (view: ExceptionView) => ModalView | Promise<ModalView>
  /** Shown for resolved ones too, and to everybody that `refused` does not name others to. */
  isForResolved?: boolean
  /** It shows what is inside the run: whoever may not read that is shown its outline. */
  shows?: 'run'
  /** Who may, should this person not. */
  refused?: (ask: { exceptionId: string; actor: Actor }) => Promise<string | undefined>
  /** What its submission does. */
  permission?: Permission
}

export async function openFor(
  { db, acknowledge, accessFor }: Pick<SlackDeps, 'db' | 'acknowledge' | 'accessFor'>,
  { value, userId, triggerId, client, tell, isInModal }: ActionContext,
  modal: ModalFor,
): Promise<void> {
  const carried = readButtonValue(value)
  if (!carried) return tell(OUT_OF_DATE)
  // Who opens the window to resolve it is on it. Whoever may not hears it now, not when all is filled in.
  const refusedTo = async ({ permission = 'resolve', isForResolved = false, refused }: ModalFor) => {
    const ask = { exceptionId: carried.exceptionId, actor: { id: userId, surface: 'slack' as const } }
    if (isForResolved) {
      const who = await refused?.(ask)
      return who === undefined ? undefined : resolveAnswerText({ kind: 'not_allowed', who }, userId)
    }
    const answer = await acknowledge({ ...ask, permission })
    return answer.kind === 'not_allowed' ? resolveAnswerText(answer, userId) : undefined
  }
  try {
    await openModal({ client, triggerId, title: modal.title, isOnTop: isInModal }, async () => {
      const { exceptionId } = carried
      const access = modal.shows === 'run' ? await accessFor(userId) : fullAccess
      const seen = await seeException(db.prisma, access, exceptionId)
      if (seen?.kind === 'outline') return messageView(modal.title, outlineText(seen))
      const view = seen?.view
      const late = modal.isForResolved ? undefined : tooLate(view, userId)
      if (late) return late
      const refused = await refusedTo(modal)
      if (refused !== undefined) return messageView("You can't do this", refused)
      return view ? modal.build(view) : noSuchException
    })
  } catch (error) {
    if (!isSlackError(error)) throw error
    return tell('Slack did not open the window in time. Press the button again.')
  }
}
