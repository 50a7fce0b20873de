// What the circuit breakers of all processes know of each other: a target that one found down rests in all of them.
import type { Logger } from 'pino'
import type { Rests } from '../../connectors/targets.ts'
import type { Database } from '../../db/open.ts'
import { restingTargets, restTarget, wakeTarget } from '../../db/target-rests.ts'

// What another process found out holds within this time.
const FRESH_MS = 1000

/** `monotonic` gives milliseconds that never go back. A database that is away lets calls through: it guards nothing. */
export function makeRests(
  { prisma }: Pick<Database, 'prisma'>,
  log: Logger,
  monotonic: () => number = () => performance.now(),
): Rests {
  let known = new Set<string>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  async function read(): Promise<void> {
    readAt = monotonic()
    try {
      known = new Set((await restingTargets(prisma)).map(({ target }) => target))
    } catch (error) {
      log.debug({ err: error }, 'what rests could not be read')
    }
    reading = undefined
  }
  const say = (work: Promise<void>) =>
    void work.catch((error: unknown) => log.warn({ err: error }, 'other processes were not told of a target'))
  return {
    async isResting(target) {
      if (monotonic() - readAt > FRESH_MS) reading ??= read()
      await reading
      return known.has(target)
    },
    begin: (target, forMs) => say(restTarget(prisma, target, forMs)),
    end(target) {
      known.delete(target)
      say(wakeTarget(prisma, target))
    },
  }
}
