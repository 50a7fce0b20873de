// The second step of runs with lookups over the network: each commits as soon as its own lookups are answered, so
// that a slow one holds up no other. No lookup happens inside a transaction.
import { failPoint } from '../../fail-point.ts'
import { letLookupWait } from '../../db/runs/runs.ts'
import { MOST_CIRCUIT_WAITS } from '../../domain/backoff.ts'
import { TemplateError } from '../../domain/cel/template.ts'
import { commitVerdicts } from '../decide/commit.ts'
import { conclude, faulty, type Prepared, tryPrepare } from '../decide/prepare.ts'
import { type DecideDeps, inLots, type Ready } from '../decide/ready.ts'
import type { Ask } from './ask.ts'
import { cannotAsk, ENRICH_LEASE_MS, lookUp } from './look-up.ts'

async function enrichRun(deps: DecideDeps, ask: Ask, prepared: Prepared): Promise<void> {
  const { db, queue, pauses, secret, clock } = deps
  const { run, version, scope } = prepared
  const blocking = (target: string) => pauses.blocking(run.workflow, target)
  // Who has waited for long enough is told how it stands.
  const patient: Ask = async (...asked) => {
    const found = await ask(...asked)
    return found.kind === 'later' && found.isCircuitOpen && run.circuitWaits >= MOST_CIRCUIT_WAITS
      ? found.otherwise
      : found
  }
  failPoint('enrich.asking')
  const found = await lookUp({ ask: patient, secret, blocking }, version.compiled, run, scope).catch(
    cannotAsk,
  )
  failPoint('enrich.answered')
  const at = clock()
  if (found instanceof TemplateError) return commitVerdicts(deps, [faulty(deps.log, prepared, found)], at)
  if (found.kind === 'paused') return pauses.park([run.id], found.pause, at)
  if (found.kind === 'known') {
    await commitVerdicts(deps, [conclude(prepared, found)], at)
    return failPoint('enrich.committed')
  }
  const { afterMs } = found
  await db.transaction(async (tx) => {
    const circuitWaits = found.isCircuitOpen ? run.circuitWaits + 1 : run.circuitWaits
    await letLookupWait(tx, run.id, new Date(at.getTime() + afterMs + ENRICH_LEASE_MS), circuitWaits)
    await queue.enqueue(tx, 'enrich', [{ data: { runId: run.id }, afterMs }])
  })
}

/**
 * Looks up and decides the runs with these ids, side by side as many as memory is meant for. Throws when one met a fault
 * of the database.
 */
export function enrichRuns(deps: DecideDeps, ids: string[]): Promise<void> {
  const ask = deps.makeAsk()
  return inLots(deps, ids, (lot) => enrichLot(deps, ask, lot))
}

async function enrichLot(deps: DecideDeps, ask: Ask, lot: Ready[]): Promise<void> {
  const now = deps.clock()
  const results = await Promise.allSettled(
    lot.map(async (one) => {
      const prepared = tryPrepare(deps.log, one, now)
      if ('verdict' in prepared) return commitVerdicts(deps, [prepared], now)
      return enrichRun(deps, ask, prepared)
    }),
  )
  const broken = results.find((result) => result.status === 'rejected')
  if (broken) throw broken.reason
}
