// The scheduler's look at retention: once a day, and with it what killed imports of tables left. A replica that starts looks at
// once; that finds nothing left to do.
import type { Logger } from 'pino'
import { deleteLeftovers } from '../../db/lookups/lookup-leftovers.ts'
import type { Database } from '../../db/store/open.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { prune } from './prune.ts'

const DAY_MS = 86_400_000

export function makeDailyPrune(deps: { db: Database; clock: () => Date; log: Logger }): () => Promise<void> {
  let nextAt = 0
  return async () => {
    const now = deps.clock().getTime()
    if (now < nextAt) return
    await deleteLeftovers(deps.db.prisma)
    const answer = await prune(deps, { actor: engine })
    // A look that failed is made again in the next round.
    nextAt = now + DAY_MS
    if (answer.kind === 'not_allowed')
      deps.log.warn('data is due for retention, and this database role may not empty it: run signalbox prune')
    else for (const { part, runs } of answer.parts) if (runs > 0) deps.log.info({ part, runs }, 'data pruned')
  }
}
