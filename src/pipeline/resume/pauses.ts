// Pausing and resuming a workflow, a target or everything. Events are captured meanwhile and their runs wait.
import { addAudit } from '../../db/audit/audit.ts'
import type { Database } from '../../db/store/open.ts'
import { endPause, parkRuns, pausedIds, writePause } from '../../db/pauses.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

export interface Pauses {
  /** The pause that holds up this workflow, or this target; undefined: go on. */
  blocking(workflow: string, target?: string): Promise<string | undefined>
  park(runIds: string[], pauseId: string, now: Date): Promise<void>
  /** Looks again at once: after a pause or its end in this process. */
  refresh(): Promise<void>
}

/** A pause made by another process holds within this time. */
export const NOTICED_WITHIN_MS = 1000
const LOOK_AGAIN_MS = 10 * 60_000

/** `monotonic` gives milliseconds that never go back. */
export function makePauses(db: Database, monotonic: () => number = () => performance.now()): Pauses {
  let known = new Set<string>()
  let readAt = Number.NEGATIVE_INFINITY
  async function refresh(): Promise<void> {
    const at = monotonic()
    const ids = await pausedIds(db.prisma)
    if (at < readAt) return
    known = ids
    readAt = at
  }
  return {
    refresh,
    async blocking(workflow, target) {
      if (monotonic() - readAt > NOTICED_WITHIN_MS) await refresh()
      if (known.size === 0) return undefined
      const names = ['all', `workflow:${workflow}`, ...(target === undefined ? [] : [`target:${target}`])]
      return names.find((name) => known.has(name))
    },
    park: (runIds, pauseId, now) =>
      parkRuns(db.prisma, runIds, {
        pause: pauseId,
        now,
        lookAgainAt: new Date(now.getTime() + LOOK_AGAIN_MS),
      }),
  }
}

/** Parks the runs of what is paused; resolves with the others. */
export async function withoutPaused<Run extends { id: string; workflow: string }>(
  pauses: Pauses,
  runs: Run[],
  now: Date,
): Promise<Run[]> {
  const paused = new Map<string, string[]>()
  const free: Run[] = []
  for (const run of runs) {
    const by = await pauses.blocking(run.workflow)
    if (by === undefined) free.push(run)
    else paused.set(by, [...(paused.get(by) ?? []), run.id])
  }
  for (const [by, ids] of paused) await pauses.park(ids, by, now)
  return free
}

export interface PauseChange {
  /** `all`, `workflow:<key>`, `target:<host>` or `subscription:<name>`. */
  id: string
  actor: Actor
  note?: string | undefined
}

/** Pauses; false when it was paused already. */
export async function pause(db: Database, { id, actor, note }: PauseChange, at: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const isNew = await writePause(tx, { id, at, by: actor.id, note: note ?? null })
    if (isNew) await addAudit(tx, { at, actor, action: 'paused', target: id, note })
    return isNew
  })
}

/** Ends a pause; the sweep takes up what waited. false when it was not paused. */
export async function resume(db: Database, { id, actor, note }: PauseChange, at: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const wasPaused = await endPause(tx, id, at)
    if (wasPaused) await addAudit(tx, { at, actor, action: 'resumed', target: id, note })
    return wasPaused
  })
}
