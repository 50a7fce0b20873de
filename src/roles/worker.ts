// The role that does the work: takes jobs from the queue and hands them to the stages.
import type { Acting } from '../pipeline/act/acting.ts'
import { decideRuns } from '../pipeline/decide/decide.ts'
import type { DecideDeps } from '../pipeline/decide/ready.ts'
import { enrichRuns } from '../pipeline/enrich/enrich.ts'
import { replayPart } from '../pipeline/resume/replay-part.ts'
import type { Queue } from '../queue/queue.ts'

export interface WorkerOptions {
  queue: Queue
  deps: DecideDeps & { acting: Acting }
  /** The only process on its database: one connection, so little at a time. */
  isAlone: boolean
  /** Called with each batch: a sign that the worker works. */
  worked: () => void
}

const DECIDE_BATCH = 200
const ENRICH_BATCH = 16
const ACT_BATCH = 50

const idsOf = (jobs: { runId: string }[]): string[] => jobs.map(({ runId }) => runId)

/** Takes jobs up until the queue stops. */
export async function startWorker({ queue, deps, isAlone, worked }: WorkerOptions): Promise<void> {
  await queue.work('decide', { batchSize: DECIDE_BATCH, concurrency: isAlone ? 1 : 2 }, (jobs) => {
    worked()
    return decideRuns(deps, idsOf(jobs))
  })
  const sideBySide = { batchSize: ENRICH_BATCH, concurrency: isAlone ? 2 : 4 }
  await queue.work('enrich', sideBySide, (jobs) => enrichRuns(deps, idsOf(jobs)))
  await queue.work('act', { batchSize: ACT_BATCH, concurrency: 1 }, (jobs) => deps.acting.take(idsOf(jobs)))
  await queue.work('replay', { batchSize: 1, concurrency: 1 }, async (jobs) => {
    for (const part of jobs) await replayPart(deps, part)
  })
}
