// Durations as people write them in a workflow file: a number and a unit, "90s", "30m", "4h", "7d", "2w".
const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
])
// A century: a time so far from any moment of ours is a moment still.
const LONGEST_MS = 36_500 * 86_400_000
const pattern = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|w)$/

/** Milliseconds of a duration such as `30m`. Throws on anything else: files are checked before this is called. */
export const parseDuration = (text: string): number => {
  const [, amount, unit = ''] = pattern.exec(text) ?? []
  const one = unitMs.get(unit)
  if (one === undefined) throw new Error(`"${text}" is not a duration: write one like 30s, 5m, 2h or 7d`)
  return Math.round(Number(amount) * one)
}

/** Whether it reads as a duration, of a century at most. */
export const isDuration = (text: string): boolean => pattern.test(text) && parseDuration(text) <= LONGEST_MS
