// On which line a record of a CSV file begins. The parser's own count takes a CRLF inside quotes for two lines.

const BOM = [0xef, 0xbb, 0xbf]
const [TAB, LF, CR, BLANK] = [0x09, 0x0a, 0x0d, 0x20]

const isBlank = (byte: number | undefined) => byte === BLANK || byte === TAB || byte === LF || byte === CR

/** Given where the record before ends (0 for the first), in order: the line on which the next begins. */
export function makeLineAfter(bytes: Uint8Array): (end: number) => number {
  let at = BOM.every((byte, n) => bytes[n] === byte) ? BOM.length : 0
  let line = 1
  return (end) => {
    for (; at < end || isBlank(bytes[at]); at += 1)
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line += 1
    return line
  }
}
