// One spelling for texts that say the same: case, accents, widths and Unicode forms, JSON and percent and HTML escapes,
// spaces and signs that nobody sees. With where each character came from. One pass, whatever the text.
import { NOTHING, type Read, readEntity, readEscape, readPercent, readQuoted } from './fold-escapes.ts'
import { foldedCode, foldedPoint } from './fold-point.ts'

/**
 * Codes of the folded text; where in the original each begins, and where it ends. Of each list, `length` count, and they
 * hold until the next text is folded.
 */
export interface Folded {
  length: number
  codes: Uint16Array
  from: Uint32Array
  to: Uint32Array
}

/**
 * `mime`: `=41` is a character as in a mail, and `%41` or `\x41` are what stands there. `literal`: all of these are, of a value
 * that itself looks like something escaped.
 */
export type Reading = 'web' | 'mime' | 'literal'

const SPACE = 0x20
const BACKSLASH = 0x5c
const SHORT = 4096
/** What ASCII becomes by itself; 0: it may begin something. */
const ascii = Uint8Array.from({ length: 128 }, (_, code) =>
  '\\%&='.includes(String.fromCharCode(code)) ? 0 : foldedCode(code),
)

class Folding implements Folded {
  length = 0
  codes: Uint16Array
  from: Uint32Array
  to: Uint32Array

  constructor(size: number) {
    this.codes = new Uint16Array(size)
    this.from = new Uint32Array(size)
    this.to = new Uint32Array(size)
  }

  add(code: number, from: number, to: number): void {
    const at = this.length
    // Spaces in a row are one.
    if (code === SPACE && at > 0 && this.codes[at - 1] === SPACE) {
      this.to[at - 1] = to
      return
    }
    if (at === this.codes.length) this.grow()
    this.codes[at] = code
    this.from[at] = from
    this.to[at] = to
    this.length = at + 1
  }

  /** Of what nobody sees: it belongs to what it follows. */
  extend(to: number): void {
    if (this.length > 0) this.to[this.length - 1] = to
  }

  private grow(): void {
    const wider = new Folding(this.codes.length * 2 + 16)
    wider.codes.set(this.codes)
    wider.from.set(this.from)
    wider.to.set(this.to)
    this.codes = wider.codes
    this.from = wider.from
    this.to = wider.to
  }
}

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00

const readAt = (text: string, at: number, code: number, reading: Reading): Read => {
  if (reading === 'literal') return { point: code === BACKSLASH ? NOTHING : code, next: at + 1 }
  const isMime = reading === 'mime'
  if (code === BACKSLASH) return readEscape(text, at, isMime)
  if (code === 0x26) return readEntity(text, at)
  if (code === 0x25 && !isMime) return readPercent(text, at)
  if (code === 0x3d && isMime) return readQuoted(text, at)
  return { point: code, next: at + 1 }
}

function addPoint(folding: Folding, point: number, { at, next }: { at: number; next: number }): void {
  const code = foldedCode(point)
  if (code >= 0) return folding.add(code, at, next)
  const several = foldedPoint(point)
  if (several === '') folding.extend(next)
  else for (let n = 0; n < several.length; n += 1) folding.add(several.charCodeAt(n), at, next)
}

/** Most texts are short, and there are many of them: they share one. */
const short = new Folding(SHORT)

export function fold(text: string, reading: Reading = 'web'): Folded {
  const folding = text.length <= SHORT ? short : new Folding(text.length + 16)
  folding.length = 0
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    if (code >= 0x80) {
      const point = isHigh(code) ? (text.codePointAt(at) ?? code) : code
      const next = at + (point > 0xffff ? 2 : 1)
      addPoint(folding, point, { at, next })
      at = next
      continue
    }
    const plain = ascii[code] ?? 0
    if (plain !== 0) {
      folding.add(plain, at, at + 1)
      at += 1
      continue
    }
    const { point, next } = readAt(text, at, code, reading)
    // A backslash belongs to what follows it; the end of a line in a mail, to what it follows.
    if (point === BACKSLASH || point === NOTHING) {
      if (code !== BACKSLASH) folding.extend(next)
    } else addPoint(folding, point, { at, next })
    at = next
  }
  return folding
}
