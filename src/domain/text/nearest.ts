// Words near to one that was mistyped.
import { distance } from 'fastest-levenshtein'

/** The right words that could have been meant, nearest first: two in five of the wrong one's letters may differ. */
export function nearestOf(wrong: string, right: Iterable<string>): string[] {
  const most = Math.max(1, Math.ceil(wrong.length * 0.4))
  return [...right]
    .map((word) => ({ word, far: distance(wrong.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, far }) => word !== wrong && far <= most)
    .toSorted((a, b) => a.far - b.far)
    .map(({ word }) => word)
}
