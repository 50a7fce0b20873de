// The digests' clock. Each tick only submits, and what it submits is claimed by a unique row: any number of replicas,
// a restart at the minute, a tick that fires twice: one digest. The standards are looked at again every minute.
import type { Logger } from 'pino'
import { newestStandards } from '../../db/workflows/standards.ts'
import { startChecks } from '../watch/checks.ts'
import { type DigestDeps, submitDueDigests } from './submit.ts'

const EVERY_MS = 60_000

/** `looked` is called after each look that the database answered. `stop` resolves when the one under way is done. */
export function startDigestSchedule(deps: DigestDeps & { log: Logger; looked?: () => void }): {
  stop(): Promise<void>
} {
  const { db, log } = deps
  // A digest that failed stays due: the next minute looks again.
  const failed = (name: string, error: unknown) =>
    log.error({ err: error, digest: name }, 'a digest could not be submitted')
  const digests = async () => {
    const standards = await newestStandards(db.prisma)
    for (const digest of await submitDueDigests({ ...deps, failed }, standards))
      log.info({ digest }, 'digest submitted')
    deps.looked?.()
  }
  return startChecks(EVERY_MS, { digests }, log)
}
