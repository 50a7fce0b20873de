// Events at a steady rate until it is stopped.
import { setTimeout as pause } from 'node:timers/promises'

const PER_SECOND = 30

/** `send` resolves with the status of the n-th event. `stop` resolves with all statuses; 0: no answer. */
export function startTraffic(send: (n: number) => Promise<number>): { stop(): Promise<number[]> } {
  const stopping = new AbortController()
  const sending: Promise<number>[] = []
  const traffic = (async () => {
    for (let n = 0; !stopping.signal.aborted; n += 1) {
      sending.push(send(n).catch(() => 0))
      await pause(1000 / PER_SECOND)
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await traffic
      return Promise.all(sending)
    },
  }
}
