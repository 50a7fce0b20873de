// Many exceptions of one kind as one card: how many, since when, a few examples, and what to do with all of them.
import { needAttention } from '../../domain/text/counted.ts'
import type { Button, KnownBlock } from '@slack/types'
import type { StormView } from '../../db/exceptions/storms.ts'
import { headline, headlineOf, promptFor, sentenceFor } from '../../domain/exceptions/case-words.ts'
import { machineFaults } from '../../domain/exceptions/reasons.ts'
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

const workflowsIn = ({ parts }: StormView): number => new Set(parts.map(({ workflow }) => workflow)).size

/** What fits each of them. Of several workflows nothing is done at once: each has people of its own. */
function bulkWaysFor(storm: StormView): BulkWay[] {
  if (workflowsIn(storm) > 1) return []
  return bulkWays.filter((way) => way === 'reassign' || (storm.parts.length === 1 && offers(storm.kind, way)))
}

/** A part has a line; a section takes 3,000 characters. */
const MOST_PARTS = 15

/** What is on the card where that is of several workflows or reasons, and where the rest of it is. */
function partLines({ parts }: StormView): KnownBlock[] {
  const lines = parts
    .slice(0, MOST_PARTS)
    .map(
      ({ title, reason, total, open }) =>
        `• ${inline(title, 80)}: ${headline(reason)}, ${open === 0 ? `all ${total} resolved` : `*${open}* of ${total} ${needAttention(open)}`}`,
    )
  const more = parts.length - lines.length
  if (more > 0) lines.push(`• and ${more} more`)
  lines.push('All of them are on the Home tab and in `/workflow queue`.')
  return [{ type: 'section', text: mrkdwn(lines.join('\n')) }]
}

/** Of how many of them there are cards to look for, in a title. */
function nameOf(storm: StormView): string {
  const { title, reason, kind, total } = storm
  const workflows = workflowsIn(storm)
  if (workflows > 1) return `${total} exceptions in ${workflows} workflows`
  return storm.parts.length > 1
    ? `${total} exceptions: ${title}`
    : `${headlineOf({ reason, origin: kind.origin })} ×${total}: ${title}`
}

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

/** What stopped them and what to do, where that is one thing; else what is on the card, by workflow and reason. */
function whatStopped(storm: StormView): KnownBlock[] {
  const { reason, kind, open, kinds, detail, parts } = storm
  if (parts.length > 1) return partLines(storm)
  const sentence = sentenceFor({ reason, origin: kind.origin })
  const whatToDo = inline(promptFor(kind, reason), 300)
  return [
    { type: 'section', text: mrkdwn(`${open === 0 ? '' : `*${whatToDo}*\n`}${sentence}`) },
    { type: 'section', text: plain(kinds > 1 ? `For example: ${detail}` : detail, 500) },
  ]
}

function howItStands({ total, open, running, again, kind, resolvedBefore }: StormView): string {
  const isOver = open === 0 && running === 0
  const cameBack = machineFaults.includes(kind.reason) ? 'failed again' : 'came back'
  return [
    isOver ? `All ${total} are resolved.` : `*${open}* of ${total} ${needAttention(open)}.`,
    ...(running === 0 ? [] : [`${running} ${running === 1 ? 'is' : 'are'} running again.`]),
    ...(again.open === 0 ? [] : [`*${again.open} of ${again.of}* ${cameBack}.`]),
    ...(resolvedBefore === 0 ? [] : [`${resolvedBefore} resolved before this card was posted.`]),
  ].join(' ')
}

export function stormCard(storm: StormView, note?: string): RenderedMessage {
  const { title, reason, kind, total, open, firstAt, lastAt, members } = storm
  const name = nameOf(storm)
  const isOfMany = storm.parts.length > 1
  // Whoever reads the channel may read the runs of its own workflow, and perhaps not those of the others.
  const shown = workflowsIn(storm) > 1 ? [] : members.slice(0, MOST_EXAMPLES)
  const examples = shown.map(({ subject, runId }) => inline(subject ?? runId))
  return {
    text: isOfMany
      ? `${open} of ${total} ${needAttention(open)}. ${inline(name)}`
      : `${headlineOf({ reason, origin: kind.origin })}: ${open} of ${total} ${needAttention(open)}. ${inline(title)}`,
    blocks: [
      { type: 'header', text: plain(name, limits.header) },
      ...whatStopped(storm),
      {
        type: 'context',
        elements: [
          mrkdwn(
            `${howItStands(storm)} First ${moment(firstAt)}, last ${moment(lastAt)}.${examples.length > 0 ? ` For example ${examples.join(', ')}.` : ''}`,
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
