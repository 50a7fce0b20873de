// Reassign: the modal asks for a person or a group; the new owner has the whole response time again.
import { settleAnswerText } from '../answers/settle-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import { reassignModal } from '../modals/reassign.ts'
import { messageView, type SubmitAnswer, type Wire } from '../wire.ts'
import { openFor } from './exception-press.ts'

export function listenReassign(wire: Wire, deps: SlackDeps): void {
  wire.press('reassign', (context) =>
    openFor(deps, context, {
      title: 'Reassign',
      build: async (view) => {
        const groups = await deps.db.prisma.personGroup.findMany({
          where: { members: { isEmpty: false } },
          orderBy: { handle: 'asc' },
        })
        return reassignModal(view, groups)
      },
    }),
  )
  wire.submit('reassign', async ({ userId, view }): Promise<SubmitAnswer> => {
    const { person, group, note } = view.state.values
    const toPerson = person?.['to']?.selected_user ?? undefined
    const toGroup = group?.['to']?.selected_option?.value
    if (toPerson !== undefined && toGroup !== undefined) {
      return { do: 'errors', errors: { group: 'Choose a person or a group, not both.' } }
    }
    const to = toPerson ?? toGroup
    if (to === undefined) return { do: 'errors', errors: { person: 'Choose a person or a group.' } }
    const text = note?.['text']?.value?.trim()
    const answer = await deps.reassign({
      exceptionId: readModalMetadata(view.private_metadata),
      actor: { id: userId, surface: 'slack' },
      to,
      ...(text ? { note: text } : {}),
    })
    if (answer.kind === 'not_eligible') {
      return { do: 'errors', errors: { [toGroup === undefined ? 'person' : 'group']: answer.because } }
    }
    const said = settleAnswerText(answer, userId)
    return said === undefined ? { do: 'close' } : { do: 'show', view: messageView('Not reassigned', said) }
  })
}
