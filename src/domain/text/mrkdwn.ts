// Outside text made safe for Slack's mrkdwn: it stays readable as it is, and nothing in it is obeyed.
import { UNPRINTABLE } from './unprintable.ts'

/** Well-formed text without control characters; line ends become \n. */
export const clean = (text: string): string =>
  text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(UNPRINTABLE, '')

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
/** Makes outside text safe inside mrkdwn: no mention, link or date can be made of it. It may still be bold. */
export const escape = (text: string): string =>
  clean(text).replaceAll(/[&<>]/g, (char) => escapes[char] ?? char)

/**
 * Slack has no escape for its marks. One formats only between a boundary (a space, a line end, punctuation) and a
 * text; with a word joiner on both sides it stands at none, and looks the same. A zero-width space would not do: Slack
 * takes it for a boundary.
 */
const JOINER = '\u2060'

/** Escaped, and formatting nothing either: no bold, code, quote or emoji comes of it. Bare addresses stay links. */
export const inert = (text: string): string =>
  escape(text)
    // An _ within a word formats nothing: names and ids keep it as it is.
    .replaceAll(/[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (mark) => `${JOINER}${mark}${JOINER}`)
    .replaceAll(/^&gt;/gm, `${JOINER}&gt;`)
    // 12:30:45 names no emoji.
    .replaceAll(/:(?=(?!\d+:)[\p{L}\p{N}_+'-]{1,100}:)/gu, `:${JOINER}`)
