// The scheduler's rounds: what must be looked at every so often, one round at a time. What fails is logged and looked
// at again in the next round.
import type { Logger } from 'pino'

export interface Checks {
  /** No round begins any more; resolves when the one under way is done. */
  stop(): Promise<void>
}

const MINUTE_MS = 60_000

/**
 * How long until the next round: no longer than `everyMs`, and at each full minute of the clock, when schedules are due.
 * The timer itself asks no clock: one that is set back only moves the minute.
 */
const untilNext = (everyMs: number, now = Date.now()): number =>
  Math.min(everyMs, MINUTE_MS - (now % MINUTE_MS) + 5)

/** `looks` by what they are called in the log. The first round begins at once. */
export function startChecks(
  everyMs: number,
  looks: Record<string, () => Promise<unknown>>,
  log: Logger,
): Checks {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  async function round(): Promise<void> {
    for (const [name, look] of Object.entries(looks)) {
      if (isStopped) return
      try {
        await look()
      } catch (error) {
        log.error({ err: error, look: name }, 'a look of the scheduler failed')
      }
    }
  }
  async function go(): Promise<void> {
    await round()
    if (!isStopped) timer = setTimeout(next, untilNext(everyMs))
  }
  let working = Promise.resolve()
  const next = () => {
    working = go()
  }
  next()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await working
    },
  }
}
