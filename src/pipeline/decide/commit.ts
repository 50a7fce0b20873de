// Commits what was decided of a batch: records, decisions, outcomes, exceptions and the next jobs, in one go.
import { failPoint } from '../../fail-point.ts'
import { newId } from '../../db/ids.ts'
import { type Ended, insertOutcomes } from '../../db/outcomes.ts'
import { type DecidedRun, type RunToDecide, writeDecided } from '../../db/runs-to-decide.ts'
import { addCounts, type Count } from '../../db/tally.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { openExceptions, type Opening } from '../exception/open.ts'
import { withKnownOwners } from './named-by-record.ts'
import type { DecideDeps } from './ready.ts'
import type { Verdict } from './judge.ts'

export interface Judged {
  run: RunToDecide
  version: ReadyVersion
  verdict: Verdict
}

const ACT_LEASE_MS = 60_000

function toRow(run: RunToDecide, verdict: Verdict, now: Date): DecidedRun {
  const { next } = verdict
  return {
    runId: run.id,
    state: next.kind === 'end' ? 'ended' : next.kind === 'hold' ? 'held' : 'in_flight',
    stage: next.kind === 'hold' ? next.stage : 'act',
    route: verdict.route,
    leaseUntil: new Date(now.getTime() + ACT_LEASE_MS),
    fields: verdict.fields,
    sources: verdict.sources,
    decision: {
      id: newId('dec'),
      versionId: run.versionId,
      rule: verdict.rule,
      route: verdict.route,
      reason: next.kind === 'hold' ? next.reason : null,
      owner: verdict.owner.join(', ') || null,
      trace: verdict.trace,
      inputs: { record: verdict.fields, now },
      decidedBy: 'engine',
    },
  }
}

const rulesOf = ({ run: { workflow }, verdict: { rule } }: Judged): Count[] =>
  rule === null ? [] : [{ workflow, metric: `rule:${rule}`, n: 1 }]
const endedOf = ({ run, verdict: { next } }: Judged): Ended[] =>
  next.kind === 'end' ? [{ runId: run.id, kind: next.outcome, note: next.note, by: 'engine' }] : []

/** Commits a batch. Runs that moved on meanwhile are left alone. Throws when the commit fails. */
export async function commitVerdicts(
  deps: Pick<DecideDeps, 'db' | 'queue' | 'cardsChanged' | 'shadows' | 'decided'>,
  judged: Judged[],
  now: Date,
): Promise<void> {
  if (judged.length === 0) return
  const { db, queue, cardsChanged, shadows } = deps
  let done: Judged[] = []
  let opened = 0
  failPoint('decide.before')
  await db.transaction(async (tx) => {
    const owned = await withKnownOwners(tx, judged)
    const moved = await writeDecided(
      tx,
      owned.map(({ run, verdict }) => toRow(run, verdict, now)),
      now,
    )
    done = owned.filter(({ run }) => moved.has(run.id))
    const outcomes = await insertOutcomes(tx, done.flatMap(endedOf), now)
    await addCounts(tx, [...outcomes, ...done.flatMap(rulesOf)], now)
    const openings = done.flatMap(({ run, version, verdict }): Opening[] =>
      verdict.next.kind === 'hold'
        ? [
            {
              runId: run.id,
              definition: version.compiled.definition,
              standards: version.standards,
              reason: verdict.next.reason,
              detail: verdict.next.detail,
              data: verdict.next.data,
              about: verdict.next.about,
              route: verdict.route,
              owner: verdict.owner,
              ...(verdict.next.underCard === undefined ? {} : { underCard: verdict.next.underCard }),
              ...(verdict.next.review ? { review: verdict.next.review } : {}),
            },
          ]
        : [],
    )
    opened = openings.length
    await openExceptions(tx, openings, now)
    const acting = done.filter(({ verdict }) => verdict.next.kind === 'act')
    await queue.enqueue(
      tx,
      'act',
      acting.map(({ run }) => ({ data: { runId: run.id } })),
    )
    failPoint('decide.written')
  })
  failPoint('decide.committed')
  if (opened > 0) cardsChanged()
  shadows.watch(judged, now)
  deps.decided?.(done, now)
}
