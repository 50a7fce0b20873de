// The role that does the work: takes jobs from the queue and hands them to the stages.
import { type ActDeps, actOnRuns } from '../pipeline/act/act.ts'
import { decideRuns } from '../pipeline/decide/decide.ts'
import type { DecideDeps } from '../pipeline/decide/ready.ts'
import { enrichRuns } from '../pipeline/enrich/enrich.ts'
import { replayPart } from '../pipeline/resume/replay-part.ts'
import type { Queue } from '../queue/queue.ts'

export interface WorkerOptions {
  queue: Queue
  deps: ActDeps & DecideDeps
  /** The only process on its database: one connection, so little at a time. */
  isAlone: boolean
  /** Called with each batch: a sign that the worker works. */
  worked: () => void
}

const DECIDE_BATCH = 200
const ACT_BATCH = 16

const idsOf = (jobs: { runId: string }[]): string[] => jobs.map(({ runId }) => runId)

/** Takes jobs up until the queue stops. */
export async function startWorker({ queue, deps, isAlone, worked }: WorkerOptions): Promise<void> {
  await queue.work('decide', { batchSize: DECIDE_BATCH, concurrency: isAlone ? 1 : 2 }, (jobs) => {
    worked()
    return decideRuns(deps, idsOf(jobs))
  })
  const sideBySide = { batchSize: ACT_BATCH, concurrency: isAlone ? 2 : 4 }
  await queue.work('enrich', sideBySide, (jobs) => enrichRuns(deps, idsOf(jobs)))
  await queue.work('act', sideBySide, (jobs) => actOnRuns(deps, idsOf(jobs)))
  await queue.work('replay', { batchSize: 1, concurrency: 1 }, async (jobs) => {
    for (const part of jobs) await replayPart(deps, part)
  })
}
