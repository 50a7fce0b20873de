// A stretch of time as whole weeks, days and hours of UTC, and what is left at its ends, so that what is counted by the hour serves
// any time zone. At each end the shorter part of a week is added, or taken away from the whole; of a day and an hour likewise.

const DAY_MS = 86_400_000
/** Each with its length in ms and where one of them begins: a week on Monday, 5 January 1970. */
const UNITS = [
  ['week', 7 * DAY_MS, 4 * DAY_MS],
  ['day', DAY_MS, 0],
  ['hour', 3_600_000, 0],
] as const

export interface Piece {
  /** Begins and ends with whole ones of it; `rest`: is less than one. */
  unit: 'week' | 'day' | 'hour' | 'rest'
  start: Date
  end: Date
  /** -1: in the pieces, and not in the stretch. */
  sign: 1 | -1
}

type Left = Omit<Piece, 'unit'>

/** From the unit's nearest beginning to its nearest end, and what that lacks or has too much. */
function wholeOf(
  { start, end, sign }: Left,
  unitMs: number,
  firstMs: number,
): { whole: Left[]; left: Left[] } {
  const nearest = (at: Date) => new Date(Math.round((at.getTime() - firstMs) / unitMs) * unitMs + firstMs)
  const [from, until] = [nearest(start), nearest(end)]
  if (from >= until) return { whole: [], left: start < end ? [{ start, end, sign }] : [] }
  const other = sign === 1 ? -1 : 1
  const left: Left[] = [
    start < from ? { start, end: from, sign } : { start: from, end: start, sign: other },
    until < end ? { start: until, end, sign } : { start: end, end: until, sign: other },
  ]
  return { whole: [{ start: from, end: until, sign }], left: left.filter((one) => one.start < one.end) }
}

export function inWholeUnits(start: Date, end: Date): Piece[] {
  const pieces: Piece[] = []
  let left: Left[] = [{ start, end, sign: 1 }]
  for (const [unit, unitMs, firstMs] of UNITS) {
    const parts = left.map((one) => wholeOf(one, unitMs, firstMs))
    pieces.push(...parts.flatMap(({ whole }) => whole.map((one) => ({ unit, ...one }))))
    left = parts.flatMap((part) => part.left)
  }
  return [...pieces, ...left.map((one) => ({ unit: 'rest' as const, ...one }))]
}
