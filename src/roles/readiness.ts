// What has to hold before a process can do its work (/readyz), each part by its name. Slack is not among them: a Slack that is
// away stops nothing.
import { allApplied } from '../db/migrations/state.ts'
import type { Database } from '../db/store/open.ts'
import type { Queue } from '../queue/queue.ts'

interface ReadinessDeps {
  db: Pick<Database, 'prisma'>
  queue: Pick<Queue, 'depth'>
  /** Whether the folder's workflows are published: a hook that is asked before knows none of the new ones. */
  isPublished: () => boolean
}

/** Each throws or rejects while its part is not ready. */
export const readiness = ({ db, queue, isPublished }: ReadinessDeps) => ({
  database: () => db.prisma.$queryRaw`SELECT 1`,
  migrations: () => allApplied(db.prisma),
  workflows: async () => {
    if (!isPublished()) throw new Error('they are being published')
  },
  queue: () => queue.depth('decide'),
})
