// When the directory is read again: what may pass by itself soon, and ever later while it does not; what Slack refuses for
// good each night and at the next start.
import type { Logger } from 'pino'

const FIRST_MS = 30_000
const MOST_MS = 3_600_000

interface Deps {
  /** Resolves with what is refused for good, by method; throws what may pass. */
  sync: () => Promise<Record<string, string>>
  log: Logger
  /** Calls back after so many milliseconds; what it returns ends the waiting. */
  later?: (work: () => void, ms: number) => () => void
}

const byTimer = (work: () => void, ms: number) => {
  const timer = setTimeout(work, ms).unref()
  return () => clearTimeout(timer)
}

export function keepSynced({ sync, log, later = byTimer }: Deps): { now(): Promise<void>; stop(): void } {
  let cancel: (() => void) | undefined
  let isStopped = false
  async function attempt(waitMs: number): Promise<void> {
    cancel?.()
    try {
      for (const [method, error] of Object.entries(await sync()))
        log.warn({ method, error }, 'Slack refuses this method; what it would tell is not known')
    } catch (error) {
      log.warn({ err: error, againInMs: waitMs }, 'people could not be read from Slack; trying again')
      if (!isStopped) cancel = later(() => void attempt(Math.min(waitMs * 2, MOST_MS)), waitMs)
    }
  }
  return {
    now: () => attempt(FIRST_MS),
    stop() {
      isStopped = true
      cancel?.()
    },
  }
}
