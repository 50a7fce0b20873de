// Who sends: at a steady rate, each event until it is acknowledged, again with the same id when it is not known whether it was.
import { setTimeout as pause } from 'node:timers/promises'
import { bodyOf, WORKFLOWS } from './workflows.ts'

const PER_SECOND = 5
const AGAIN_AFTER_MS = 700
const ANSWER_WITHIN_MS = 5000

export interface Sender {
  /** Ids by when they were acknowledged. */
  acknowledged: Map<string, Date>
  sent(): number
  /** Ids that nobody has acknowledged so far. */
  waiting(): string[]
  /** Deliveries that were answered otherwise, or not at all: how many of what. */
  unanswered(): string
  /** Sends no new ones; resolves once all are acknowledged, or `withinMs` is over. */
  stop(withinMs: number): Promise<void>
}

export function startSender(urls: string[]): Sender {
  const acknowledged = new Map<string, Date>()
  const stopping = new AbortController()
  const givingUp = new AbortController()
  const underWay: Promise<void>[] = []
  const ids: string[] = []
  const failures = new Map<string, number>()
  const deliver = async (n: number) => {
    const id = `E-${String(n).padStart(6, '0')}.`
    ids.push(id)
    const workflow = WORKFLOWS[n % WORKFLOWS.length]
    for (let tries = n; !givingUp.signal.aborted; tries += 1) {
      const answer = await fetch(`${urls[tries % urls.length]}/hooks/${workflow}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(id, n)),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      }).catch((error: unknown) => (error instanceof Error ? error.name : 'Error'))
      const status = typeof answer === 'string' ? answer : String(answer.status)
      if (typeof answer !== 'string') await answer.text().catch(() => '')
      if (typeof answer !== 'string' && answer.ok) {
        acknowledged.set(id, new Date())
        return
      }
      failures.set(status, (failures.get(status) ?? 0) + 1)
      await pause(AGAIN_AFTER_MS)
    }
  }
  const sending = (async () => {
    for (let n = 0; !stopping.signal.aborted; n += 1) {
      underWay.push(deliver(n))
      await pause(1000 / PER_SECOND)
    }
  })()
  return {
    acknowledged,
    sent: () => underWay.length,
    waiting: () => ids.filter((id) => !acknowledged.has(id)),
    unanswered: () => [...failures].map(([status, n]) => `${n} ${status}`).join(', '),
    async stop(withinMs) {
      stopping.abort()
      await sending
      const timer = setTimeout(() => givingUp.abort(), withinMs)
      await Promise.all(underWay)
      clearTimeout(timer)
    },
  }
}
