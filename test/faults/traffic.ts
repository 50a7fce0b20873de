// Events at a steady rate until it is stopped.
import { setTimeout as pause } from 'node:timers/promises'

const PER_SECOND = 30

/** Takes the events, and calls the target once for each. */
export const orders = (target: string): string => `
workflow: orders
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { actions: [{ action: one, http: { url: "${target}/one" } }], outcome: achieved } }
`

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
