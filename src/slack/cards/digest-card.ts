// The digest as a message of one screen. A chart and a table where Slack draws them; `classic` says the same in text
// for a workspace that refuses those blocks.
import type { ActionsBlock, KnownBlock } from '@slack/types'
import { type DigestFigures, digestFiguresSchema } from '../../domain/digest/digest.ts'
import { digestLists } from '../../domain/digest/digest-lists.ts'
import { digestText, type DigestNumber, type DigestText } from '../../domain/digest/digest-text.ts'
import { countText } from '../../domain/digest/digest-words.ts'
import { targetText } from '../../domain/digest/digest-targets.ts'
import { ownerDigestSchema } from '../../domain/digest/owner-digest.ts'
import { digestButton, digestButtonValue, MEANING_BUTTON } from '../app/ids.ts'
import { escape, inline, limits, mrkdwn, plain } from '../text.ts'
import { classicChart, nativeChart } from './digest-chart.ts'
import { classicTable, nativeTable } from './digest-table.ts'
import type { RenderedMessage } from './exception-card.ts'
import { ownerDigestCard } from './owner-digest-card.ts'

export interface DigestRow {
  id: string
  windowStart: Date
  windowEnd: Date
  figures: unknown
}

const small = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] })

const numberField = ({ label, value, was, trend, target }: DigestNumber) =>
  mrkdwn(
    [
      target ? `*${label}* · ${targetText(target)}` : `*${label}*`,
      `${inline(value, 120)} ${trend}`,
      `_${inline(was, 120)}_`,
    ].join('\n'),
    limits.field,
  )

/** Room for "and 1,000 more". */
const LAST_LINE = 40

/** As many whole lines as Slack takes, and how many more there are. */
function listText(title: string, lines: string[], most: number): string {
  let text = `*${title}*`
  for (const [at, line] of lines.entries()) {
    const longer = `${text}\n• ${inline(line, 500)}`
    if (longer.length > most - LAST_LINE) return `${text}\nand ${countText(lines.length - at)} more`
    text = longer
  }
  return text
}

const listed = (title: string, lines: string[]): KnownBlock[] =>
  lines.length === 0 ? [] : [{ type: 'section', text: mrkdwn(listText(title, lines, limits.text)) }]

/** Lists of short lines, in two columns where there is room for them. */
function sideBySide(lists: [title: string, lines: string[]][]): KnownBlock[] {
  const fields = lists
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => mrkdwn(listText(title, lines, limits.field), limits.field))
  return fields.length === 0 ? [] : [{ type: 'section', fields }]
}

const corrected = (title: string, lines: string[]): KnownBlock[] =>
  lines.length === 0 ? [] : [small(`*${title}:* ${lines.map((line) => inline(line, 120)).join('; ')}`)]

/** Each opens the list that its number counts; the last one says what they mean. */
function listButtons(id: string, numbers: DigestNumber[]): ActionsBlock {
  const lists = [...new Set(numbers.map(({ list }) => list))]
  const button = (name: string, text: string) => ({
    type: 'button' as const,
    action_id: digestButton(name),
    text: { type: 'plain_text' as const, text },
    value: digestButtonValue(id, name),
  })
  return {
    type: 'actions',
    block_id: `digest_lists:${id}`,
    elements: [
      ...lists.map((list) => button(list, digestLists[list])),
      button(MEANING_BUTTON, 'What this means'),
    ],
  }
}

function blocksOf(
  id: string,
  text: DigestText,
  drawn: { chart: KnownBlock[]; table: KnownBlock[] },
): KnownBlock[] {
  return [
    { type: 'header', text: plain(`${text.title}, ${text.days}`, limits.header) },
    {
      type: 'section',
      text: mrkdwn(
        `${text.addsUp ? '' : ':warning: '}*${text.sentence}*\n${text.change === '' ? '' : `${inline(text.change, 500)}\n`}${text.ledger}`,
      ),
    },
    ...(text.ignored === '' ? [] : [small(inline(text.ignored, 500))]),
    ...(text.isEmpty ? [] : [{ type: 'section' as const, fields: text.numbers.map(numberField) }]),
    ...(text.isEmpty ? [] : drawn.chart),
    ...(text.workflows.rows.length === 0 ? [] : drawn.table),
    ...sideBySide([
      ['Money', text.money],
      ['Load by owner', text.load.lines],
    ]),
    ...listed('Why runs stopped', text.reasons),
    ...listed('Oldest open', text.oldest),
    ...listed('Needs follow-up', text.lookAfter),
    ...listed('Reviews', text.reviews),
    ...corrected('Corrections to the digest before', text.corrections),
    ...corrected('Corrections since this was first posted', text.since),
    ...(text.isEmpty ? [] : [listButtons(id, text.numbers)]),
  ]
}

/** What stands for figures that this version cannot read. */
const unreadable: RenderedMessage = {
  text: 'This digest was kept by another version of Signalbox and cannot be shown.',
  blocks: [small('This digest was kept by another version of Signalbox and cannot be shown.')],
}

export function digestCard({ id, windowStart, windowEnd, figures }: DigestRow): RenderedMessage {
  const own = ownerDigestSchema.safeParse(figures)
  if (own.success) return ownerDigestCard(own.data)
  const read = digestFiguresSchema.safeParse(figures)
  if (!read.success) return unreadable
  const kept: DigestFigures = read.data
  const text = digestText(kept, { start: windowStart, end: windowEnd })
  const native = { chart: nativeChart(text), table: nativeTable(text.workflows) }
  const classic = { chart: classicChart(text), table: classicTable(text.workflows) }
  return {
    text: escape(`${text.title}, ${text.days}: ${text.sentence}`),
    blocks: blocksOf(id, text, native),
    classic: blocksOf(id, text, classic),
    // Nobody who reads a digest needs it; whoever proves the audit finds it in a copy that the database's owner doesn't have.
    ...(kept.auditHead && { payload: { audit_row: kept.auditHead.id, audit_hash: kept.auditHead.hash } }),
  }
}
