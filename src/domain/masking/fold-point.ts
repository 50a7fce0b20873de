// One spelling for one character: case, accents, width and Unicode form. What was worked out once is kept, and what can only
// mean itself is not worked out at all, so that a text of rare characters costs no more than another.
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/u
const ALL_UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu
/** One sign that stands for a whole phrase (U+FDFA has 18 letters) is that sign. */
const LONGEST = 4

/** Ideographs, surrogates and private use: the greater part of all characters. */
const isItself = (point: number): boolean =>
  (point >= 0x3400 && point <= 0x4dbf) ||
  (point >= 0x4e00 && point <= 0xa48f) ||
  (point >= 0xd7a4 && point <= 0xf8ff) ||
  (point >= 0x1f300 && point <= 0x1faff) ||
  (point >= 0x20000 && point <= 0x2f7ff) ||
  (point >= 0x30000 && point <= 0x3ffff) ||
  point >= 0xf0000

const SYLLABLES = { first: 0xac00, last: 0xd7a3, lead: 0x1100, vowel: 0x1161, tail: 0x11a7 }
/** A Korean syllable is made of two or three letters, by its number. */
const syllable = (point: number): string => {
  const n = point - SYLLABLES.first
  const tail = n % 28
  const lead = SYLLABLES.lead + Math.floor(n / 588)
  const vowel = SYLLABLES.vowel + (Math.floor(n / 28) % 21)
  return String.fromCharCode(lead, vowel, ...(tail === 0 ? [] : [SYLLABLES.tail + tail]))
}

const workedOut = (point: number): string => {
  const sign = String.fromCodePoint(point)
  if (isItself(point)) return sign
  if (point >= SYLLABLES.first && point <= SYLLABLES.last) return syllable(point)
  if (point <= 0x20 || point === 0x7f || sign === '+' || /\s/.test(sign)) return ' '
  const plain = sign.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD')
  const seen = UNSEEN.test(plain) ? plain.replaceAll(ALL_UNSEEN, '') : plain
  return seen.length > LONGEST ? sign : seen
}

/** By code: what it becomes, if that is one code and not 0; else one of these two. */
const UNKNOWN = 0
const SEVERAL = 0xffff
const single = new Uint16Array(0x10000)
const several = new Map<number, string>()
const MOST_SEVERAL = 0x8000

/** What it becomes, as one code; -1 for none or several, which `foldedPoint` gives. */
export const foldedCode = (point: number): number => {
  const known = point < 0x10000 ? single[point] : SEVERAL
  if (known !== UNKNOWN && known !== undefined) return known === SEVERAL ? -1 : known
  const text = workedOut(point)
  const code = text.length === 1 ? text.charCodeAt(0) : SEVERAL
  if (code !== SEVERAL && code !== UNKNOWN) single[point] = code
  else {
    single[point] = SEVERAL
    several.set(point, text)
  }
  return code === SEVERAL || code === UNKNOWN ? -1 : code
}

export const foldedPoint = (point: number): string => {
  const known = several.get(point)
  if (known !== undefined) return known
  const text = workedOut(point)
  // Those of the table are asked for again; others may be a great many.
  if (point < 0x10000 || several.size < MOST_SEVERAL) several.set(point, text)
  return text
}
