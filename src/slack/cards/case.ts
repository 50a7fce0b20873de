// The case on a card: its title, the facts by which people recognize it, links and an image; by the file's `card`, or without
// one from the record. Pure.
import type { KnownBlock, SectionBlock } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { RenderedCard } from '../../domain/compile/compile-card.ts'
import { escape, inline, limits, mrkdwn, plain } from '../text.ts'
import { keyFacts } from './facts.ts'

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
function valueText(value: string): string {
  const text = value.trim()
  if (/^https?:\/\/\S+$/.test(text) && URL.canParse(text))
    return `<${escape(new URL(text).href).replaceAll('|', '%7C')}|${inline(new URL(text).host, MOST_VALUE)}>`
  if (/^[^\s@<>|]+@[^\s@<>|]+\.[^\s@<>|]+$/.test(text) && text.length <= 200)
    return `<mailto:${escape(text)}|${inline(text, MOST_VALUE)}>`
  return inline(text, MOST_VALUE)
}

/** In two columns, one line each. */
export function factsSection(view: ExceptionView): SectionBlock | undefined {
  const written = cardIn(view).fields?.map(([label, value]) => ({ label, text: valueText(value) }))
  const facts =
    written ?? keyFacts(view).map(({ label, value, at }) => ({ label, text: at ?? valueText(value) }))
  if (facts.length === 0) return undefined
  return {
    type: 'section',
    fields: facts
      .slice(0, MOST_FIELDS)
      .map(({ label, text }) => mrkdwn(`*${inline(label)}*  ${text}`, limits.field)),
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
