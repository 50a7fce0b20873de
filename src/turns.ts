// Work that takes the thread for long is cut into slices: between two, whatever else waits (a webhook, a press) has its turn.

const SLICE_MS = 8

/** Resolves while this turn of the event loop has time left for such work, else in one that has. */
export type Turn = () => Promise<void>

export function makeTurns(sliceMs = SLICE_MS): Turn {
  let began = 0
  let next: Promise<void> | undefined
  let last = Promise.resolve()
  function nextTurn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    setImmediate(() => {
      next = undefined
      resolve()
    })
    return promise
  }
  async function timeLeft(): Promise<void> {
    for (;;) {
      const now = performance.now()
      if (next === undefined) {
        began = now
        next = nextTurn()
      }
      if (now - began < sliceMs) return
      await next
    }
  }
  // One after the other: whoever is let on has done its work when the next is asked about.
  return () => (last = last.then(timeLeft))
}
