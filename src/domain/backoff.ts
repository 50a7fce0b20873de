// When to try again: exponential backoff with full jitter (AWS Architecture Blog, 2015), never earlier than the
// other side asked for.

export interface Patience {
  attempts: number
  firstMs: number
  mostMs: number
}

/** Whoever asks for longer than this is not waited for: a person decides. */
const MOST_ASKED_MS = 24 * 3_600_000

/**
 * Milliseconds until try `number + 1`, after try `number` (1, 2, …) failed; undefined when tries are used up,
 * or the other side asks to wait for more than a day.
 * `random` is in [0, 1). `askedMs` is what Retry-After said.
 */
export function nextTryIn(
  { attempts, firstMs, mostMs }: Patience,
  number: number,
  random: number,
  askedMs = 0,
): number | undefined {
  if (number >= attempts || askedMs > MOST_ASKED_MS) return undefined
  const most = Math.min(mostMs, firstMs * 2 ** (number - 1))
  // Half is fixed, so that a target that is down is never hammered at random intervals near zero.
  return Math.max(askedMs, Math.round(most / 2 + (random * most) / 2))
}
