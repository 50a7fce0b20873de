// One spelling for texts that say the same: case, accents, widths and Unicode forms, JSON and percent and HTML escapes,
// spaces and signs that nobody sees. With where each character came from. One pass, whatever the text.

export interface Folded {
  text: string
  /** Where in the original each character of `text` begins, and where it ends. */
  from: number[]
  to: number[]
}

const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu
const known = new Map<string, string>()
const MOST_KNOWN = 4000

/** ASCII is most of what there is. */
const plain = (point: string): string => {
  const code = point.charCodeAt(0)
  if (point === '\\') return ''
  if (point === '+' || code <= 0x20 || code === 0x7f) return ' '
  if (code < 0x80) return point.toLowerCase()
  const found = known.get(point)
  if (found !== undefined) return found
  const folded = /\s/.test(point)
    ? ' '
    : point.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD').replaceAll(UNSEEN, '')
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(point, folded)
  return folded
}

const hexAt = (text: string, at: number, digits: number): number => {
  let value = 0
  for (let n = 0; n < digits; n += 1) {
    const digit = Number.parseInt(text[at + n] ?? '', 16)
    if (Number.isNaN(digit)) return -1
    value = value * 16 + digit
  }
  return value
}

interface Read {
  folded: string
  next: number
}

/** `\n`, `\"`, `\u00e9`, however often it was escaped. */
const readEscape = (text: string, at: number): Read => {
  let next = at
  while (text[next] === '\\') next += 1
  const code = text[next] === 'u' ? hexAt(text, next + 1, 4) : -1
  if (code >= 0) return { folded: plain(String.fromCharCode(code)), next: next + 5 }
  return 'nrt'.includes(text[next] ?? ' ') && next < text.length
    ? { folded: ' ', next: next + 1 }
    : { folded: '', next }
}

const lengthOf = (byte: number): number => (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4)
const decoder = new TextDecoder('utf-8', { fatal: true })

/** One byte of %41, of %2541 too; -1 where there is none. */
const byteAt = (text: string, at: number): { byte: number; next: number } => {
  if (text[at] !== '%') return { byte: -1, next: at }
  let next = at + 1
  while (text[next] === '2' && text[next + 1] === '5') next += 2
  const byte = hexAt(text, next, 2)
  return byte < 0 ? { byte, next } : { byte, next: next + 2 }
}

const readPercent = (text: string, at: number): Read => {
  let { byte, next } = byteAt(text, at)
  if (byte < 0) return { folded: '%', next: Math.max(next, at + 1) }
  const bytes = [byte]
  const wanted = lengthOf(byte)
  while (bytes.length < wanted) {
    ;({ byte, next } = byteAt(text, next))
    if (byte < 0x80) return { folded: '%', next: at + 1 }
    bytes.push(byte)
  }
  try {
    return { folded: plain(decoder.decode(Uint8Array.from(bytes))), next }
  } catch {
    return { folded: '%', next: at + 1 }
  }
}

const entities: [name: string, sign: string][] = [
  ['lt;', '<'],
  ['gt;', '>'],
  ['quot;', '"'],
  ['#39;', "'"],
  ['#x27;', "'"],
]

/** `&lt;`, `&amp;lt;` too. */
const readEntity = (text: string, at: number): Read => {
  let next = at + 1
  while (text.startsWith('amp;', next)) next += 4
  const found = entities.find(([name]) => text.startsWith(name, next))
  return found ? { folded: found[1], next: next + found[0].length } : { folded: '&', next }
}

const read = (text: string, at: number): Read => {
  const char = text[at] ?? ''
  if (char === '\\') return readEscape(text, at)
  if (char === '%') return readPercent(text, at)
  if (char === '&') return readEntity(text, at)
  const point = char < '\ud800' ? char : String.fromCodePoint(text.codePointAt(at) ?? 0)
  return { folded: plain(point), next: at + point.length }
}

/** Small letters and digits stay as they are, and nothing begins with one. */
const isPlain = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)

export const fold = (text: string): Folded => {
  let folded = ''
  let isAfterSpace = false
  const from: number[] = []
  const to: number[] = []
  for (let at = 0; at < text.length;) {
    if (isPlain(text.charCodeAt(at))) {
      folded += text[at]
      isAfterSpace = false
      from.push(at)
      at += 1
      to.push(at)
      continue
    }
    const one = read(text, at)
    // Spaces in a row are one.
    if (one.folded !== '' && !(one.folded === ' ' && isAfterSpace)) {
      folded += one.folded
      isAfterSpace = one.folded === ' '
      for (let n = 0; n < one.folded.length; n += 1) {
        from.push(at)
        to.push(one.next)
      }
    } else if (to.length > 0 && text[at] !== '\\') to[to.length - 1] = one.next
    at = one.next
  }
  return { text: folded, from, to }
}
