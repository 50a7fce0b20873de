// When to try again: exponential backoff with full jitter (AWS Architecture Blog, 2015), never earlier than the
// other side asked for.

export interface Patience {
  attempts: number
  firstMs: number
  mostMs: number
}

/** Whoever asks for longer than this is not waited for: a person decides. */
const MOST_ASKED_MS = 24 * 3_600_000
/** A run waits so many times in a row for an open circuit to close; then it needs attention. */
export const MOST_CIRCUIT_WAITS = 5
/** A run is taken up so often in a row without getting on; then a person is told. */
export const MOST_SWEPT = 5
const ASKED_SPREAD = 0.1

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
  // All who were told the same time would come back at once: they are spread over a little more than that.
  return Math.ceil(Math.max(askedMs * (1 + random * ASKED_SPREAD), random * most))
}
