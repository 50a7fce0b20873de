// Finds values in a text in whatever spelling (fold.ts) and masks them there. A second net: what reads a marked field is
// masked for that. Linear in the text, and no pattern is made of a value (Aho and Corasick, 1975).
import { fold } from './fold.ts'

// Shorter values turn up in any text by chance; they are masked only where they stand.
const SHORTEST = 3
const MOST_VALUES = 500
/** A longer value is found by its beginning and masked as far as the text goes on with it. */
const ANCHOR = 24
/** Answers and messages are cut at this length (connectors, traces): their end may be the beginning of a value. */
const CUT_AT = 390
const SHORTEST_CUT = 4
const LEAST_ENCODED_BYTES = 6
const MOST_ENCODED_BYTES = 600

/** The value within base64, wherever in three bytes it begins: `Basic …` holds a password so. */
const encoded = (value: string): string[] => {
  const bytes = Buffer.from(value.slice(0, MOST_ENCODED_BYTES))
  if (bytes.length < LEAST_ENCODED_BYTES) return []
  return [0, 1, 2].flatMap((before) => {
    const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const whole = base64.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6))
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

interface Node {
  next: Map<string, Node>
  fail: Node | undefined
  /** The nearest node on the way of `fail` at which an anchor ends, this one included. */
  end: Node | undefined
  depth: number
  /** Values of which this is the anchor. */
  values: string[]
}

const makeNode = (depth: number): Node => ({
  next: new Map(),
  fail: undefined,
  end: undefined,
  depth,
  values: [],
})

const build = (values: string[]): Node => {
  const root = makeNode(0)
  for (const value of values) {
    let at = root
    for (const char of value.slice(0, ANCHOR).split('')) {
      const next = at.next.get(char) ?? makeNode(at.depth + 1)
      at.next.set(char, next)
      at = next
    }
    at.values.push(value)
  }
  const queue = [root]
  for (const node of queue) {
    node.end = node.values.length > 0 ? node : node.fail?.end
    for (const [char, child] of node.next) {
      child.fail = node === root ? root : step(root, node.fail ?? root, char)
      queue.push(child)
    }
  }
  return root
}

const step = (root: Node, from: Node, char: string): Node => {
  let at: Node | undefined = from
  while (at && !at.next.has(char)) at = at.fail
  return at?.next.get(char) ?? root
}

/** How far `text` goes on as `value` does, from `at` on. */
const goesOn = (text: string, at: number, value: string, done: number): number => {
  let n = done
  while (n < value.length && at + n - done < text.length && text[at + n - done] === value[n]) n += 1
  return at + n - done
}

type Range = [from: number, to: number]

/** Ranges of the folded text that hold a value, in order. */
const rangesIn = (root: Node, text: string, isCut: boolean): Range[] => {
  const ranges: Range[] = []
  let maskedTo = 0
  const add = (from: number, to: number) => {
    if (to <= maskedTo) return
    maskedTo = to
    let start = from
    // Ranges that overlap become one; the last ones may begin later than this one does.
    while ((ranges.at(-1)?.[1] ?? -1) >= start) start = Math.min(start, ranges.pop()?.[0] ?? start)
    ranges.push([start, to])
  }
  let at = root
  for (let position = 0; position < text.length; position += 1) {
    at = step(root, at, text[position] ?? '')
    const after = position + 1
    // Shorter anchors that end here too lie within this one.
    const { end } = at
    if (!end || after <= maskedTo) continue
    add(after - end.depth, after)
    // What is masked already is not read again: that keeps it linear.
    if (end.depth === ANCHOR)
      for (const value of end.values) add(after - ANCHOR, goesOn(text, after, value, ANCHOR))
  }
  if (isCut && at.depth >= SHORTEST_CUT) add(text.length - at.depth, text.length)
  return ranges
}

/** A function that puts `mask` in place of each of the values. */
export const valueMask = (values: readonly string[], mask: string): ((text: string) => string) => {
  const plain = [...new Set(values)].slice(0, MOST_VALUES)
  const wanted = new Set([...plain, ...plain.flatMap(encoded)].map((value) => fold(value).text.trim()))
  const found = [...wanted].filter((value) => value.length >= SHORTEST)
  if (found.length === 0) return (text) => text
  const root = build(found)
  return (text) => {
    const isShortened = text.endsWith('…')
    const { text: folded, from, to } = fold(isShortened ? text.slice(0, -1) : text)
    let masked = ''
    let done = 0
    for (const [first, last] of rangesIn(root, folded, isShortened || text.length >= CUT_AT)) {
      masked += `${text.slice(done, from[first])}${mask}`
      done = to[last - 1] ?? text.length
    }
    return masked + text.slice(done)
  }
}
