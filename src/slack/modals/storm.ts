// The list behind a storm's card, and the plan that is shown before something is done to all of it.
import { needAttention } from '../../domain/text/counted.ts'
import type { Button, InputBlock, ModalView } from '@slack/types'
import { stormPage, type StormView } from '../../db/exceptions/storms.ts'
import { type BulkWay, bulkLabels } from '../cards/storm-card.ts'
import { lineWithButtons } from '../home/home-view.ts'
import { mrkdwn } from '../text.ts'
import { type GroupChoice, ownerInputs } from './reassign.ts'

export const BULK = { block: 'bulk', action: 'value' } as const
export const PER_SECOND = 10

/** One page of the list; the buttons turn to the others. `page` is from 0. */
export function stormListModal(storm: StormView, now: Date, page = 0): ModalView {
  const pages = Math.ceil(storm.open / stormPage)
  const turn = (label: string, to: number): Button => ({
    type: 'button',
    action_id: `storm_page:${to < page ? 'back' : 'on'}`,
    text: { type: 'plain_text', text: label },
    value: `${storm.id}:${to}`,
  })
  const turns = [
    ...(page > 0 ? [turn('Newer', page - 1)] : []),
    ...(page + 1 < pages ? [turn('Older', page + 1)] : []),
  ]
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'The list' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          storm.open === 0
            ? 'All of them are resolved.'
            : `*${storm.open}* ${needAttention(storm.open)}, newest first${pages > 1 ? `; page ${page + 1} of ${pages}` : ''}.`,
        ),
      },
      ...storm.members.flatMap((line) => lineWithButtons(line, now)),
      ...(turns.length > 0 ? [{ type: 'actions' as const, block_id: 'turn', elements: turns }] : []),
    ],
  }
}

const why: InputBlock = {
  type: 'input',
  block_id: BULK.block,
  label: { type: 'plain_text', text: 'Why?' },
  element: { type: 'plain_text_input', action_id: BULK.action, multiline: true, max_length: 2000 },
}

/** Says what would be done to how many before anything is done. */
export function bulkModal(storm: StormView, way: BulkWay, groups: GroupChoice[]): ModalView {
  const inputs = way === 'dismiss' ? [why] : way === 'reassign' ? ownerInputs(groups) : []
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
          `This applies to *${storm.open}* open exceptions and takes about ${seconds} s (${PER_SECOND} a second). The card counts down. It stops if you can't resolve one of them, if the target still fails, or if new ones open as fast as they are resolved.`,
        ),
      },
      ...inputs,
    ],
  }
}
