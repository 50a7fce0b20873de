// What /metrics reads, each time it is asked.
import { readLedgers } from '../db/digest/ledger.ts'
import { readFigures } from '../db/figures.ts'
import type { Database } from '../db/store/open.ts'
import type { Queue } from '../queue/queue.ts'

export const figuresOf = ({ db, queue, clock }: { db: Database; queue: Queue; clock: () => Date }) => ({
  ledger: () => readLedgers(db.prisma),
  queueDepth: async () => ({
    decide: await queue.depth('decide'),
    enrich: await queue.depth('enrich'),
    act: await queue.depth('act'),
  }),
  work: () => readFigures(db.prisma, clock()),
})
