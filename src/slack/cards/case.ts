// The case on a card: its title, the facts by which people recognize it, links and an image; by the file's `card`, or without
// one from the record. Pure.
import type { KnownBlock, SectionBlock } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { RenderedCard } from '../../domain/compile/compile-card.ts'
import { escape, inline, limits, mrkdwn, plain } from '../text.ts'
import { type Fact, keyFacts } from './facts.ts'

/** What the file says of the case, as it was when the case was opened. */
export function cardIn({ exception: { data } }: ExceptionView): RenderedCard {
  const found = typeof data === 'object' && data !== null && 'card' in data ? data.card : undefined
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {}
}

/** By which workflow and subject the bot itself knows it. */
export const subjectOf = ({ run }: ExceptionView): string =>
  run.subject === null ? run.workflow.title : `${run.workflow.title} ${run.subject}`

export const titleOf = (view: ExceptionView): string => cardIn(view).title ?? subjectOf(view)

const MOST_FIELDS = 6
/** Two columns on a phone have some 17 characters in a line; *Why?* has the whole. */
const MOST_VALUE = 48

/** An address is a link, a mail address one to write to; everything else is text in which nothing is obeyed. */
function valueText(value: string, most: number): string {
  const text = value.trim()
  if (/^https?:\/\/\S+$/.test(text) && URL.canParse(text))
    return `<${escape(new URL(text).href).replaceAll('|', '%7C')}|${inline(new URL(text).host, most)}>`
  if (/^[^\s@<>|]+@[^\s@<>|]+\.[^\s@<>|]+$/.test(text) && text.length <= 200)
    return `<mailto:${escape(text)}|${inline(text, most)}>`
  return inline(text, most)
}

const factsOf = (view: ExceptionView): Fact[] =>
  cardIn(view).fields?.map(([label, value]) => ({ label, value })) ?? keyFacts(view)

const factText = ({ label, value, at }: Fact, most: number): string =>
  `*${inline(label)}*  ${at ?? valueText(value, most)}`

const MOST_IN_LINE = 3
const MOST_VALUE_IN_LINE = 28

const IN_WORD = /[\p{L}\p{N}]/u

/** Whether a text says this value, and not one that begins or ends like it. */
function says(text: string, value: string): boolean {
  const at = value === '' ? -1 : text.indexOf(value)
  return (
    at >= 0 && !IN_WORD.test(text.slice(0, at).slice(-1)) && !IN_WORD.test(text.charAt(at + value.length))
  )
}

/** In one line, without what the title or `said` (values that stand on the card) says already; '' where nothing is left. */
export const factsLine = (view: ExceptionView, said: readonly string[]): string =>
  factsOf(view)
    .filter(({ value }) => !says(titleOf(view), value) && !said.includes(value))
    .slice(0, MOST_IN_LINE)
    .map((fact) => factText(fact, MOST_VALUE_IN_LINE))
    .join(' · ')

/** In two columns, one line each. */
export function factsSection(view: ExceptionView): SectionBlock | undefined {
  const facts = factsOf(view)
  if (facts.length === 0) return undefined
  return {
    type: 'section',
    fields: facts.slice(0, MOST_FIELDS).map((fact) => mrkdwn(factText(fact, MOST_VALUE), limits.field)),
  }
}

/** Links in one line of small print; an image below. */
export function linkBlocks(view: ExceptionView): KnownBlock[] {
  const { links, image } = cardIn(view)
  const title = titleOf(view)
  return [
    ...(links === undefined
      ? []
      : [
          {
            type: 'context' as const,
            elements: [
              mrkdwn(
                links
                  .map(([label, url]) => `<${escape(url).replaceAll('|', '%7C')}|${inline(label)}>`)
                  .join(' · '),
              ),
            ],
          },
        ]),
    ...(image === undefined
      ? []
      : [{ type: 'image' as const, image_url: image, alt_text: plain(title, 300).text }]),
  ]
}
