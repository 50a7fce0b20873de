// What an approval would let be sent, and what changed since one was given: on the card in short, in windows whole. Data
// from outside, so plain text. Pure.
import type { KnownBlock } from '@slack/types'
import type { ExceptionView } from '../../db/exception-view.ts'
import { type Cover, coverIn } from '../../domain/approval.ts'
import { approvalTexts, coverChangesIn, coverLines } from '../../domain/approval-words.ts'
import { MASK } from '../../domain/marked.ts'
import { clean } from '../../domain/mrkdwn.ts'
import { limits, plain } from '../text.ts'

const MOST_ON_CARD = 1200
const MOST_SECTIONS = 6

/** Lines in sections that Slack takes, at most `most` of them; what is left out is said. */
function sections(lines: string[], most: number, size: number = limits.text): KnownBlock[] {
  const texts: string[] = []
  let so = ''
  for (const line of lines.map(clean)) {
    const longer = so === '' ? line : `${so}\n${line}`
    if (Array.from(longer).length <= size) so = longer
    else {
      if (so !== '') texts.push(so)
      so = line
    }
  }
  texts.push(so)
  const shown = texts.slice(0, most).map((text): KnownBlock => ({ type: 'section', text: plain(text, size) }))
  const isCut = texts.length > most || texts.some((text) => Array.from(text).length > size)
  const cut: KnownBlock = {
    type: 'context',
    elements: [plain(`Not all of it fits here: ${lines.length} lines in all. “Why?” shows more.`)],
  }
  return isCut ? [...shown, cut] : shown
}

/** On the card of an open review. */
export function coverBlocks({ exception, reason }: ExceptionView): KnownBlock[] {
  const cover = coverIn(exception.data, 'covers')
  if (reason !== 'approval_required' || !cover) return []
  const texts = approvalTexts(cover, coverChangesIn(exception.data), true).map(({ title, lines }) => [
    title,
    ...lines,
  ])
  return [
    ...texts.flatMap((lines) => sections(lines, 1, MOST_ON_CARD)),
    ...(texts.flat().some((line) => line.includes(MASK)) ? [MASKED] : []),
  ]
}

const MASKED: KnownBlock = {
  type: 'context',
  elements: [
    plain(`${MASK} stands for a masked value. “Why?”, then “Show masked values”, shows it to its approvers.`),
  ],
}

/** In a window, as much as fits. */
export const textSections = ({ title, lines }: { title: string; lines: string[] }): KnownBlock[] =>
  sections([title, ...lines], MOST_SECTIONS)

export const coverSections = (title: string, cover: Cover | null): KnownBlock[] =>
  cover ? textSections({ title, lines: coverLines(cover) }) : []
