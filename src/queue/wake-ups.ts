// Wakes somebody at times to come, who need not look all the while: what is due within a quarter of a second is one
// wake-up, so that a thousand retries do not ask a thousand times.

const TOGETHER_MS = 250

export interface WakeUps<T> {
  /** Wakes `whom` in `ms`, or up to a quarter of a second later. */
  in(ms: number, whom: T): void
  stop(): void
}

export function wakeUps<T>(wake: (whom: T) => void): WakeUps<T> {
  const waiting = new Map<string, NodeJS.Timeout>()
  return {
    in(ms, whom) {
      const now = Date.now()
      const at = (Math.floor((now + ms) / TOGETHER_MS) + 1) * TOGETHER_MS
      const key = `${at} ${String(whom)}`
      if (waiting.has(key)) return
      const ring = () => {
        waiting.delete(key)
        wake(whom)
      }
      waiting.set(key, setTimeout(ring, at - now).unref())
    },
    stop() {
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
