// Many exceptions of one kind as one card: how many, since when, a few examples, and what to do with all of them.
import type { Button, KnownBlock } from '@slack/types'
import type { StormView } from '../../db/exceptions/storms.ts'
import { reasonText } from '../../domain/exceptions/reasons.ts'
import { choicesFor } from '../../pipeline/exception/choices.ts'
import { inline, limits, moment, mrkdwn, plain } from '../text.ts'
import type { RenderedMessage } from './exception-card.ts'
import { headline } from './words.ts'

const MOST_EXAMPLES = 5
/** Reviews are approved one by one, each looked at. */
export const bulkWays = ['retry', 'reject', 'reassign'] as const
export type BulkWay = (typeof bulkWays)[number]
export const bulkLabels: Record<BulkWay, string> = {
  retry: 'Retry all',
  reject: 'Reject all',
  reassign: 'Reassign all',
}

const bulkWaysFor = ({ reason }: Pick<StormView, 'reason'>): BulkWay[] =>
  bulkWays.filter((way) => way === 'reassign' || choicesFor(reason).includes(way))

function buttons(storm: StormView): KnownBlock {
  const button = (action: string, text: string): Button => ({
    type: 'button',
    action_id: action,
    text: { type: 'plain_text', text },
    value: storm.id,
  })
  return {
    type: 'actions',
    block_id: `storm:${storm.id}`,
    elements: [
      button('storm_list', 'Show the list'),
      ...bulkWaysFor(storm).map((way) => button(`storm_${way}`, bulkLabels[way])),
    ],
  }
}

export function stormCard(storm: StormView, note?: string): RenderedMessage {
  const { title, reason, total, open, resolvedBefore, kinds, firstAt, lastAt, members, detail } = storm
  const { sentence, whatToDo } = reasonText(reason)
  const name = `${headline(reason)} ×${total}: ${title}`
  const examples = members.slice(0, MOST_EXAMPLES).map(({ subject, runId }) => inline(subject ?? runId))
  const counts = open === 0 ? `All ${total} are resolved.` : `*${open}* of ${total} need attention.`
  const before = resolvedBefore === 0 ? '' : ` ${resolvedBefore} resolved before this card was posted.`
  return {
    text: `${headline(reason)}: ${open} of ${total} wait. ${inline(title)}`,
    blocks: [
      { type: 'header', text: plain(name, limits.header) },
      { type: 'section', text: mrkdwn(`${open === 0 ? '' : `*${whatToDo}*\n`}${sentence}`) },
      { type: 'section', text: plain(kinds > 1 ? `For example: ${detail}` : detail, 500) },
      {
        type: 'context',
        elements: [
          mrkdwn(
            `${counts}${before} First ${moment(firstAt)}, last ${moment(lastAt)}.${examples.length > 0 ? ` For example ${examples.join(', ')}.` : ''}`,
          ),
        ],
      },
      ...(note === undefined
        ? []
        : [{ type: 'context' as const, elements: [mrkdwn(`:warning: ${inline(note, 300)}`)] }]),
      ...(open === 0 ? [] : [buttons(storm)]),
    ],
  }
}
