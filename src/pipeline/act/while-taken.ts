// A run that is acted on stays taken for as long as that lasts, however long its call waits behind others for a slow
// target: else a second worker would take it up beside the first, and do the same again.
import type { Logger } from 'pino'
import type { Database } from '../../db/open.ts'
import { keepRunTaken, type Taken } from '../../db/runs.ts'
import { TAKEN_MS } from './after-fault.ts'

export interface TakenDeps {
  db: Database
  clock: () => Date
  log: Logger
}

/** Does `work` and keeps the run taken meanwhile. When the process ends, nobody keeps it, and the sweep takes it up. */
export async function whileTaken(
  { db, clock, log }: TakenDeps,
  run: Taken,
  work: () => Promise<void>,
  everyMs = TAKEN_MS / 3,
): Promise<void> {
  const timer = setInterval(() => {
    keepRunTaken(db.prisma, run, new Date(clock().getTime() + TAKEN_MS)).catch((error: unknown) =>
      log.warn({ err: error, run: run.id }, 'a run could not be kept taken'),
    )
  }, everyMs).unref()
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
}
