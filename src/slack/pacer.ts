// Slack takes about one message a second in a channel. Each channel has its own next free moment; a 429 moves it on.
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
const MOST_REMEMBERED = 5000

/** `betweenMs`: from one message to the next in one channel. Times are of the monotonic clock: pacing is about Slack. */
export function makePacer(betweenMs = 1000, now: () => number = () => performance.now()): Pacer {
  const freeAt = new Map<string, number>()
  const nextLater = new Map<string, number>()
  const forget = () => {
    if (freeAt.size < MOST_REMEMBERED) return
    for (const places of [freeAt, nextLater])
      for (const [channel, at] of places) if (at <= now()) places.delete(channel)
  }
  const turn = async (channel: string): Promise<void> => {
    const at = Math.max(now(), freeAt.get(channel) ?? 0)
    freeAt.set(channel, at + betweenMs)
    forget()
    const waitMs = at - now()
    if (waitMs > 0) await sleep(waitMs)
  }
  return {
    turn,
    async turnOrLater(channel) {
      const at = freeAt.get(channel) ?? 0
      if (at - now() <= WORTH_WAITING_MS) {
        await turn(channel)
        return 0
      }
      const later = Math.max(at, nextLater.get(channel) ?? 0)
      nextLater.set(channel, later + betweenMs)
      return later - now()
    },
    pause(channel, forMs) {
      freeAt.set(channel, Math.max(freeAt.get(channel) ?? 0, now() + forMs))
    },
    resting: () => [...freeAt].filter(([, at]) => at - now() > WORTH_WAITING_MS).map(([channel]) => channel),
  }
}
