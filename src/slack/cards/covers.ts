// What an approval would let be sent, and what changed since one was given: on the card in short, in windows whole. Data
// from outside, so plain text. Pure.
import type { KnownBlock, PlainTextElement } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { type Cover, coverIn } from '../../domain/exceptions/approval.ts'
import { coverOnCard } from '../../domain/exceptions/approval-on-card.ts'
import {
  approvalTexts,
  coverChangeLines,
  coverChangesIn,
  coverLines,
  shortChangeLines,
} from '../../domain/exceptions/approval-words.ts'
import { beginning, shorten } from '../../domain/text/cut.ts'
import { MASK } from '../../domain/masking/marked.ts'
import { clean } from '../../domain/text/mrkdwn.ts'
import { limits, plain } from '../text.ts'

const lengthOf = (text: string): number => Array.from(text).length

/** Before the rest of a line that is longer than a section: no line of ours begins so, and a value cannot pass for one. */
const CONTINUED = '(continued) '

/** How far back an end without a space is sought. */
const FARTHEST_BACK = 200

/** Where the first part of a line ends: at no space, which Slack may leave out at the end of a text. */
function endOfPart(line: string, longest: number): number {
  const stop = Math.max(1, longest - FARTHEST_BACK)
  for (let end = longest; end > stop; end -= 1)
    if (/^[!-~]{2}$/.test(line.slice(end - 1, end + 1))) return end
  return longest
}

/** A line in as many texts as it takes. */
function inParts(line: string): string[] {
  const parts: string[] = []
  let rest = line
  let longest = beginning(rest, limits.text)
  while (longest.length < rest.length) {
    const end = endOfPart(rest, longest.length)
    parts.push(rest.slice(0, end))
    rest = CONTINUED + rest.slice(end)
    longest = beginning(rest, limits.text)
  }
  return [...parts, rest]
}

/** Lines put together in texts of at most so many code points. */
function packed(lines: string[], most: number): string[] {
  const texts: string[][] = []
  let left = 0
  for (const line of lines) {
    const length = lengthOf(line) + 1
    if (length > left) {
      texts.push([])
      left = most + 1
    }
    texts.at(-1)?.push(line)
    left -= length
  }
  return texts.map((text) => text.join('\n'))
}

// As it is: a space at its beginning is one of a line.
const exactly = (text: string): PlainTextElement => ({
  type: 'plain_text',
  text: text.trim() === '' ? '–' : text,
  emoji: false,
})
// Slack takes no empty text.
const section = (text: string): KnownBlock => ({
  type: 'section',
  text: exactly(text.trim() === '' ? '–' : text),
})

/** All of it, in as many sections as that takes. */
export const textSections = ({ title, lines }: { title: string; lines: string[] }): KnownBlock[] =>
  packed([title, ...lines].map(clean).flatMap(inParts), limits.text).map(section)

/** What is asked for, and before it what has changed since an earlier approval: whole. */
export const approvalSections = (covers: Cover, data: unknown): KnownBlock[] =>
  approvalTexts(covers, coverChangesIn(data), true).flatMap(textSections)

export const coverSections = (title: string, cover: Cover | null): KnownBlock[] =>
  cover ? textSections({ title, lines: coverLines(cover) }) : []

/** Code points in a short section, and in a line there: one long value must not push the others out of sight. */
const IN_SHORT = 1200
const LINE_IN_SHORT = 160

const MORE = 'Not all of it fits here. “Why?” shows all of it.'
const MASKED = `${MASK} stands for a masked value. “Why?”, then “Show masked values”, shows it to its approvers.`

interface Short {
  sections: KnownBlock[]
  /** Nothing was cut. */
  isWhole: boolean
}

/** One section. `short`: its lines as they stand there; of `whole`, each that differs was cut. */
function inShort(title: string, short: string[], whole: string[]): Short {
  const lines = [title, ...short].map(clean).map((line) => shorten(line, LINE_IN_SHORT))
  const [first = '', ...others] = packed(lines, IN_SHORT)
  const isCut = others.length > 0 || [title, ...whole].some((line, at) => clean(line) !== lines[at])
  return { sections: [section(first)], isWhole: !isCut }
}

/** Before what will be sent, what has changed since an earlier approval: of a long value the part that differs. Then where all of it is. */
function withChanges(cover: Cover, data: unknown, will: Short): KnownBlock[] {
  const changes = coverChangesIn(data)
  const whole = coverChangeLines(changes)
  const changed: Short =
    changes.length === 0
      ? { sections: [], isWhole: true }
      : inShort('What has changed', shortChangeLines(changes, LINE_IN_SHORT), whole)
  const hints = [
    ...(changed.isWhole && will.isWhole ? [] : [MORE]),
    ...([...whole, ...coverLines(cover)].some((line) => line.includes(MASK)) ? [MASKED] : []),
  ]
  return [
    ...changed.sections,
    ...will.sections,
    ...(hints.length === 0 ? [] : [{ type: 'context' as const, elements: [plain(hints.join(' '))] }]),
  ]
}

/** For a window that has no room for all of it. */
export function shortCover(cover: Cover, data: unknown): KnownBlock[] {
  const lines = coverLines(cover)
  return withChanges(cover, data, inShort(approvalTexts(cover, [], true)[0]?.title ?? '', lines, lines))
}

/** What an open review asks to let be sent. */
export const coverOf = ({ exception, reason }: ExceptionView): Cover | null =>
  reason === 'approval_required' ? coverIn(exception.data, 'covers') : null

/** The texts in it that stand whole on the card. */
export const sentValues = (cover: Cover): string[] =>
  !coverOnCard(cover).isWhole
    ? []
    : cover.actions.flatMap(({ values }) =>
        values.flatMap(([, value]) => (typeof value === 'string' ? [value] : [])),
      )

/** On the card of an open review, which has to fit a phone. */
export function coverBlocks(view: ExceptionView): KnownBlock[] {
  const cover = coverOf(view)
  if (!cover) return []
  const { title, lines, isWhole } = coverOnCard(cover)
  const will = { sections: [section([title, ...lines].map(clean).join('\n'))], isWhole }
  return withChanges(cover, view.exception.data, will)
}
