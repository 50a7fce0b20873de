// Slack's mrkdwn as a tree of plain values. Nothing here makes HTML: the drawing puts every word in as text.
//
// Slack marks links and mentions with <…> and writes the three characters &, <, > as entities; only those three
// are turned back, and only in what is shown as text.

/**
 * @typedef {{kind: 'text', text: string} | {kind: 'code', text: string} | {kind: 'break'}
 *   | {kind: 'bold' | 'italic' | 'strike', children: Inline[]}
 *   | {kind: 'link', url: string, text: string}
 *   | {kind: 'user' | 'channel' | 'group', id: string, text: string}
 *   | {kind: 'broadcast', text: string}
 *   | {kind: 'date', timestamp: number, format: string, url: string, fallback: string}
 *   | {kind: 'emoji', name: string}} Inline
 * @typedef {{kind: 'line', children: Inline[]} | {kind: 'quote', lines: Inline[][]} | {kind: 'pre', text: string}} Part
 */

const deepest = 6

const decode = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** Only these may be followed from a message. */
export const safeUrl = (url) => (/^(https?:\/\/|mailto:|tel:)/i.test(url) ? url : '')

/** The name without the mark that the drawing puts before it. */
const named = (label) => label.replace(/^[@#]/, '')

/** @returns {Inline} */
const angled = (inner) => {
  const bar = inner.indexOf('|')
  const target = bar < 0 ? inner : inner.slice(0, bar)
  const label = bar < 0 ? '' : decode(inner.slice(bar + 1))
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), text: named(label) }
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), text: named(label) }
  if (target.startsWith('!subteam^')) return { kind: 'group', id: target.slice(9), text: named(label) }
  const date = /^!date\^(\d{1,12})\^([^^]+)(?:\^(.+))?$/.exec(target)
  if (date)
    return {
      kind: 'date',
      timestamp: Number(date[1]),
      format: decode(date[2]),
      url: decode(date[3] ?? ''),
      fallback: label,
    }
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: 'broadcast', text: target.slice(1) }
  const url = safeUrl(decode(target))
  if (url) return { kind: 'link', url, text: label || url.replace(/^mailto:/, '') }
  return { kind: 'text', text: label || decode(`<${inner}>`) }
}

const marks = { '*': 'bold', _: 'italic', '~': 'strike' }
// A word joiner is no boundary: a mark beside one formats nothing.
const isWord = (character) => character !== undefined && /[\p{L}\p{N}\u2060]/u.test(character)

/** Whether a mark here begins something: not before a space, not after a letter. */
const opens = (text, at) =>
  text[at + 1] !== undefined && !/\s/.test(text[at + 1]) && text[at + 1] !== text[at] && !isWord(text[at - 1])

/**
 * Looks for where a mark closes: not after a space, not before a letter. What was found, or not, is remembered, so that
 * text full of marks is read once.
 */
const closings = (text) => {
  const known = {}
  /** The first such place from `from` on; Infinity where there is none. */
  return (mark, from) => {
    const last = known[mark]
    if (last && from >= last.from && from <= last.at) return last.at
    let at = text.indexOf(mark, from)
    while (at >= 0 && (/\s/.test(text[at - 1]) || isWord(text[at + 1]))) at = text.indexOf(mark, at + 1)
    known[mark] = { from, at: at < 0 ? Infinity : at }
    return known[mark].at
  }
}

const bareUrl = /^https?:\/\/[^\s<>|]{1,2000}[^\s<>|.,;:!?)'"\]]/
const shortcode = /^:([a-z0-9_+'-]{1,60}):(?::skin-tone-[2-6]:)?/

/** @returns {Inline[]} */
export const parseInline = (text, depth = 0) => {
  /** @type {Inline[]} */
  const found = []
  const closes = closings(text)
  let words = ''
  const say = (node) => {
    if (words) found.push({ kind: 'text', text: decode(words) })
    words = ''
    if (node) found.push(node)
  }
  let at = 0
  while (at < text.length) {
    const character = text[at]
    if (character === '<') {
      const end = text.indexOf('>', at)
      if (end > at + 1) {
        say(angled(text.slice(at + 1, end)))
        at = end + 1
        continue
      }
    } else if (character === '`' && text[at - 1] !== '\u2060') {
      const end = text.indexOf('`', at + 1)
      if (end > at + 1) {
        say({ kind: 'code', text: decode(text.slice(at + 1, end)) })
        at = end + 1
        continue
      }
    } else if (character in marks && depth < deepest && opens(text, at)) {
      const end = closes(character, at + 2)
      if (end < text.length) {
        say({ kind: marks[character], children: parseInline(text.slice(at + 1, end), depth + 1) })
        at = end + 1
        continue
      }
    } else if (character === ':' && !/\d/.test(text[at - 1] ?? '')) {
      const emoji = shortcode.exec(text.slice(at, at + 80))
      if (emoji) {
        say({ kind: 'emoji', name: emoji[1] })
        at += emoji[0].length
        continue
      }
    } else if (character === 'h' && !isWord(text[at - 1])) {
      const url = bareUrl.exec(text.slice(at, at + 2048))
      if (url) {
        say({ kind: 'link', url: decode(url[0]), text: decode(url[0]) })
        at += url[0].length
        continue
      }
    }
    words += character
    at += 1
  }
  say(null)
  return found
}

const quoted = (line) => /^(?:>|&gt;) ?(.*)$/.exec(line)?.[1]

/** @returns {Part[]} */
const parseLines = (text) => {
  /** @type {Part[]} */
  const parts = []
  for (const line of text.split('\n')) {
    const inner = quoted(line)
    const last = parts.at(-1)
    if (inner === undefined) parts.push({ kind: 'line', children: parseInline(line) })
    else if (last?.kind === 'quote') last.lines.push(parseInline(inner))
    else parts.push({ kind: 'quote', lines: [parseInline(inner)] })
  }
  return parts
}

/** @param {string} text @returns {Part[]} */
export const parseMrkdwn = (text) => {
  const pieces = text.split('```')
  // an opening fence without its end is three ordinary characters
  if (pieces.length % 2 === 0) pieces.splice(-2, 2, `${pieces.at(-2)}\`\`\`${pieces.at(-1)}`)
  return pieces.flatMap((piece, index) => {
    if (index % 2 === 1) return [{ kind: 'pre', text: decode(piece.replace(/^\n|\n$/g, '')) }]
    const trimmed = piece
      .replace(index > 0 ? /^\n/ : /^(?!)/, '')
      .replace(index < pieces.length - 1 ? /\n$/ : /(?!)$/, '')
    return trimmed || pieces.length === 1 ? parseLines(trimmed) : []
  })
}
