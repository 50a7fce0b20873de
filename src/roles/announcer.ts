// Beside the worker: what happened is told to other systems.
import { announce, type AnnounceDeps } from '../pipeline/announce/announce.ts'
import { type Checks, startChecks } from '../pipeline/watch/checks.ts'

/** How long others wait to hear of it. */
const EVERY_MS = 5_000

export const startAnnouncer = (deps: AnnounceDeps): Checks =>
  startChecks(EVERY_MS, { announcements: () => announce(deps) }, deps.log)
