// Which spans of numbers hold a value: a segment tree over their ends. A span stands at the few nodes that cover it
// exactly, so the nodes between a value's leaf and the root hold every span around it, in whatever order they came.

/** Numbers from `low` to `high`, which may be endless; each end is in it or not. */
export type Span = { low: number; isLowIn: boolean; high: number; isHighIn: boolean }

export const isEmpty = ({ low, isLowIn, high, isHighIn }: Span): boolean =>
  low > high || (low === high && !(isLowIn && isHighIn))

/** What both spans hold; it may be empty. */
export const overlap = (a: Span, b: Span): Span => ({
  low: Math.max(a.low, b.low),
  isLowIn: a.low === b.low ? a.isLowIn && b.isLowIn : a.low > b.low ? a.isLowIn : b.isLowIn,
  high: Math.min(a.high, b.high),
  isHighIn: a.high === b.high ? a.isHighIn && b.isHighIn : a.high < b.high ? a.isHighIn : b.isHighIn,
})

/** The index of the first end at or above the value. */
const indexOf = (ends: Float64Array, value: number): number => {
  let from = 0
  let to = ends.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((ends[middle] ?? Infinity) < value) from = middle + 1
    else to = middle
  }
  return from
}

/**
 * For a value, the ascending lists of positions that together hold each one with a span around it; a position whose
 * spans overlap may stand in several. Spans are given in the order of their positions.
 */
export const spanIndex = (entries: { position: number; spans: readonly Span[] }[]) => {
  const spans = entries.flatMap((entry) => entry.spans.filter((span) => !isEmpty(span)))
  const finite = spans.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite)
  const ends = new Float64Array(new Set(finite)).toSorted()
  // A leaf for each end and for each gap before, between and after them.
  const leaves = 2 * ends.length + 1
  const nodes: (number[] | undefined)[] = Array.from({ length: 2 * leaves })

  const add = (node: number, position: number): void => {
    const list = nodes[node]
    if (list) list.push(position)
    else nodes[node] = [position]
  }
  const cover = ({ low, isLowIn, high, isHighIn }: Span, position: number): void => {
    let from = leaves + (low === -Infinity ? 0 : 2 * indexOf(ends, low) + (isLowIn ? 1 : 2))
    let to = leaves + (high === Infinity ? leaves : 2 * indexOf(ends, high) + (isHighIn ? 2 : 1))
    for (; from < to; from >>>= 1, to >>>= 1) {
      if (from % 2 === 1) add(from++, position)
      if (to % 2 === 1) add(--to, position)
    }
  }
  for (const { position, spans: own } of entries)
    for (const span of own) if (!isEmpty(span)) cover(span, position)

  return (value: number): number[][] => {
    const index = indexOf(ends, value)
    const found: number[][] = []
    for (let node = leaves + 2 * index + (ends[index] === value ? 1 : 0); node >= 1; node >>>= 1) {
      const list = nodes[node]
      if (list) found.push(list)
    }
    return found
  }
}
