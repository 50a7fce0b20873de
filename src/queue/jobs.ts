// The jobs there are, with their data and how patiently each is tried again.
import type { Queue as BossQueue } from 'pg-boss'

export interface Jobs {
  /** A run to validate, enrich and decide. */
  decide: { runId: string }
  /** A run to decide whose lookups go over the network. */
  enrich: { runId: string }
  /** A run whose next action is to be done. */
  act: { runId: string }
  /** The next part of a bulk replay that has `done` so many of its runs: asked for again, it finds more done. */
  replay: { batchId: string; done: number }
}
export type JobName = keyof Jobs

// A job that throws met a fault of ours or of the database: it comes back soon, then slower. Should it run out,
// the sweep takes the run up again when its lease ends. Done jobs leave soon: history stands in our own tables.
const patience: Omit<BossQueue, 'name'> = {
  retryLimit: 20,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  expireInSeconds: 300,
  deleteAfterSeconds: 600,
  notify: true,
}

// `partition`: a table of its own, which the planner reads well even before it has statistics.
export const policies: Record<JobName, Omit<BossQueue, 'name'>> = {
  decide: { ...patience, partition: true },
  enrich: { ...patience, partition: true },
  act: { ...patience, partition: true },
  // A part takes less than a second: one that a process left behind is taken up soon.
  replay: { ...patience, expireInSeconds: 60 },
}
