// Bulk replay: planned first (how many, of what), then done at a rate, part by part. It can be cancelled, and stops
// by itself when a target that it calls is found down, and when what it makes fails again and again.
import { addAudit } from '../../db/audit.ts'
import { newId } from '../../db/ids.ts'
import type { Database, Tx } from '../../db/open.ts'
import { failingOf, nextItems, readBatches, restingTargetOf, runsToReplay } from '../../db/replay-batches.ts'
import { TemplateError } from '../../domain/template.ts'
import type { Actor } from '../exception/settlement.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { inputOf } from '../decide/judge.ts'
import { replayIn, type ReplayDeps, versionFor } from './replay.ts'

export interface BatchWish {
  name: string
  workflow: string
  since: Date
  until: Date
  /** CEL over record, event, headers and vars: only runs for which it holds. */
  where?: string
  /** Only runs that wait for this reason. */
  reason?: string
  version: 'current' | 'original'
  repeatDone: boolean
  perMinute: number
  actor: Actor
}
export type Plan =
  /** `of` counts by what became of them: an outcome, or the reason why they wait. */
  | { kind: 'planned'; batchId: string; total: number; of: Record<string, number> }
  | { kind: 'invalid'; problem: string }

const PAGE = 500
const MOST_RUNS = 50_000
const MOST_FAILING = 5
const LOOKS_AT = 20

/** Finds the runs and keeps the plan. Nothing is replayed yet. */
export async function planBatch({ db, catalog, clock }: ReplayDeps, wish: BatchWish): Promise<Plan> {
  const { name, workflow, since, until, where, reason, actor } = wish
  if (!(await catalog.current(workflow)))
    return { kind: 'invalid', problem: `There is no workflow "${workflow}".` }
  if ((await readBatches(db.prisma, { name })).length > 0)
    return { kind: 'invalid', problem: `There is a replay called "${name}" already: give it another name.` }
  const of: Record<string, number> = {}
  const runIds: string[] = []
  const now = clock()
  for (let after = ''; ;) {
    const page = await runsToReplay(db.prisma, { workflow, since, until, after, most: PAGE })
    for (const run of page) {
      if (reason !== undefined && run.reason !== reason) continue
      const { compiled, standards } = await catalog.version(run.versionId)
      const scope = { record: run.record, input: inputOf(run.body, run.headers), vars: standards.vars, now }
      try {
        if (where !== undefined && !compiled.holds(where, scope)) continue
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        return { kind: 'invalid', problem: `--where: ${error.message}` }
      }
      const what = run.outcome ?? run.reason ?? run.state
      of[what] = (of[what] ?? 0) + 1
      runIds.push(run.id)
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE) break
    if (runIds.length > MOST_RUNS)
      return { kind: 'invalid', problem: `These are more than ${MOST_RUNS} runs: ask for a shorter time.` }
    after = last.id
  }
  const batchId = newId('bat')
  const query = {
    since: since.toISOString(),
    until: until.toISOString(),
    where: where ?? null,
    reason: reason ?? null,
    of,
  }
  await db.transaction(async (tx) => {
    await tx.replayBatch.create({
      data: {
        id: batchId,
        name,
        workflowKey: workflow,
        query,
        version: wish.version,
        repeatDone: wish.repeatDone,
        perMinute: wish.perMinute,
        createdAt: now,
        createdBy: actor.id,
      },
    })
    await tx.replayItem.createMany({ data: runIds.map((runId) => ({ batchId, runId })) })
  })
  return { kind: 'planned', batchId, total: runIds.length, of }
}

interface Move {
  from: string[]
  to: string
  because?: string
  actor: Actor
  at: Date
}

async function moveIn(tx: Tx, batchId: string, { from, to, because, actor, at }: Move): Promise<boolean> {
  const moved = await tx.replayBatch.updateMany({
    where: { id: batchId, state: { in: from } },
    data: { state: to, because: because ?? null },
  })
  if (moved.count === 0) return false
  await addAudit(tx, {
    at,
    actor: actor.id,
    surface: actor.surface,
    action: `replay.${to}`,
    target: batchId,
    ...(because === undefined ? {} : { note: because }),
  })
  return true
}

const move = (db: Database, batchId: string, to: Move): Promise<boolean> =>
  db.transaction((tx) => moveIn(tx, batchId, to))

/** Starts a planned batch, or one that was stopped. false: it runs, is done or was cancelled. */
export async function startBatch(
  { db, queue, clock }: ReplayDeps,
  batchId: string,
  actor: Actor,
): Promise<boolean> {
  const running: Move = { from: ['planned', 'stopped'], to: 'running', actor, at: clock() }
  return db.transaction(async (tx) => {
    if (!(await moveIn(tx, batchId, running))) return false
    await queue.enqueue(tx, 'replay', [{ data: { batchId } }])
    return true
  })
}

/** Cancels it: what was replayed stays. false: it was over already. */
export const cancelBatch = ({ db, clock }: ReplayDeps, batchId: string, actor: Actor): Promise<boolean> =>
  move(db, batchId, { from: ['planned', 'running', 'stopped'], to: 'cancelled', actor, at: clock() })

const engine: Actor = { id: 'engine', surface: 'engine' }

/** What speaks against going on with a batch; undefined: nothing. */
async function whyStop({ prisma }: Database, batchId: string): Promise<string | undefined> {
  const resting = await restingTargetOf(prisma, batchId)
  if (resting !== undefined) return `${resting} fails and rests`
  const failing = await failingOf(prisma, batchId, LOOKS_AT)
  return failing >= MOST_FAILING ? `${failing} of the last ${LOOKS_AT} replayed runs fail` : undefined
}

/** Does the next second's part of a running batch, and asks for the one after. */
export async function replayPart(deps: ReplayDeps, batchId: string): Promise<void> {
  const { db, queue, clock } = deps
  const [batch] = await readBatches(db.prisma, { id: batchId })
  if (batch?.state !== 'running') return
  const at = clock()
  const because = await whyStop(db, batchId)
  if (because !== undefined) {
    await move(db, batchId, { from: ['running'], to: 'stopped', because, actor: engine, at })
    return
  }
  // Below one a second, one run and a longer wait.
  const most = Math.max(1, Math.round(batch.perMinute / 60))
  const waitMs = Math.max(1000, 60_000 / batch.perMinute)
  // Looked up before the transaction, which may not wait for another connection.
  const ready = new Map<string, ReadyVersion>()
  for (const runId of await nextItems(db.prisma, batchId, most)) {
    const version = await versionFor(deps, { runId, version: batch.version })
    if (version) ready.set(runId, version)
  }
  await db.transaction(async (tx) => {
    const mine = (await nextItems(tx, batchId, most)).filter((id) => ready.has(id))
    for (const runId of mine) {
      const { version, repeatDone, createdBy } = batch
      const what = {
        runId,
        version,
        repeatDone,
        once: batchId,
        actor: { id: createdBy, surface: 'engine' },
      } as const
      const answer = await replayIn(deps, tx, ready.get(runId) as ReadyVersion, what)
      await tx.replayItem.update({
        where: { batchId_runId: { batchId, runId } },
        data: answer.kind === 'replayed' ? { newRunId: answer.runId } : { refused: answer.kind },
      })
    }
    if (ready.size > 0)
      await queue.enqueue(tx, 'replay', [{ data: { batchId }, startAfter: new Date(at.getTime() + waitMs) }])
  })
  deps.cardsChanged()
  if (ready.size === 0) await move(db, batchId, { from: ['running'], to: 'done', actor: engine, at })
}
