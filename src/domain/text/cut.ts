// Text cut where people see an end: between whole characters as they are read (graphemes), never inside an emoji, a flag
// or a letter with its accent. Lengths are code points, as Slack counts.

let segmenter: Intl.Segmenter | undefined
/** Made when a text is first cut: that takes as long as Node itself to start. */
const graphemes = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' }))
/** UTF-16 units: a heap of accents longer than this is no character that anybody reads. */
const LONGEST_GRAPHEME = 128
/** How far back a plain letter or space is sought, at which a character begins for certain. */
const FARTHEST = 4000

/** Where `most` code points of a text end, as an index into it. */
const indexAfter = (text: string, most: number): number => {
  if (text.length <= most) return text.length
  let at = 0
  for (let points = 0; points < most && at < text.length; points += 1)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at
}

/** The longest beginning of whole characters, of at most so many code points. */
export const beginning = (text: string, most: number): string => {
  const end = indexAfter(text, most)
  if (end === text.length) return text
  // What stands near the end decides: the whole of a long text need not be read.
  let from = end
  while (from > 0 && end - from < FARTHEST && !/[ -~]/.test(text.charAt(from))) from -= 1
  const near = graphemes().segment(text.slice(from, end + LONGEST_GRAPHEME))
  const start = from + (near.containing(end - from)?.index ?? 0)
  return text.slice(0, end - start <= LONGEST_GRAPHEME ? start : end)
}

/** At most so many code points, with … where something was left out. */
export const shorten = (text: string, most: number): string =>
  indexAfter(text, most) === text.length ? text : `${beginning(text, most - 1)}…`

/** Inside an author's <mention|label> or an entity a text of Slack cannot be cut. */
const OPEN_END = /(?:&[a-z]{0,4}|<[^<>]*)$/

/** The same for Slack's mrkdwn. */
export const shortenMrkdwn = (text: string, most: number): string =>
  indexAfter(text, most) === text.length ? text : `${beginning(text, most - 1).replace(OPEN_END, '')}…`

/** A text of Slack's mrkdwn in parts of at most so many code points that say all of it; cut between lines or words where it can be. */
export const splitMrkdwn = (text: string, most: number): string[] => {
  const parts: string[] = []
  let rest = text
  while (indexAfter(rest, most) < rest.length) {
    const longest = beginning(rest, most)
    const whole = longest.replace(OPEN_END, '') || rest.slice(0, indexAfter(rest, most))
    // The last end of a line in its second half, else the last space there.
    const half = whole.length / 2
    const end = ['\n', ' '].map((sign) => whole.lastIndexOf(sign) + 1).find((at) => at > half) ?? whole.length
    parts.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...parts, rest]
}
