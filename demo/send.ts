// Sends events through the webhooks, a few at once, and counts the answers.
import { setTimeout as wait } from 'node:timers/promises'
import { didNotHold } from '../src/cli/exit.ts'
import type { DemoEvent } from './events.ts'

export interface Sent {
  accepted: number
  duplicates: number
  /** What was not taken, with the answer. */
  refused: { workflow: string; status: number; detail: string }[]
}

/** The headers by which the bot believes this body. */
export type Sign = (workflow: string, body: string) => Record<string, string>

const AT_ONCE = 16
const MOST_TRIES = 20
const MOST_WAIT_MS = 5000

/**
 * Posts one event. A broken connection (the bot restarts) and 503 with Retry-After mean "later": it is sent again,
 * and the dedupe key makes sure that it counts once.
 */
async function post(url: string, sign: Sign, { workflow, body }: DemoEvent): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(`${url}/hooks/${workflow}`, {
      method: 'POST',
      // Signed anew each time: a signature tells its time.
      headers: { 'user-agent': 'signalbox-demo', ...sign(workflow, body) },
      body,
    }).catch(() => {
      if (tries === MOST_TRIES) throw didNotHold(`The bot at ${url} does not answer any more.`)
      return undefined
    })
    if (response && (response.status !== 503 || tries === MOST_TRIES)) return response
    await response?.body?.cancel()
    await wait(Math.min(Number(response?.headers.get('retry-after') ?? 1) * 1000, MOST_WAIT_MS))
  }
}

/** Sends all of them; `onSent` is called after each. Rejects when the bot cannot be reached. */
export async function sendEvents(
  { url, sign }: { url: string; sign: Sign },
  events: DemoEvent[],
  onSent = () => {},
): Promise<Sent> {
  const sent: Sent = { accepted: 0, duplicates: 0, refused: [] }
  const left = events.values()
  const work = async () => {
    for (const event of left) {
      const response = await post(url, sign, event)
      const answer = (await response.json()) as { duplicate?: boolean; title?: string; detail?: string }
      if (response.status === 202) sent.accepted += 1
      else if (response.status === 200 && answer.duplicate) sent.duplicates += 1
      else {
        const detail = answer.detail ?? answer.title ?? ''
        sent.refused.push({ workflow: event.workflow, status: response.status, detail })
      }
      onSent()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return sent
}
