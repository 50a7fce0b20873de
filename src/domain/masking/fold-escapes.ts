// Characters that are written another way: `\n`, `\u00e9`, `\x41`, `%41`, `&lt;`, `&#65;`, `=41`, each also escaped again. Every
// reader looks at what it reads a few times at most, whatever comes.

/** A character in place of what stands before `next`. NOTHING: a sign that only escapes. */
export interface Read {
  point: number
  next: number
}
export const NOTHING = -1
const SPACE = 0x20
const [BACKSLASH, PERCENT, AMPERSAND, EQUALS] = [0x5c, 0x25, 0x26, 0x3d]

const digitOf = new Int8Array(128).fill(-1)
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16)
  digitOf[digit.charCodeAt(0)] = value
  digitOf[digit.toUpperCase().charCodeAt(0)] = value
}

const hexDigit = (text: string, at: number): number => digitOf[text.charCodeAt(at)] ?? -1

const hexAt = (text: string, at: number, digits: number): number => {
  let value = 0
  for (let n = 0; n < digits; n += 1) {
    const digit = hexDigit(text, at + n)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

const LAST_POINT = 0x10ffff
const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00
const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000

/** `u00e9`, `u{e9}`, `x41` behind the backslashes; undefined: something else. */
const readCode = (text: string, at: number, isMime: boolean): Read | undefined => {
  if (text[at] === 'x') {
    const code = isMime ? -1 : hexAt(text, at + 1, 2)
    return code < 0 ? undefined : { point: code, next: at + 3 }
  }
  if (text[at] !== 'u') return undefined
  if (text[at + 1] === '{') return readNumber(text, at + 2, 16, '}')
  const code = hexAt(text, at + 1, 4)
  return code < 0 ? undefined : { point: code, next: at + 5 }
}

const behindBackslashes = (text: string, at: number): number => {
  let next = at
  while (text.charCodeAt(next) === BACKSLASH) next += 1
  return next
}

/** `\n`, `\"`, `\u00e9`, however often it was escaped. */
export const readEscape = (text: string, at: number, isMime: boolean): Read => {
  const next = behindBackslashes(text, at)
  const code = readCode(text, next, isMime)
  if (code && isHigh(code.point)) {
    const low = readCode(text, behindBackslashes(text, code.next), isMime)
    if (low && isLow(low.point) && text.charCodeAt(code.next) === BACKSLASH)
      return { point: 0x10000 + ((code.point - 0xd800) << 10) + (low.point - 0xdc00), next: low.next }
  }
  if (code) return code
  const letter = text[next]
  return letter === 'n' || letter === 'r' || letter === 't'
    ? { point: SPACE, next: next + 1 }
    : { point: NOTHING, next }
}

/** Digits, and the sign that ends them, which may be missing. */
const readNumber = (text: string, at: number, base: 10 | 16, end: string): Read | undefined => {
  let next = at
  let point = 0
  for (let digit = hexDigit(text, next); digit >= 0 && digit < base; digit = hexDigit(text, next)) {
    point = Math.min(point * base + digit, LAST_POINT + 1)
    next += 1
  }
  if (next === at || point > LAST_POINT) return undefined
  return { point, next: text[next] === end ? next + 1 : next }
}

const names = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['lsquo', '‘'],
  ['rsquo', '’'],
])
/** `&eacute;`, `&Uuml;`: accents do not count. */
const ACCENTED = /([A-Za-z])(?:acute|grave|circ|uml|tilde|cedil|ring|caron);/y
const NAMED = /([a-z]{2,5});/y
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** `&lt;`, `&#65;`, `&amp;lt;` too. */
export const readEntity = (text: string, at: number): Read => {
  let next = at + 1
  while (text.startsWith('amp;', next)) next += 4
  if (text[next] === '#') {
    const isHex = text[next + 1] === 'x' || text[next + 1] === 'X'
    const number = readNumber(text, next + (isHex ? 2 : 1), isHex ? 16 : 10, ';')
    if (number) return number
  }
  if (!isLetter(text.charCodeAt(next))) return { point: AMPERSAND, next: at + 1 }
  const named = matchAt(NAMED, text, next)
  const sign = named && names.get(named[1] ?? '')
  if (sign) return { point: sign.charCodeAt(0), next: next + named[0].length }
  const accented = matchAt(ACCENTED, text, next)
  return accented
    ? { point: text.charCodeAt(next), next: next + accented[0].length }
    : { point: AMPERSAND, next: at + 1 }
}

/** One byte of `%41`, of `%2541` too; below 0: there is none. */
type ByteAt = (text: string, at: number) => { byte: number; next: number }
const percentByte: ByteAt = (text, at) => {
  if (text.charCodeAt(at) !== PERCENT) return { byte: -1, next: at }
  let next = at + 1
  while (text[next] === '2' && text[next + 1] === '5') next += 2
  const byte = hexAt(text, next, 2)
  return byte < 0 ? { byte, next } : { byte, next: next + 2 }
}
const quotedByte: ByteAt = (text, at) => {
  if (text.charCodeAt(at) !== EQUALS) return { byte: -1, next: at }
  const byte = hexAt(text, at + 1, 2)
  return byte < 0 ? { byte, next: at } : { byte, next: at + 3 }
}

const LEAST = [0, 0, 0x80, 0x800, 0x10000]
/** The character whose first byte this is, as UTF-8; undefined: it is none. */
const readUtf8 = (text: string, first: { byte: number; next: number }, byteAt: ByteAt): Read | undefined => {
  const { byte } = first
  if (byte < 0x80) return { point: byte, next: first.next }
  const length = byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0
  if (length === 0 || byte < 0xc2) return undefined
  let point = byte & (0xff >> (length + 1))
  let { next } = first
  for (let n = 1; n < length; n += 1) {
    const more = byteAt(text, next)
    if ((more.byte & 0xc0) !== 0x80 || more.byte < 0) return undefined
    point = (point << 6) | (more.byte & 0x3f)
    next = more.next
  }
  const isPoint = point >= (LEAST[length] ?? 0) && point <= LAST_POINT && !isHigh(point) && !isLow(point)
  return isPoint ? { point, next } : undefined
}

export const readPercent = (text: string, at: number): Read => {
  if (hexDigit(text, at + 1) < 0) return { point: PERCENT, next: at + 1 }
  const first = percentByte(text, at)
  if (first.byte < 0) return { point: PERCENT, next: Math.max(first.next, at + 1) }
  // A `%25` that begins no character is a `%` that was escaped.
  return readUtf8(text, first, percentByte) ?? { point: PERCENT, next: first.next - 2 }
}

/** `=41`, and `=` at the end of a line, which goes on in the next. */
export const readQuoted = (text: string, at: number): Read => {
  const next = text[at + 1] === '\r' ? at + 2 : at + 1
  if (text[next] === '\n') return { point: NOTHING, next: next + 1 }
  const first = quotedByte(text, at)
  return (first.byte < 0 ? undefined : readUtf8(text, first, quotedByte)) ?? { point: EQUALS, next: at + 1 }
}
