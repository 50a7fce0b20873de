// What the circuit breakers of all processes know of each other: a target that one found down is left alone by all of them.
import type { Logger } from 'pino'
import type { Circuits } from '../../connectors/targets.ts'
import type { Database } from '../../db/store/open.ts'
import { closeCircuit, openCircuit, openTargets } from '../../db/open-circuits.ts'

// What another process found out holds within this time.
const FRESH_MS = 1000

/** `monotonic` gives milliseconds that never go back. A database that is away lets calls through: it guards nothing. */
export function makeCircuits(
  { prisma }: Pick<Database, 'prisma'>,
  log: Logger,
  monotonic: () => number = () => performance.now(),
): Circuits {
  let known = new Set<string>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  async function read(): Promise<void> {
    readAt = monotonic()
    try {
      known = new Set(await openTargets(prisma))
    } catch (error) {
      log.debug({ err: error }, 'open circuits could not be read')
    }
    reading = undefined
  }
  const say = (work: Promise<void>) =>
    void work.catch((error: unknown) => log.warn({ err: error }, 'other processes were not told of a target'))
  return {
    async isOpen(target) {
      if (monotonic() - readAt > FRESH_MS) reading ??= read()
      await reading
      return known.has(target)
    },
    open: (failing, forMs) => say(openCircuit(prisma, failing, forMs)),
    close(target) {
      known.delete(target)
      say(closeCircuit(prisma, target))
    },
  }
}
