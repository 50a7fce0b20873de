// Beside the worker: what happened is told to other systems.
import { setTimeout } from 'node:timers/promises'
import { type AnnounceDeps, makeAnnouncer } from '../pipeline/announce/announce.ts'
import { type Checks, startChecks } from '../pipeline/watch/checks.ts'

/** How long others wait to hear of it. */
const EVERY_MS = 5_000

/** What is under way may end by itself for so long; what has not is sent again under its id. */
const ENDS_WITHIN_MS = 4_000

export function startAnnouncer(deps: AnnounceDeps): Checks {
  const announcer = makeAnnouncer(deps)
  const checks = startChecks(EVERY_MS, { announcements: announcer.look }, deps.log)
  return {
    async stop() {
      await checks.stop()
      await Promise.race([announcer.idle(), setTimeout(ENDS_WITHIN_MS, undefined, { ref: false })])
    },
  }
}
