// Text for Slack. What comes from outside is cleaned, escaped and cut here; lengths are code points, as Slack counts.
import type { MrkdwnElement, PlainTextElement } from '@slack/types'
import { mentionOf } from '../domain/people/owner-facts.ts'
import { shorten, shortenMrkdwn } from '../domain/text/cut.ts'
import { clean, escape, inert } from '../domain/text/mrkdwn.ts'
import { moneyTextOf } from '../domain/values/money.ts'

export { escape }

export const limits = {
  text: 3000,
  field: 2000,
  header: 150,
  button: 75,
  optionText: 75,
  /** Slack advises 4,000 for a message's own text. */
  messageText: 3000,
  /** Of a message that an action posts: beyond 40,000 Slack takes none, and its own end has to fit. */
  actionText: 30_000,
} as const

/** At most `most` code points of whole characters, with … where something was cut. Never empty: Slack refuses empty text. */
export function cut(text: string, most: number): string {
  const whole = clean(text).trim()
  if (whole === '') return '–'
  return shorten(whole, most)
}

/** An id or a name to copy: exactly its characters, in a code span. */
export const code = (text: string, most = 100): string =>
  `\`${escape(cut(text.replaceAll(/\s+/g, ' '), most)).replaceAll('`', '´')}\``

/** Outside text inside a mrkdwn sentence: one line, short, safe, and read in its own direction. */
export const inline = (text: string, most = 80): string => {
  const short = inert(cut(text.replaceAll(/\s+/g, ' '), most))
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(short) ? `\u2068${short}\u2069` : short
}

/** Data is plain text: nothing in it is read as formatting, mention or emoji. */
export const plain = (text: string, most: number = limits.text): PlainTextElement => ({
  type: 'plain_text',
  text: cut(text, most),
  emoji: false,
})

/** `text` is ours, with outside parts already through `inline` or `escape`. */
export const mrkdwn = (text: string, most: number = limits.text): MrkdwnElement => ({
  type: 'mrkdwn',
  text: cutMrkdwn(text, most),
})

// A cut must not leave half an entity or half a <mention> behind.
export const cutMrkdwn = (text: string, most: number): string =>
  shortenMrkdwn(text.trim() === '' ? '–' : text, most)

/** Plain words for a moment, where Slack would not read a date: titles, options, plain text. */
const utcText = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A moment as each reader's clock shows it. */
export const moment = (at: Date): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} at {time}|${utcText(at)}>`

/** When something is due: as each reader's clock shows it, and how far off that is. */
export const dueMoment = (at: Date): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} at {time} ({ago})|${utcText(at)}>`

/** A person or group as a mention; anything else (engine, cli:root) as its words. */
export function mention(id: string | null, label: string): string {
  return id !== null && /^[UWS][A-Z0-9]+$/.test(id) ? mentionOf(id) : inline(label)
}

/** A stored value as people read it: text as it is, money as €900.00, anything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '–' : (moneyTextOf(value) ?? JSON.stringify(value))
}

/** A field's stored value: timestamps as a moment that people read. `write` is `utcText` where it is plain text. */
export function fieldText(type: string | undefined, value: unknown, write = utcText): string {
  const at = type === 'timestamp' && typeof value === 'string' ? new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) ? write(at) : valueText(value)
}
