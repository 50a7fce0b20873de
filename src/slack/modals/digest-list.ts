// The list behind a number of a digest: the first of it in a modal, and how to get all of it.
import type { KnownBlock, ModalView } from '@slack/types'
import type { DigestListRow } from '../../db/digest/digest-list-rows.ts'
import { type DigestList, digestLists } from '../../domain/digest/digest-lists.ts'
import { digestMeaning } from '../../domain/digest/digest-meaning.ts'
import type { DigestNumber } from '../../domain/digest/digest-text.ts'
import { countText, durationText } from '../../domain/digest/digest-words.ts'
import { inline, moment, mrkdwn } from '../text.ts'

export const MOST_LISTED = 40
const LINES_A_BLOCK = 8

export interface ListShown {
  list: DigestList
  /** The window as the command line names it: 2026-W47. */
  label: string
  team: string | null
  rows: DigestListRow[]
  total: number
}

function line({ runId, workflow, subject, at, what, tookMs }: DigestListRow): string {
  const took = tookMs === null ? '' : `, ${durationText(tookMs)}`
  return `${moment(at)} *${inline(workflow)}* ${inline(subject ?? '', 60)} ${inline(what.replaceAll('_', ' '), 60)}${took} \`${runId}\``
}

const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) })

export function digestListModal({ list, label, team, rows, total }: ListShown): ModalView {
  const lines = rows.map(line)
  const chunks = Array.from({ length: Math.ceil(lines.length / LINES_A_BLOCK) }, (_, at) =>
    lines.slice(at * LINES_A_BLOCK, (at + 1) * LINES_A_BLOCK).join('\n'),
  )
  const ofTeam = team === null ? '' : ` --team "${inline(team, 80)}"`
  const shown = rows.length < total ? `, the first ${countText(rows.length)} are shown` : ''
  return {
    type: 'modal',
    title: { type: 'plain_text', text: digestLists[list] },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      section(total === 0 ? 'None.' : `*${countText(total)}*${shown}.`),
      { type: 'context', elements: [mrkdwn(digestMeaning[list])] },
      ...chunks.map(section),
      {
        type: 'context',
        elements: [
          mrkdwn(
            `All of it: \`signalbox digest --week ${label}${ofTeam} --list ${list} --format csv\`. One run: \`/workflow status run_…\`.`,
          ),
        ],
      },
    ],
  }
}

/** What every number of a digest means. */
export const digestMeaningModal = (numbers: DigestNumber[]): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'What this means' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: numbers.map(({ label, meaning }) => section(`*${label}*\n${meaning}`)),
})
