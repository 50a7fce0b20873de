// What an approval would let be sent, and what changed since one was given: on the card in short, in windows whole. Data
// from outside, so plain text. Pure.
import type { KnownBlock } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { type Cover, coverIn } from '../../domain/exceptions/approval.ts'
import { approvalTexts, coverChangesIn, coverLines } from '../../domain/exceptions/approval-words.ts'
import { shorten } from '../../domain/text/cut.ts'
import { MASK } from '../../domain/masking/marked.ts'
import { clean } from '../../domain/text/mrkdwn.ts'
import { limits, plain } from '../text.ts'

/** Sections, code points in one, and in a line: one long value must not push the others out of sight. */
interface Room {
  sections: number
  section: number
  line: number
}
const ON_CARD: Room = { sections: 1, section: 1200, line: 160 }
const IN_WINDOW: Room = { sections: 6, section: limits.text, line: 1500 }

/** Lines in sections that Slack takes, as far as there is room; that something is left out is said. */
function sections(given: string[], room: Room): KnownBlock[] {
  const whole = given.map(clean)
  const lines = whole.map((line) => shorten(line, room.line))
  const texts: string[] = []
  let so = ''
  for (const line of lines) {
    const longer = so === '' ? line : `${so}\n${line}`
    if (Array.from(longer).length <= room.section) so = longer
    else {
      if (so !== '') texts.push(so)
      so = line
    }
  }
  texts.push(so)
  const shown = texts
    .slice(0, room.sections)
    .map((text): KnownBlock => ({ type: 'section', text: plain(text, room.section) }))
  const isCut = texts.length > room.sections || lines.some((line, at) => line !== whole[at])
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
    ...texts.flatMap((lines) => sections(lines, ON_CARD)),
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
  sections([title, ...lines], IN_WINDOW)

export const coverSections = (title: string, cover: Cover | null): KnownBlock[] =>
  cover ? textSections({ title, lines: coverLines(cover) }) : []
