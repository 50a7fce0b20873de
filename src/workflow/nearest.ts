// The nearest right name to a wrong one, for "did you mean".
import { nearestOf } from '../domain/text/nearest.ts'

/** Undefined when nothing is near enough to be meant. */
export const nearest = (wrong: string, right: Iterable<string>): string | undefined =>
  nearestOf(wrong, right)[0]

/** "did you mean x?", or what there is when there is little. */
export const meant = (wrong: string, right: readonly string[], there = 'known'): string | undefined => {
  const near = nearest(wrong, right)
  if (near !== undefined) return `did you mean ${near}?`
  return right.length > 0 && right.length <= 20 ? `${there}: ${right.join(', ')}` : undefined
}
