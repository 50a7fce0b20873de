// Takes a batch of captured runs through validation, local lookups and decision, and commits once. Runs whose lookups
// go over the network go on in a queue of their own, so that a slow target holds up nobody else.
import { extendLease } from '../../db/runs/runs.ts'
import { TemplateError } from '../../domain/cel/template.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import type { Ask } from '../enrich/ask.ts'
import { cannotAsk, ENRICH_LEASE_MS, lookUp } from '../enrich/look-up.ts'
import { makeTurns } from '../../turns.ts'
import { heldTogether } from './held-together.ts'
import { commitVerdicts, type Judged } from './commit.ts'
import { conclude, faulty, prepare, type Prepared } from './prepare.ts'
import { type DecideDeps, inLots, type Ready } from './ready.ts'

const neverBlocked = async () => undefined
const turn = makeTurns()
const asksNetwork = ({ compiled }: ReadyVersion) =>
  compiled.lookups.some(({ name }) => compiled.definition.enrich[name]?.http !== undefined)

/** Lookups that stay in the database. */
async function decideWithLookups(deps: DecideDeps, ask: Ask, prepared: Prepared): Promise<Judged> {
  const { version, run, scope } = prepared
  const found = await lookUp(
    { ask, secret: deps.secret, blocking: neverBlocked },
    version.compiled,
    run,
    scope,
  ).catch(cannotAsk)
  if (found instanceof TemplateError) return faulty(deps.log, prepared, found)
  if (found.kind !== 'known') throw new Error(`run ${run.id}: a lookup in the database cannot wait`)
  return conclude(prepared, found)
}

/**
 * Decides the runs with these ids, as many at once as memory is meant for. Runs that moved on meanwhile are left alone.
 * Throws when a commit fails: what was committed before stays.
 */
export const decideRuns = (deps: DecideDeps, ids: string[]): Promise<void> =>
  inLots(deps, ids, (lot) => decideLot(deps, lot))

async function decideLot(deps: DecideDeps, found: Ready[]): Promise<void> {
  const { db, queue, log, clock } = deps
  const under = await deps.drift.look(found)
  const now = clock()
  const ask = deps.makeAsk()
  const remote: string[] = []
  const judged: Judged[] = []
  const lookingUp: Promise<Judged>[] = []
  for (const one of found) {
    await turn()
    try {
      const prepared = prepare(one.run, one.version, now)
      if ('verdict' in prepared) judged.push(heldTogether(prepared, under.get(one.run.id)))
      else if (asksNetwork(one.version)) remote.push(one.run.id)
      else if (one.version.compiled.lookups.length === 0) judged.push(conclude(prepared))
      else lookingUp.push(decideWithLookups(deps, ask, prepared))
    } catch (error) {
      judged.push(faulty(log, one, error))
    }
  }
  const verdicts = [...judged, ...(await Promise.all(lookingUp))]
  if (remote.length > 0) {
    await db.transaction(async (tx) => {
      await extendLease(tx, remote, new Date(now.getTime() + ENRICH_LEASE_MS))
      await queue.enqueue(
        tx,
        'enrich',
        remote.map((runId) => ({ data: { runId } })),
      )
    })
  }
  await commitVerdicts(deps, verdicts, now)
}
