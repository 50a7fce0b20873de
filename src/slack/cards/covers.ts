// What an approval would let be sent, and what changed since one was given: on the card in short, in windows whole. Data
// from outside, so plain text. Pure.
import type { KnownBlock, PlainTextElement } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { type Cover, coverIn } from '../../domain/exceptions/approval.ts'
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

/** Code points on a card, and in a line there: one long value must not push the others out of sight. */
const ON_CARD = 1200
const LINE_ON_CARD = 160

const MORE: KnownBlock = {
  type: 'context',
  elements: [plain('Not all of it fits here. “Why?” shows all of it.')],
}

/** One section of it. `short`: its lines as they stand there; of `whole`, each that differs was cut. */
function shortSection(title: string, short: string[], whole: string[]): KnownBlock[] {
  const lines = [title, ...short].map(clean).map((line) => shorten(line, LINE_ON_CARD))
  const [first = '', ...others] = packed(lines, ON_CARD)
  const isCut = others.length > 0 || [title, ...whole].some((line, at) => clean(line) !== lines[at])
  return [section(first), ...(isCut ? [MORE] : [])]
}

/** In short: of a value that changed, the part that differs. */
export function shortCover(cover: Cover, data: unknown): KnownBlock[] {
  const changes = coverChangesIn(data)
  const lines = coverLines(cover)
  const [changed, will] = [coverChangeLines(changes), approvalTexts(cover, [], true)[0]?.title ?? '']
  return [
    ...(changes.length === 0
      ? []
      : shortSection('What has changed', shortChangeLines(changes, LINE_ON_CARD), changed)),
    ...shortSection(will, lines, lines),
    ...([...changed, ...lines].some((line) => line.includes(MASK)) ? [MASKED] : []),
  ]
}

/** On the card of an open review. */
export function coverBlocks({ exception, reason }: ExceptionView): KnownBlock[] {
  const cover = coverIn(exception.data, 'covers')
  return reason === 'approval_required' && cover ? shortCover(cover, exception.data) : []
}

const MASKED: KnownBlock = {
  type: 'context',
  elements: [
    plain(`${MASK} stands for a masked value. “Why?”, then “Show masked values”, shows it to its approvers.`),
  ],
}
