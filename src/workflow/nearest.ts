// The nearest right name to a wrong one, for "did you mean".
import { distance } from 'fastest-levenshtein'

/** Undefined when nothing is near enough to be meant. */
export const nearest = (wrong: string, right: Iterable<string>): string | undefined => {
  const most = Math.max(1, Math.ceil(wrong.length * 0.4))
  let best: string | undefined
  let least = most + 1
  for (const name of right) {
    if (name === wrong) continue
    const far = distance(wrong.toLowerCase(), name.toLowerCase())
    if (far < least) {
      least = far
      best = name
    }
  }
  return best
}

/** "did you mean x?", or what there is when there is little. */
export const meant = (wrong: string, right: readonly string[], there = 'known'): string | undefined => {
  const near = nearest(wrong, right)
  if (near !== undefined) return `did you mean ${near}?`
  return right.length > 0 && right.length <= 20 ? `${there}: ${right.join(', ')}` : undefined
}
