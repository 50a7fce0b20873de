// Whether the bytes of a file are text in UTF-8; where they are not, what they look like and how to convert them.
import { isUtf8 } from 'node:buffer'

const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const LF = 0x0a
const SIGNATURES: { starts: Buffer; problem: string }[] = [
  ...[Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])].map((starts) => ({
    starts,
    problem:
      'line 1, column 1: the file is in UTF-16, not UTF-8; convert it first: iconv -f utf-16 -t utf-8 old.csv > new.csv',
  })),
  {
    starts: Buffer.from('PK\u0003\u0004'),
    problem: 'line 1, column 1: the file is an Excel workbook or a ZIP file; save the sheet as CSV (UTF-8)',
  },
  {
    starts: Buffer.from([0x1f, 0x8b]),
    problem: 'line 1, column 1: the file is compressed with gzip; unpack it first: gunzip',
  },
]

/** How many bytes the UTF-8 character at `at` has (unicode.org, table 3-7); 0: there is none. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0
}

/** Where the first byte stands that no UTF-8 text has there. */
function firstWrong(bytes: Uint8Array): number {
  // The text up to here is right; halves are tried where a character may begin.
  let [right, wrong] = [0, bytes.length]
  while (wrong - right > 64) {
    let middle = (right + wrong) >> 1
    while (middle > right && ((bytes[middle] ?? 0) & 0xc0) === 0x80) middle -= 1
    if (middle === right) break
    if (isUtf8(bytes.subarray(right, middle))) right = middle
    else wrong = middle
  }
  for (let length = lengthAt(bytes, right); length > 0; length = lengthAt(bytes, right)) right += length
  return right
}

/** Lines and characters as an editor counts them, from 1. */
function placeOf(bytes: Uint8Array, at: number): string {
  let line = 1
  let lineStart = bytes.subarray(0, BOM.length).every((byte, n) => byte === BOM[n]) ? BOM.length : 0
  for (let lf = bytes.indexOf(LF); lf !== -1 && lf < at; lf = bytes.indexOf(LF, lf + 1)) {
    line += 1
    lineStart = lf + 1
  }
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(lineStart, at))
  return `line ${line}, column ${Array.from(before).length + 1}`
}

/** Why the bytes cannot be read as text, in one sentence; undefined when they can. */
export function bytesProblem(bytes: Uint8Array): string | undefined {
  const known = SIGNATURES.find(({ starts }) => starts.every((byte, n) => bytes[n] === byte))
  if (known) return known.problem
  const nul = bytes.indexOf(0)
  if (!isUtf8(bytes)) {
    const at = firstWrong(bytes)
    if (nul === -1 || at < nul) {
      const byte = bytes.subarray(at, at + 1)
      const hex = (byte[0] ?? 0).toString(16).toUpperCase()
      const meant = new TextDecoder('windows-1252').decode(byte)
      return (
        `${placeOf(bytes, at)}: the byte 0x${hex} is not UTF-8 (in Windows-1252 it is "${meant}"); ` +
        'convert the file first: iconv -f windows-1252 -t utf-8 old.csv > new.csv'
      )
    }
  }
  return nul === -1 ? undefined : `${placeOf(bytes, nul)}: a NUL character, which no table holds`
}
