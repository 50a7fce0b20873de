// Slack takes about one message a second in a channel, and a few at once (docs.slack.dev, "Rate limits": brief bursts).
// Of each channel is known until when its places are taken (GCRA); after a 429 there is no burst.
import { setTimeout as sleep } from 'node:timers/promises'

export interface Pacer {
  /** Resolves when this channel may be written to, and takes that place. */
  turn(channel: string): Promise<void>
  /**
   * The same for whoever can come back later: 0 when the place was taken, else in how many ms to come again. Each who
   * is sent away is given another moment.
   */
  turnOrLater(channel: string): Promise<number>
  /** Nothing goes to this channel for so long. */
  pause(channel: string, forMs: number): void
  /** Channels that rest for longer than it is worth waiting for. */
  resting(): string[]
}

const WORTH_WAITING_MS = 2000
const AT_ONCE = 3
const MOST_REMEMBERED = 5000

/**
 * `betweenMs`: from one message to the next in one channel, once a few have gone at once. Times are of the monotonic clock:
 * pacing is about Slack.
 */
export function makePacer(betweenMs = 1000, now: () => number = () => performance.now()): Pacer {
  const aheadMs = (AT_ONCE - 1) * betweenMs
  const takenUntil = new Map<string, number>()
  const nextLater = new Map<string, number>()
  const freeAt = (channel: string) => Math.max(now(), (takenUntil.get(channel) ?? 0) - aheadMs)
  const forget = () => {
    if (takenUntil.size < MOST_REMEMBERED) return
    for (const places of [takenUntil, nextLater])
      for (const [channel, at] of places) if (at <= now()) places.delete(channel)
  }
  const turn = async (channel: string): Promise<void> => {
    const waitMs = freeAt(channel) - now()
    takenUntil.set(channel, Math.max(now(), takenUntil.get(channel) ?? 0) + betweenMs)
    forget()
    if (waitMs > 0) await sleep(waitMs)
  }
  return {
    turn,
    async turnOrLater(channel) {
      const at = freeAt(channel)
      if (at - now() <= WORTH_WAITING_MS) {
        await turn(channel)
        return 0
      }
      const later = Math.max(at, nextLater.get(channel) ?? 0)
      nextLater.set(channel, later + betweenMs)
      return later - now()
    },
    pause(channel, forMs) {
      takenUntil.set(channel, Math.max(takenUntil.get(channel) ?? 0, now() + forMs + aheadMs))
    },
    resting: () => [...takenUntil.keys()].filter((channel) => freeAt(channel) - now() > WORTH_WAITING_MS),
  }
}
