// The sweep: a run in flight past its lease lost its job (a killed process, a job out of tries) and gets a new one.
// One that never gets on, however often it is taken up (its event may be what kills the process), waits for a person.
import type { Logger } from 'pino'
import type { Database } from '../../db/store/open.ts'
import { splitOwners } from '../../db/people/owners.ts'
import { holdStuck, isAnyOverdue, type OverdueRun, overdueRuns } from '../../db/runs/runs.ts'
import { MOST_SWEPT } from '../../domain/backoff.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import { openExceptions } from '../exception/open.ts'

export interface SweepDeps {
  db: Database
  queue: Queue
  catalog: Catalog
  log: Logger
  cardsChanged: () => void
}

const LEASE_MS = 60_000
const MOST_AT_ONCE = 500

/** A run whose lookups go over the network waits in a queue of its own, and is not decided yet. */
const queuesOf = { decide: ['decide', 'enrich'], act: ['act'] } as const
const stages = ['decide', 'act'] as const

async function stagesWorkedOff(queue: Queue) {
  const late = await queue.backlogged(stages.flatMap((stage) => queuesOf[stage]))
  return stages.filter((stage) => !queuesOf[stage].some((name) => late.has(name)))
}

async function holdForPerson({ db, catalog, cardsChanged }: SweepDeps, stuck: OverdueRun[], now: Date) {
  const versions = new Map<string, ReadyVersion>()
  for (const { versionId } of stuck) versions.set(versionId, await catalog.version(versionId))
  await db.transaction(async (tx) => {
    const ids = stuck.map(({ id }) => id)
    const held = await holdStuck(tx, ids)
    const openings = stuck
      .filter(({ id }) => held.has(id))
      .map(({ id, stage, versionId, route, owner, ownerId }) => {
        const { compiled, standards } = versions.get(versionId) as ReadyVersion
        const isDecided = stage === 'act'
        return {
          runId: id,
          definition: compiled.definition,
          standards,
          reason: 'timed_out' as const,
          detail: `It was taken up ${MOST_SWEPT} times and did not get on (${isDecided ? 'its actions' : 'its decision'}).`,
          data: { stage, tries: MOST_SWEPT },
          about: stage,
          route: isDecided ? route : null,
          owner: splitOwners((isDecided && owner) || ''),
          ownerId,
        }
      })
    await openExceptions(tx, openings, now)
  })
  cardsChanged()
}

/** Takes overdue runs up again; resolves with how many. Replicas share the work (SKIP LOCKED). */
export async function sweep(deps: SweepDeps, now: Date): Promise<number> {
  const { db, queue, log } = deps
  if (!(await isAnyOverdue(db.prisma, now))) return 0
  // While jobs still wait for a worker, a run past its lease is most likely waiting too: a second job would only
  // make the queue longer. Nothing is forgotten: a queue that is worked off is swept.
  const idle = await stagesWorkedOff(queue)
  if (idle.length === 0) return 0
  const { runs, stuck } = await db.transaction(async (tx) => {
    const leaseUntil = new Date(now.getTime() + LEASE_MS)
    const overdue = await overdueRuns(tx, { now, leaseUntil, stages: idle, most: MOST_AT_ONCE })
    const again = overdue.filter(({ swept }) => swept <= MOST_SWEPT)
    for (const stage of idle) {
      const jobs = again.filter((run) => run.stage === stage).map(({ id }) => ({ data: { runId: id } }))
      await queue.enqueue(tx, stage, jobs)
    }
    return { runs: again, stuck: overdue.filter(({ swept }) => swept > MOST_SWEPT) }
  })
  if (runs.length > 0) log.warn({ runs: runs.length }, 'runs past their lease were taken up again')
  if (stuck.length > 0) await holdForPerson(deps, stuck, now)
  return runs.length
}
