// The runs that this process acts on: taken together, carried out side by side, kept taken for as long as that lasts, however
// long a call waits for a slow target. When the process ends, nobody keeps them, and the sweep takes them up.
import { failPoint } from '../../fail-point.ts'
import {
  giveBackRun,
  keepRunsTaken,
  type RunToAct,
  TAKEN_MS,
  takeRunsToAct,
} from '../../db/runs/runs-to-act.ts'
import { MOST_SWEPT } from '../../domain/backoff.ts'
import type { Onward } from '../decide/ready.ts'
import { withoutPaused } from '../resume/pauses.ts'
import { type ActDeps, actOn } from './act.ts'
import { makeTurns } from '../../turns.ts'
import { makeStepCommits } from './step-commits.ts'

export interface Acting extends Onward {
  /** Takes runs up; resolves once they are taken and there is room for more. */
  take(runIds: string[]): Promise<void>
  /** Resolves when nothing is in hand, or after `withinMs`. */
  idle(withinMs?: number): Promise<void>
}

/** One target alone can fill it: more would be turned away there (connectors/targets.ts). */
const MOST_RUNS = 400
const BATCH = 200
const WAITS_FOR_ROOM_MS = 250
/** Of the bodies of their events. */
const MOST_BYTES = 32 * 1024 * 1024

export function makeActing(deps: ActDeps, keepEveryMs = TAKEN_MS / 3): Acting {
  const { db, queue, log, clock, pauses } = deps
  const commits = makeStepCommits(deps)
  const turn = makeTurns()
  const inHand = new Set<RunToAct>()
  let bytes = 0
  let admitted = 0
  let keeper: NodeJS.Timeout | undefined
  const waiting = new Set<{ isOver: () => boolean; resolve: () => void }>()

  const takenUntil = () => new Date(clock().getTime() + TAKEN_MS)
  /** Resolves once that is so, or after `mostMs`. */
  async function until(isOver: () => boolean, mostMs?: number): Promise<void> {
    if (isOver()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const one = { isOver, resolve }
    waiting.add(one)
    const timer = mostMs === undefined ? undefined : setTimeout(resolve, mostMs)
    await promise
    clearTimeout(timer)
    waiting.delete(one)
  }

  function keep(): void {
    keepRunsTaken(db.prisma, [...inHand], takenUntil()).catch((error: unknown) =>
      log.warn({ err: error, runs: inHand.size }, 'runs could not be kept taken'),
    )
  }

  function hold(run: RunToAct): void {
    inHand.add(run)
    bytes += run.body.length
    keeper ??= setInterval(keep, keepEveryMs).unref()
  }

  function letGo(run: RunToAct): void {
    inHand.delete(run)
    bytes -= run.body.length
    if (inHand.size === 0) {
      clearInterval(keeper)
      keeper = undefined
    }
    for (const one of waiting) {
      if (one.isOver()) one.resolve()
    }
  }

  /** A fault of ours or of the database: the run comes back soon, then slower, and at last the sweep hands it to a person. */
  async function giveBack(run: RunToAct): Promise<void> {
    await db.transaction(async (tx) => {
      const swept = await giveBackRun(tx, run, clock())
      if (swept !== undefined && swept <= MOST_SWEPT)
        await queue.enqueue(tx, 'act', [{ data: { runId: run.id }, afterMs: 1000 * 2 ** (swept - 1) }])
    })
  }

  async function carryOut(run: RunToAct, now: Date): Promise<void> {
    hold(run)
    failPoint('act.taken')
    try {
      await actOn({ ...deps, commits, turn }, run, now)
    } catch (error) {
      log.error({ err: error, run: run.id }, 'acting on a run failed')
      await giveBack(run).catch((fault: unknown) =>
        log.warn({ err: fault, run: run.id }, 'a run could not be given back: the sweep takes it up'),
      )
    } finally {
      letGo(run)
    }
  }

  const hasRoom = () => inHand.size + admitted <= MOST_RUNS - BATCH && bytes < MOST_BYTES

  return {
    admit(wanted) {
      const count = bytes < MOST_BYTES ? Math.max(0, Math.min(wanted, MOST_RUNS - inHand.size - admitted)) : 0
      admitted += count
      return {
        count,
        begin(runs, now) {
          admitted -= count
          for (const run of runs) void carryOut(run, now)
        },
      }
    },
    room: () => until(hasRoom, WAITS_FOR_ROOM_MS),
    async take(runIds) {
      const now = clock()
      const runs = await takeRunsToAct(db.prisma, runIds, now, takenUntil())
      for (const run of await withoutPaused(pauses, runs, now)) void carryOut(run, now)
      await until(hasRoom)
    },
    idle: (withinMs) => until(() => inHand.size === 0, withinMs),
  }
}
