// What commands that move runs need: the queue beside the database, and who asks.
import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { sayCardsChanged } from '../db/cards/card-signal.ts'
import type { Database } from '../db/store/open.ts'
import type { ReplayDeps } from '../pipeline/resume/replay.ts'
import { openQueue } from '../queue/queue.ts'
import { makeQueueTables } from '../queue/tables.ts'
import { makeCatalog } from '../workflow/catalog.ts'

const QUEUE_STOPS_WITHIN_MS = 2000

export async function withEngine<T>(db: Database, work: (deps: ReplayDeps) => Promise<T>): Promise<T> {
  // A folder that is opened directly belongs to this program alone; a server's tables are the bot's to change.
  if (db.kind === 'embedded') await makeQueueTables(db)
  const queue = await openQueue({ db, log: pino({ level: 'silent' }), works: false })
  const saying: Promise<unknown>[] = []
  try {
    return await work({
      db,
      queue,
      catalog: makeCatalog(db, { publicUrl: () => readConfig().publicUrl }),
      clock: () => new Date(),
      cardsChanged: () => {
        // A hint: an embedded database's notifier looks by itself each second.
        if (db.kind === 'server') saying.push(sayCardsChanged(db.prisma).catch(() => {}))
      },
    })
  } finally {
    await Promise.all(saying)
    await queue.stop(QUEUE_STOPS_WITHIN_MS)
  }
}
