// Show masked values: the values in a window of their own, for those who answer for the run. The audit keeps who looked.
import type { KnownBlock, ModalView } from '@slack/types'
import type { RevealAnswer, RevealedApproval } from '../../pipeline/reveal/reveal.ts'
import { approvalTexts } from '../../domain/exceptions/approval-words.ts'
import { textSections } from '../cards/covers.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../app/message-view.ts'
import { pagedModal, pageValue, readPageValue } from '../modals/pages.ts'
import { inline, mrkdwn, plain, valueText } from '../text.ts'
import { type SlackApp } from '../app/slack-app.ts'

type RevealedValue = Extract<RevealAnswer, { kind: 'revealed' }>['values'][number]

const TITLE = 'Masked values'
/** Longer ones have sections of their own: a field of a section takes 2,000 characters. */
const SHORT = 500

const approvalBlocks = (approval: RevealedApproval | null): KnownBlock[] =>
  approval ? approvalTexts(approval.covers, approval.changes, approval.isOpen).flatMap(textSections) : []

function valueBlocks({ field, value }: RevealedValue): KnownBlock[] {
  const text = value === undefined ? 'not there' : valueText(value)
  if (Array.from(text).length > SHORT) return textSections({ title: field, lines: text.split('\n') })
  return [{ type: 'section', fields: [mrkdwn(`*${inline(field)}*`), plain(text)] }]
}

export function revealModal(answer: RevealAnswer, page = 1): ModalView {
  switch (answer.kind) {
    case 'not_allowed':
      return messageView(TITLE, `You can't see these. Ask ${inline(answer.who, 500)}.`)
    case 'nothing_masked':
      return messageView(TITLE, 'Nothing of this run is masked.')
    case 'unknown':
      return messageView(TITLE, 'This run no longer exists.')
    case 'revealed':
      return pagedModal({
        title: TITLE,
        blocks: [...approvalBlocks(answer.approval), ...answer.values.flatMap(valueBlocks)],
        below: [{ type: 'context', elements: [plain('It is written down that you looked.')] }],
        name: 'reveal',
        valueOf: (to) => pageValue(answer.runId, to),
        page,
      })
  }
}

export function listenReveal(app: SlackApp, { reveal }: SlackDeps): void {
  app.action('reveal', async ({ value, userId, triggerId, client }) => {
    const answer = await reveal({ runId: value.slice(0, 100), actor: { id: userId, surface: 'slack' } })
    await client.views.push({ trigger_id: triggerId, view: revealModal(answer) })
  })
  app.action(/^reveal_(back|next)$/, async ({ value, userId, viewId, client }) => {
    const { id, page } = readPageValue(value) ?? { id: '', page: 1 }
    const answer = await reveal({ runId: id, actor: { id: userId, surface: 'slack' } })
    await client.views.update({ view_id: viewId ?? '', view: revealModal(answer, page) })
  })
}
