// Show masked values: the values in a window of their own, for those who answer for the run. The audit keeps who looked.
import type { KnownBlock, ModalView } from '@slack/types'
import type { RevealAnswer, RevealedApproval } from '../../pipeline/reveal/reveal.ts'
import { approvalTexts } from '../../domain/exceptions/approval-words.ts'
import { textSections } from '../cards/covers.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../app/message-view.ts'
import { inline, mrkdwn, plain, valueText } from '../text.ts'
import { type SlackApp } from '../app/slack-app.ts'

const TITLE = 'Masked values'
const MOST_FIELDS = 40

const approvalBlocks = (approval: RevealedApproval | null): KnownBlock[] =>
  approval ? approvalTexts(approval.covers, approval.changes, approval.isOpen).flatMap(textSections) : []

export function revealModal(answer: RevealAnswer): ModalView {
  switch (answer.kind) {
    case 'not_allowed':
      return messageView(TITLE, `You can't see these. Ask ${inline(answer.who, 500)}.`)
    case 'nothing_masked':
      return messageView(TITLE, 'Nothing of this run is masked.')
    case 'unknown':
      return messageView(TITLE, 'This run no longer exists.')
    case 'revealed': {
      const blocks = answer.values.slice(0, MOST_FIELDS).map(({ field, value }): KnownBlock => ({
        type: 'section',
        fields: [
          mrkdwn(`*${inline(field)}*`),
          plain(value === undefined ? 'not there' : valueText(value), 2000),
        ],
      }))
      return {
        type: 'modal',
        title: { type: 'plain_text', text: TITLE },
        close: { type: 'plain_text', text: 'Close' },
        blocks: [
          ...blocks,
          ...approvalBlocks(answer.approval),
          { type: 'context', elements: [plain('It is written down that you looked.')] },
        ],
      }
    }
  }
}

export function listenReveal(app: SlackApp, { reveal }: SlackDeps): void {
  app.action('reveal', async ({ value, userId, triggerId, client }) => {
    const answer = await reveal({ runId: value.slice(0, 100), actor: { id: userId, surface: 'slack' } })
    await client.views.push({ trigger_id: triggerId, view: revealModal(answer) })
  })
}
