// Walks over positions in ascending order that are worked out as far as somebody asks: whoever stops at the first one
// pays for the first one.

/** The first position at or after `from`; Infinity when there is none. Each call asks for a larger one than the last found. */
export type Cursor = (from: number) => number

export const nowhere: Cursor = () => Infinity

/** Every position below `count`. */
export const everywhere =
  (count: number): Cursor =>
  (from) =>
    from < count ? from : Infinity

/** The positions of an ascending list. */
export const listed = (list: readonly number[]): Cursor => {
  let at = 0
  const isBefore = (index: number, from: number) => (list[index] ?? Infinity) < from
  return (from) => {
    if (isBefore(at, from)) {
      // In growing steps, then by halves: a long way costs its logarithm, a short one a step.
      let step = 1
      while (isBefore(at + step, from)) {
        at += step
        step *= 2
      }
      let end = at + step
      while (end - at > 1) {
        const middle = (at + end) >>> 1
        if (isBefore(middle, from)) at = middle
        else end = middle
      }
      at = end
    }
    return list[at] ?? Infinity
  }
}

/** The positions that any of them has, each once. */
export const anyOf = (cursors: readonly Cursor[]): Cursor => {
  const [first = nowhere] = cursors
  if (cursors.length <= 1) return first
  const heads = cursors.map(() => -1)
  return (from) => {
    let least = Infinity
    for (let which = 0; which < cursors.length; which += 1) {
      let head = heads[which] ?? Infinity
      if (head < from) heads[which] = head = cursors[which]?.(from) ?? Infinity
      if (head < least) least = head
    }
    return least
  }
}

/** The positions that all of them have. */
export const allOf = (cursors: readonly Cursor[]): Cursor => {
  const [first = nowhere] = cursors
  if (cursors.length <= 1) return first
  return (from) => {
    let position = from
    let agreeing = 0
    for (let which = 0; agreeing < cursors.length; which = (which + 1) % cursors.length) {
      const found = cursors[which]?.(position) ?? Infinity
      if (found === Infinity) return Infinity
      agreeing = found === position ? agreeing + 1 : 1
      position = found
    }
    return position
  }
}
