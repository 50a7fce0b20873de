// All lookups of one run, side by side; one that reads another waits for it alone.
import { targetOf } from '../../connectors/http.ts'
import type { RunToDecide } from '../../db/runs/runs-to-decide.ts'
import type { LookupPlan, Scope } from '../../domain/rules/decision.ts'
import type { CompiledWorkflow } from '../../domain/compile/compiled-workflow.ts'
import { type Enriched, place } from '../../domain/values/found.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { TemplateError } from '../../domain/cel/template.ts'
import type { Ask, RunAsked } from './ask.ts'
import type { Later } from './ask-http.ts'

// Three tries of the longest call (30 s), and some for lookups that wait for others.
export const ENRICH_LEASE_MS = 5 * 60_000

/** What cannot be rendered (a secret that is not set) holds the run; other faults send the job back. */
export function cannotAsk(error: unknown): TemplateError {
  if (error instanceof TemplateError) return error
  throw error
}

export interface LookUpDeps {
  ask: Ask
  secret: (name: string) => string | undefined
  /** The pause that holds up calls to this target. */
  blocking: (target: string) => Promise<string | undefined>
}
export type LookedUp = ({ kind: 'known' } & Enriched) | Later | { kind: 'paused'; pause: string }

/** `scope.record` is the validated record; it is not changed. Throws when a secret is not set. */
export async function lookUp(
  { ask, secret, blocking }: LookUpDeps,
  compiled: CompiledWorkflow,
  run: RunAsked & Pick<RunToDecide, 'corrections'>,
  scope: Scope,
): Promise<LookedUp> {
  const record: JsonObject = { ...scope.record }
  const fields: JsonObject = {}
  const sources: JsonObject = {}
  const problems: Enriched['problems'] = []
  let stopped: LookedUp | undefined
  const done = new Map<string, Promise<void>>()

  async function one(plan: LookupPlan): Promise<void> {
    await Promise.all(plan.needs.flatMap((name) => done.get(name) ?? []))
    if (stopped) return
    const filledIn = run.corrections[plan.name]
    // What a person filled in is not asked for again.
    if (filledIn !== undefined) {
      record[plan.name] = filledIn
      fields[plan.name] = filledIn
      sources[plan.name] = { from: 'correction' }
      return
    }
    const request = compiled.lookup(plan.name, { ...scope, record }, secret)
    const pause = request.kind === 'http' ? await blocking(targetOf(request.url)) : undefined
    if (pause !== undefined) {
      stopped = { kind: 'paused', pause }
      return
    }
    const found = await ask(run, plan, request)
    if (found.kind === 'later' && plan.missing === 'ask') {
      stopped = found
      return
    }
    const placed = place(plan, found.kind === 'later' ? found.otherwise : found)
    Object.assign(record, placed.fields)
    Object.assign(fields, placed.fields)
    Object.assign(sources, placed.sources)
    problems.push(...placed.problems)
  }
  for (const plan of compiled.lookups) done.set(plan.name, one(plan))
  await Promise.all(done.values())
  return stopped ?? { kind: 'known', fields, sources, problems }
}
