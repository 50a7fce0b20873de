// A bulk replay begins with a plan: which runs, how many, of what. Nothing is replayed yet.
import { accessOf } from '../../access/access.ts'
import { insertBatch, readBatches, runsToReplay } from '../../db/runs/replay-batches.ts'
import { maskedFields } from '../../domain/masking/marked.ts'
import { TemplateError } from '../../domain/cel/template.ts'
import { inputOf } from '../decide/judge.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { ReplayDeps } from './replay.ts'
import { noteAsked, refusalToAsk } from '../../workflow/publish/ask-masked.ts'
import { type NotAllowed, refusalOfMany } from './who-may.ts'

export interface BatchRequest {
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
  | NotAllowed

const PAGE = 500
const MOST_RUNS = 50_000

const taken = (name: string): Plan => ({
  kind: 'invalid',
  problem: `There is a replay called "${name}" already: give it another name.`,
})

/** Finds the runs and keeps the plan. Nothing is replayed yet. */
export async function planBatch({ db, catalog, clock }: ReplayDeps, request: BatchRequest): Promise<Plan> {
  const { name, workflow, since, until, where, reason, actor } = request
  if (!(await catalog.current(workflow)))
    return { kind: 'invalid', problem: `There is no workflow "${workflow}".` }
  const who = await refusalOfMany(db, workflow, actor)
  if (who !== undefined) return { kind: 'not_allowed', who }
  const access = accessOf(db.prisma, actor)
  if (where !== undefined && !(await access.may('read', workflow)))
    return { kind: 'not_allowed', who: await access.whoMay('read', workflow) }
  if ((await readBatches(db.prisma, { name })).length > 0) return taken(name)
  const of: Record<string, number> = {}
  const runIds: string[] = []
  const now = clock()
  const mayAsk = new Set<string>()
  /** What stands against asking the condition of this version's runs. A question of masked runs is in the audit. */
  const problemOf = async (version: string, masked: string[]): Promise<string | undefined> => {
    if (where === undefined || masked.length === 0 || mayAsk.has(version)) return undefined
    const owner = await refusalToAsk(db.prisma, workflow, actor.id)
    if (owner !== undefined)
      return `"${workflow}" masks ${masked.join(', ')}: only ${owner} may replay with a condition, because how many runs it finds tells what is masked.`
    await db.transaction((tx) => noteAsked(tx, { workflow, actor, at: now, what: { where }, masked }))
    mayAsk.add(version)
    return undefined
  }
  for (let after = ''; ;) {
    const page = await runsToReplay(db.prisma, { workflow, since, until, after, most: PAGE })
    for (const run of page) {
      if (reason !== undefined && run.reason !== reason) continue
      const { compiled, standards } = await catalog.version(run.versionId)
      const problem = await problemOf(run.versionId, maskedFields(compiled.definition.fields))
      if (problem !== undefined) return { kind: 'invalid', problem }
      const scope = { record: run.record, input: inputOf(run), vars: standards.vars, now }
      try {
        if (where !== undefined && !compiled.holds(where, scope)) continue
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        return { kind: 'invalid', problem: `The condition cannot be asked of ${run.id}: ${error.message}` }
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
  const query = {
    since: since.toISOString(),
    until: until.toISOString(),
    where: where ?? null,
    reason: reason ?? null,
    of,
  }
  const { version, repeatDone, perMinute } = request
  const how = { version, repeatDone, perMinute, createdBy: actor.id }
  const batch = { name, workflow, query, runIds, at: now, ...how }
  const batchId = await db.transaction((tx) => insertBatch(tx, batch))
  return batchId === undefined ? taken(name) : { kind: 'planned', batchId, total: runIds.length, of }
}
