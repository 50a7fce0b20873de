// Signs that the parts in this process work, as they give them; and which gave one lately.
import type { Part } from '../../db/heartbeats.ts'

export interface Heartbeats {
  show(part: Part): void
  /** Parts that gave a sign since the last time this was asked. */
  sinceLast(): Part[]
  upForMs(): number
}

/** `monotonic` gives milliseconds that never go back. */
export function makeHeartbeats(monotonic: () => number = () => performance.now()): Heartbeats {
  const startedAt = monotonic()
  let shown = new Set<Part>()
  return {
    show: (part) => void shown.add(part),
    sinceLast() {
      const parts = [...shown]
      shown = new Set()
      return parts
    },
    upForMs: () => monotonic() - startedAt,
  }
}
