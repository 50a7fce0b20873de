// The digests' clock. Each tick only submits, and what it submits is claimed by a unique row: any number of replicas,
// a restart at the minute, a tick that fires twice: one digest. The standards are looked at again every minute.
import cron, { type ScheduledTask } from 'node-cron'
import type { Logger } from 'pino'
import { newestStandards } from '../../db/standards.ts'
import type { Standards } from '../../domain/standards.ts'
import { type DigestDeps, submitDueDigests } from './submit.ts'

export interface DigestSchedule {
  /** No tick begins any more; resolves when the one under way is done. */
  stop(): Promise<void>
}

/** `looked` is called after each look that the database answered. */
export function startDigestSchedule(deps: DigestDeps & { log: Logger; looked?: () => void }): DigestSchedule {
  const { db, log } = deps
  let tasks: ScheduledTask[] = []
  let scheduled = ''
  let isStopped = false
  let working: Promise<void> = Promise.resolve()

  const schedule = (standards: Standards) => {
    const wanted = JSON.stringify(standards.digests)
    if (wanted === scheduled || isStopped) return
    for (const task of tasks) void task.destroy()
    tasks = Object.entries(standards.digests)
      .filter(([, digest]) => cron.validate(digest.cron))
      .map(([, digest]) => cron.schedule(digest.cron, tick, { timezone: digest.timezone, ...quiet }))
    scheduled = wanted
  }

  const look = async () => {
    if (isStopped) return
    try {
      const standards = await newestStandards(db.prisma)
      schedule(standards)
      for (const digest of await submitDueDigests(deps, standards)) log.info({ digest }, 'digest submitted')
      deps.looked?.()
    } catch (error) {
      // The next minute looks again: a digest that is due stays due.
      log.error({ err: error }, 'digests could not be submitted')
    }
  }

  /** One look at a time, in order. */
  const tick = (): Promise<void> => {
    working = working.then(look)
    return working
  }

  const everyMinute = cron.schedule('* * * * *', tick, quiet)
  void tick()
  return {
    async stop() {
      isStopped = true
      for (const task of [everyMinute, ...tasks]) await task.destroy()
      await working
    },
  }
}

/** A late tick is no news: whatever is due is found by the next look. The process may end in between. */
const quiet = { suppressMissedWarning: true, unref: true }
