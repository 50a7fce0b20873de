// Finds values in a text in whatever spelling (fold.ts) and masks them there. A second net: what reads a marked field is
// masked for that. Linear in the text, and no pattern is made of a value.
import { type Anchors, type Codes, goesOn, makeAnchors, step, type Word } from './find-anchors.ts'
import { fold, type Folded, type Reading } from './fold.ts'

/** What stands for a secret of the file, where anything of it would be kept. */
export const HIDDEN = '[secret]'

// Shorter values turn up in any text by chance; they are masked only where they stand.
const SHORTEST = 3
const MOST_VALUES = 500
/** Answers and messages are cut at this length (connectors, traces): their end may be the beginning of a value. */
const CUT_AT = 390
const SHORTEST_CUT = 4
const LEAST_BASE64_BYTES = 6
const LEAST_HEX_BYTES = 4
/** Enough for an anchor; what is encoded goes on to its end. */
const ENCODED_BYTES = 30

/** How a word stands in the text: as it is, or as the beginning of something encoded. */
type Form = 'plain' | 'base64' | 'within base64' | 'hex'
type Values = Anchors<Form>

/** The value within base64, wherever in three bytes it begins: `Basic …` holds a password so. */
const inBase64 = (bytes: Buffer): [text: string, form: Form][] =>
  bytes.length < LEAST_BASE64_BYTES
    ? []
    : [0, 1, 2].flatMap((before) => {
        const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
        const whole = base64.slice(
          before === 0 ? 0 : before + 1,
          Math.floor(((before + bytes.length) * 8) / 6),
        )
        const form = before === 0 ? 'base64' : 'within base64'
        return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')].map((text): [string, Form] => [
          text,
          form,
        ])
      })

const spellings = (value: string): [text: string, form: Form][] => {
  const bytes = Buffer.from(value.slice(0, ENCODED_BYTES)).subarray(0, ENCODED_BYTES)
  return [
    [value, 'plain'],
    ...inBase64(bytes),
    ...(bytes.length < LEAST_HEX_BYTES ? [] : [[bytes.toString('hex'), 'hex'] as [string, Form]]),
  ]
}

const SPACE = 0x20
const trimmed = ({ codes, length }: Folded): Codes => {
  const first = codes[0] === SPACE ? 1 : 0
  return codes.slice(first, length > first && codes[length - 1] === SPACE ? length - 1 : length)
}

const LOOKS_ESCAPED = /[\\%&=]/

function wordsOf(values: readonly string[], most: number): Word<Form>[] {
  const plain = [...new Set(values)].slice(0, most)
  const asWritten = plain
    .filter((value) => LOOKS_ESCAPED.test(value))
    .map((value): Word<Form> => ({ codes: trimmed(fold(value, 'literal')), form: 'plain' }))
  return plain
    .flatMap(spellings)
    .map(([text, form]): Word<Form> => ({ codes: trimmed(fold(text)), form }))
    .concat(asWritten)
    .filter(({ codes }) => codes.length >= SHORTEST)
}

/** Letters and digits of base64 (or hex, which are among them), as they are folded; `+` is a space that was none. */
const isEncoded = (code: number, sign: string): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x2f && code <= 0x39) ||
  code === 0x2d ||
  code === 0x3d ||
  code === 0x5f ||
  (code === SPACE && (sign === '+' || sign === '%'))

/** How far something encoded goes on from `at`. */
function encodedTo(text: string, { codes, from, length }: Folded, at: number): number {
  let end = at
  while (end < length && isEncoded(codes[end] ?? 0, text[from[end] ?? 0] ?? '')) end += 1
  return end
}

type Range = [from: number, to: number]

/** Ranges of the text that hold a value, in order. */
function rangesIn({ root, begins }: Values, text: string, reading: Reading, isCut: boolean): Range[] {
  const folded = fold(text, reading)
  const { codes, from, to, length } = folded
  const ranges: Range[] = []
  let maskedTo = 0
  const add = (first: number, last: number) => {
    if (last <= maskedTo) return
    maskedTo = last
    const start = from[Math.max(first, 0)] ?? 0
    const end = to[last - 1] ?? text.length
    // Ranges that overlap become one; the last ones may begin later than this one does.
    let before = ranges.at(-1)
    while (before && before[0] > start && before[1] >= start) {
      ranges.length -= 1
      before = ranges.at(-1)
    }
    if (before && before[1] >= start) before[1] = end
    else ranges.push([start, end])
  }
  let at = root
  for (let position = 0; position < length; position += 1) {
    const code = codes[position] ?? 0
    if (at === root && begins[code] === 0) continue
    at = step(root, at, code)
    const after = position + 1
    // Shorter anchors that end here too lie within this one.
    const { end } = at
    // What is masked already is not read again: that keeps it linear.
    if (!end || after <= maskedTo) continue
    for (const { form, all } of end.words) {
      // The sign before holds some bits of the value's first byte.
      const first = after - end.depth - (form === 'within base64' ? 1 : 0)
      add(first, form === 'plain' ? goesOn(all, folded, after) : encodedTo(text, folded, after))
    }
  }
  if (isCut && at.depth >= SHORTEST_CUT) add(length - at.depth, length)
  return ranges
}

/** Ranges of two readings as one list in which none overlap. */
function merged(ranges: Range[]): Range[] {
  const inOrder = ranges.toSorted(([a], [b]) => a - b)
  const apart: Range[] = []
  for (const [from, to] of inOrder) {
    const last = apart.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else apart.push([from, to])
  }
  return apart
}

/** What a mail says otherwise than anything else does. */
const READS_OTHERWISE = /[=%][0-9A-Fa-f]{2}|\\x|=\r?\n/

/** A function that puts `mask` in place of each of the values, of the first `most` of them. `isWhole`: no text was cut before. */
export const valueMask = (
  values: readonly string[],
  mask: string,
  { most = MOST_VALUES, isWhole = false }: { most?: number; isWhole?: boolean } = {},
): ((text: string) => string) => {
  const words = wordsOf(values, most)
  if (words.length === 0) return (text) => text
  const anchors = makeAnchors(words)
  return (text) => {
    const isShortened = text.endsWith('…')
    const whole = isShortened ? text.slice(0, -1) : text
    const isCut = !isWhole && (isShortened || text.length >= CUT_AT)
    const readings: Reading[] = READS_OTHERWISE.test(whole) ? ['web', 'mime'] : ['web']
    let masked = ''
    let done = 0
    for (const [from, to] of merged(
      readings.flatMap((reading) => rangesIn(anchors, whole, reading, isCut)),
    )) {
      masked += `${text.slice(done, from)}${mask}`
      done = to
    }
    return masked + text.slice(done)
  }
}
