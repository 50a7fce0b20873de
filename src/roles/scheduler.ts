// The role that keeps the time: what is looked at every so often, and the digests' clock. Whatever a look does is
// claimed in the database, so any number of replicas may look.
import type { Logger } from 'pino'
import type { SendMail } from '../connectors/mail.ts'
import { dropTold } from '../db/announcements.ts'
import { dropAnswersBefore } from '../db/lookups/lookup-answers.ts'
import { foldCounters } from '../db/digest/counters.ts'
import { captureDue, type ScheduleDeps } from '../pipeline/capture/schedule.ts'
import { startDigestSchedule } from '../pipeline/digest/schedule.ts'
import { releaseShapes } from '../pipeline/drift/release.ts'
import type { ResolveDeps } from '../pipeline/exception/held.ts'
import { expireExceptions } from '../pipeline/exception/expire.ts'
import { watchExceptions } from '../pipeline/exception/watch.ts'
import { sweep } from '../pipeline/resume/sweep.ts'
import { makeDailyPrune } from '../pipeline/retention/daily.ts'
import { makeAnchor } from '../pipeline/watch/anchor.ts'
import { watchAnnouncements } from '../pipeline/watch/announcements.ts'
import { watchCards } from '../pipeline/watch/cards.ts'
import { mailFindings } from '../pipeline/watch/mail-findings.ts'
import { startChecks } from '../pipeline/watch/checks.ts'
import { watchSilence } from '../pipeline/watch/silence.ts'
import type { Heartbeats } from '../pipeline/watch/heartbeats.ts'
import { watchHandovers } from '../pipeline/watch/handovers.ts'
import { watchPauses } from '../pipeline/watch/pauses.ts'
import { watchDirectory } from '../pipeline/watch/directory.ts'
import { watchDelivery } from '../pipeline/watch/delivery.ts'

export interface SchedulerOptions {
  deps: ResolveDeps & { log: Logger } & Pick<ScheduleDeps, 'traced'>
  everyMs: number
  /** undefined: no mail is configured. */
  sendMail: SendMail | undefined
  heartbeats: Heartbeats
  /** Where heads of the audit are written down (AUDIT_ANCHOR). */
  auditAnchor: string | undefined
}

// Answers of lookups older than any useful max_age, and the log of what others were told.
const ANSWERS_KEPT_MS = 90 * 86_400_000
const SLOW_TIMES = 4

/** Looks until it is stopped; `stop` resolves when nothing is under way any more. */
export function startScheduler({ deps, everyMs, sendMail, heartbeats, auditAnchor }: SchedulerOptions): {
  stop(): Promise<void>
} {
  const { db, clock, log } = deps
  const checks = startChecks(
    everyMs,
    {
      sweep: () => sweep(deps, clock()),
      schedules: () => captureDue(deps),
      exceptions: () => watchExceptions(deps),
      alive: async () => heartbeats.show('scheduler'),
    },
    log,
  )
  // What may be found out a minute late.
  const slowChecks = startChecks(
    SLOW_TIMES * everyMs,
    {
      lookups: () => dropAnswersBefore(db.prisma, new Date(clock().getTime() - ANSWERS_KEPT_MS)),
      shapes: () => releaseShapes(deps),
      retention: makeDailyPrune(deps),
      anchor: makeAnchor({ db, clock, log, anchor: auditAnchor }),
      counters: () => foldCounters(db.prisma, clock()),
      cards: () => watchCards(deps),
      mails: async () => (sendMail ? mailFindings({ db, send: sendMail, clock, log }) : 0),
      handovers: () => watchHandovers(deps),
      silence: () => watchSilence(deps),
      timeouts: () => expireExceptions(deps),
      delivery: () => watchDelivery(deps),
      pauses: () => watchPauses(deps),
      announcements: async () => {
        await dropTold(db.prisma, new Date(clock().getTime() - ANSWERS_KEPT_MS))
        return watchAnnouncements(deps)
      },
      directory: () => watchDirectory(deps),
    },
    log,
  )
  const digests = startDigestSchedule({ ...deps, looked: () => heartbeats.show('digest') })
  return {
    stop: async () => {
      await Promise.all([checks.stop(), slowChecks.stop(), digests.stop()])
    },
  }
}
