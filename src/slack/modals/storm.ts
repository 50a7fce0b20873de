// The list behind a storm's card, and the plan that is shown before something is done to all of it.
import type { InputBlock, ModalView } from '@slack/types'
import type { StormView } from '../../db/storms.ts'
import { type BulkWay, bulkLabels } from '../cards/storm-card.ts'
import { lineWithButtons } from '../home/home-view.ts'
import { mrkdwn } from '../text.ts'

export const BULK = { block: 'bulk', action: 'value' } as const
export const PER_SECOND = 10

export const stormListModal = (storm: StormView, now: Date): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'The list' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [
    {
      type: 'section',
      text: mrkdwn(
        storm.open === 0
          ? 'All of them are settled.'
          : `*${storm.open}* wait; the newest ${storm.members.length} are here. \`/workflow queue all\` lists all of them.`,
      ),
    },
    ...storm.members.flatMap((line) => lineWithButtons(line, now)),
  ],
})

const inputs: Partial<Record<BulkWay, InputBlock>> = {
  reject: {
    type: 'input',
    block_id: BULK.block,
    label: { type: 'plain_text', text: 'Why?' },
    element: { type: 'plain_text_input', action_id: BULK.action, multiline: true, max_length: 2000 },
  },
  reassign: {
    type: 'input',
    block_id: BULK.block,
    label: { type: 'plain_text', text: 'To' },
    element: {
      type: 'users_select',
      action_id: BULK.action,
      placeholder: { type: 'plain_text', text: 'Choose a person' },
    },
  },
}

/** Says what would be done to how many before anything is done. */
export function bulkModal(storm: StormView, way: BulkWay): ModalView {
  const input = inputs[way]
  const seconds = Math.ceil(storm.open / PER_SECOND)
  return {
    type: 'modal',
    callback_id: `storm_${way}`,
    private_metadata: JSON.stringify({ storm: storm.id }),
    title: { type: 'plain_text', text: bulkLabels[way] },
    submit: { type: 'plain_text', text: bulkLabels[way] },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          `This concerns *${storm.open}* that wait now; at ${PER_SECOND} a second it takes about ${seconds} s. The card counts down. It stops when you may not settle one, or when they come back as fast as they go.`,
        ),
      },
      ...(input ? [input] : []),
    ],
  }
}
