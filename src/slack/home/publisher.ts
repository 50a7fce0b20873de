// Publishes App Homes as fast as Slack takes them. A home is read when it is sent, so whoever asks again while theirs waits
// gets one, the newest; what Slack refused with 429 is sent after Retry-After, and nothing else is before.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { isSlackError, slackFault } from '../api/slack-fault.ts'
import type { SlackApp } from '../app/slack-app.ts'

export interface HomePublisher {
  /** Resolves when this person's home stands, or waits for Slack. Throws what Slack refuses otherwise. */
  publish(userId: string): Promise<void>
}

interface Deps {
  /** Reads what this person's home shows now, and sends it. */
  send: (userId: string) => Promise<void>
  background: SlackApp['background']
  log: Pick<Logger, 'warn'>
}

const waitFor = (error: unknown): number | undefined => {
  const fault = isSlackError(error) ? slackFault(error) : undefined
  return fault?.kind === 'rate_limited' ? fault.afterMs : undefined
}

export function makeHomePublisher({ send, background, log }: Deps): HomePublisher {
  const wanted = new Set<string>()
  const underWay = new Set<string>()
  let isCircuitOpen = false

  /** One at a time of one person, or an older home could arrive after a newer one. */
  async function publishWanted(userId: string): Promise<void> {
    if (underWay.has(userId)) return
    underWay.add(userId)
    try {
      while (wanted.has(userId) && !isCircuitOpen) {
        wanted.delete(userId)
        try {
          await send(userId)
        } catch (error) {
          const afterMs = waitFor(error)
          if (afterMs === undefined) throw error
          wanted.add(userId)
          rest(afterMs)
        }
      }
    } finally {
      underWay.delete(userId)
    }
  }

  /** The limit is the method's, for all people together. */
  function rest(ms: number): void {
    if (isCircuitOpen) return
    isCircuitOpen = true
    background('App Home: afterwards', async (stopping) => {
      await sleep(ms, undefined, { signal: stopping }).catch(() => {})
      if (stopping.aborted) return
      isCircuitOpen = false
      for (const userId of wanted) {
        await publishWanted(userId).catch((error: unknown) =>
          log.warn({ err: error, user: userId }, 'App Home not published'),
        )
      }
    })
  }

  return {
    publish(userId) {
      wanted.add(userId)
      return publishWanted(userId)
    },
  }
}
