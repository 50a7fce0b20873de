// Many exceptions of one kind as one card: how many, since when, a few examples, and what to do with all of them.
import type { Button, KnownBlock } from '@slack/types'
import type { StormView } from '../../db/exceptions/storms.ts'
import { headlineOf, promptFor, sentenceFor } from '../../domain/exceptions/case-words.ts'
import { offers } from '../../domain/exceptions/ways.ts'
import { inline, limits, moment, mrkdwn, plain } from '../text.ts'
import type { RenderedMessage } from './exception-card.ts'

const MOST_EXAMPLES = 5
/** Reviews are approved one by one, each looked at. */
export const bulkWays = ['retry', 'done', 'reassign', 'dismiss'] as const
export type BulkWay = (typeof bulkWays)[number]
export const bulkLabels: Record<BulkWay, string> = {
  retry: 'Retry all',
  done: 'Mark all done',
  reassign: 'Reassign all',
  dismiss: 'Dismiss all',
}

const bulkWaysFor = ({ kind }: Pick<StormView, 'kind'>): BulkWay[] =>
  bulkWays.filter((way) => way === 'reassign' || offers(kind, way))

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
  const { title, reason, kind, total, open, resolvedBefore, kinds, firstAt, lastAt, members, detail } = storm
  const shown = { reason, origin: kind.origin }
  const heading = headlineOf(shown)
  const [sentence, whatToDo] = [sentenceFor(shown), inline(promptFor(kind, reason), 300)]
  const name = `${heading} ×${total}: ${title}`
  const examples = members.slice(0, MOST_EXAMPLES).map(({ subject, runId }) => inline(subject ?? runId))
  const counts = open === 0 ? `All ${total} are resolved.` : `*${open}* of ${total} need attention.`
  const before = resolvedBefore === 0 ? '' : ` ${resolvedBefore} resolved before this card was posted.`
  return {
    text: `${heading}: ${open} of ${total} need attention. ${inline(title)}`,
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
