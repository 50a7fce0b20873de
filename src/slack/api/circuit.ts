// Whether Slack as a whole answers. While it does not, one card at a time is tried instead of all of them: the others stay
// untouched, so that nothing has to be looked for afterwards, and a Slack that comes back is not met by a crowd.

export interface Circuit {
  /** How many cards may be begun now, of `most`, while `inHand` are under way. */
  room(most: number, inHand: number): number
  /** Slack answered. */
  works(): void
  /** Slack as a whole did not answer, or takes nothing from us. */
  fails(): void
}

/** One card that Slack itself fails over must not stop the others. */
const FAILURES_IN_A_ROW = 3
const FIRST_PAUSE_MS = 1000
/** A Slack that is back is noticed within so long. */
const MOST_PAUSE_MS = 15_000

export function makeCircuit(clock: () => Date): Circuit {
  let failures = 0
  let openUntil = 0
  return {
    room(most, inHand) {
      if (failures < FAILURES_IN_A_ROW) return most - inHand
      const leftMs = openUntil - clock().getTime()
      // Longer than the longest pause: the clock was set back.
      const isPaused = leftMs > 0 && leftMs <= MOST_PAUSE_MS
      return isPaused || inHand > 0 ? 0 : 1
    },
    works() {
      failures = 0
    },
    fails() {
      failures += 1
      const doublings = Math.min(10, Math.max(0, failures - FAILURES_IN_A_ROW))
      openUntil = clock().getTime() + Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** doublings)
    },
  }
}
