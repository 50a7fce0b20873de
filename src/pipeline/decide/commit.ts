// Commits what was decided of a batch: records, decisions, outcomes, exceptions and the next jobs, in one go.
import { randomUUID } from 'node:crypto'
import { failPoint } from '../../fail-point.ts'
import { newId } from '../../db/store/ids.ts'
import { type Ended, insertOutcomes } from '../../db/runs/outcomes.ts'
import { type RunToAct, TAKEN_MS } from '../../db/runs/runs-to-act.ts'
import { type DecidedRun, type RunToDecide, writeDecided } from '../../db/runs/runs-to-decide.ts'
import { addCounts, type Count } from '../../db/digest/counters.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { openExceptions, type Opening } from '../exception/open.ts'
import { withKnownOwners } from './named-by-record.ts'
import { type Owned, withOwners } from './run-owners.ts'
import type { DecideDeps } from './ready.ts'
import { cardOf, type Verdict } from './judge.ts'

export interface Judged {
  run: RunToDecide
  version: ReadyVersion
  verdict: Verdict
  /** What the rules were asked with; absent: none was. */
  scope?: Scope
}

function toRow({ run, version, verdict, ownerId }: Owned, takenBy: string | null, now: Date): DecidedRun {
  const { next } = verdict
  const value = version.compiled.value(verdict.fields)
  return {
    takenBy,
    ownerId,
    amount: value?.amount ?? null,
    currency: value?.currency ?? null,
    runId: run.id,
    state: next.kind === 'end' ? 'ended' : next.kind === 'hold' ? 'held' : 'in_flight',
    stage: next.kind === 'hold' ? next.stage : 'act',
    route: verdict.route,
    leaseUntil: new Date(now.getTime() + TAKEN_MS),
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

/** One that goes on to its actions for the first time: nothing is known of it but what was just decided. */
const actsAtOnce = ({ run, verdict }: Judged): boolean => verdict.next.kind === 'act' && run.isNew

/** The run as it goes on to its actions, should this process have taken it. */
function toAct({ run, verdict, ownerId }: Owned, takenBy: string, record: JsonObject | null): RunToAct[] {
  const { id, workflow, versionId, subject, actionRoot, receivedAt } = run
  const { body, contentType, headers, corrections } = run
  const { route, owner } = verdict
  if (record === null || route === null) return []
  const event = { receivedAt, body, contentType, headers }
  const about = { workflow, versionId, subject, actionRoot, ...event, record, corrections }
  const isAt = { route, step: 0, circuitWaits: 0, edited: null }
  return [{ id, takenBy, ...isAt, ownerId, owner: owner.join(', ') || null, ...about }]
}

function toOpening({ run, version, verdict, ownerId, isFallback }: Owned, now: Date): Opening[] {
  const { next, route, owner } = verdict
  if (next.kind !== 'hold') return []
  const { reason, detail, data, about, underCard, review } = next
  const { standards, compiled } = version
  return [
    {
      runId: run.id,
      definition: compiled.definition,
      standards,
      reason,
      detail,
      data,
      about,
      route,
      owner,
      ownerId: isFallback ? null : ownerId,
      card: cardOf(version, { route, next }, { event: run, record: verdict.fields, now }),
      ...(underCard === undefined ? {} : { underCard }),
      ...(review ? { review } : {}),
    },
  ]
}

/** Commits a batch. Runs that moved on meanwhile are left alone. Throws when the commit fails. */
export async function commitVerdicts(
  deps: Pick<DecideDeps, 'db' | 'queue' | 'cardsChanged' | 'shadows' | 'decided' | 'acting'>,
  judged: Judged[],
  now: Date,
): Promise<void> {
  if (judged.length === 0) return
  const { db, queue, cardsChanged, shadows } = deps
  const admission = deps.acting?.admit(judged.filter(actsAtOnce).length)
  const takenBy = randomUUID()
  let done: Owned[] = []
  let taken: RunToAct[] = []
  let opened = 0
  try {
    failPoint('decide.before')
    taken = await db.transaction(async (tx) => {
      const owned = await withOwners(tx, await withKnownOwners(tx, judged), now)
      const admitted = new Set(owned.filter(actsAtOnce).slice(0, admission?.count ?? 0))
      const rows = owned.map((one) => toRow(one, admitted.has(one) ? takenBy : null, now))
      const moved = await writeDecided(tx, rows, now)
      done = owned.filter(({ run }) => moved.has(run.id))
      const outcomes = await insertOutcomes(tx, done.flatMap(endedOf), now)
      await addCounts(tx, [...outcomes, ...done.flatMap(rulesOf)], now)
      const openings = done.flatMap((one) => toOpening(one, now))
      opened = openings.length
      await openExceptions(tx, openings, now)
      const queued = done.filter((one) => one.verdict.next.kind === 'act' && !admitted.has(one))
      await queue.enqueue(
        tx,
        'act',
        queued.map(({ run }) => ({ data: { runId: run.id } })),
      )
      failPoint('decide.written')
      return done.flatMap((one) => toAct(one, takenBy, moved.get(one.run.id)?.record ?? null))
    })
    failPoint('decide.committed')
  } finally {
    admission?.begin(taken, now)
  }
  if (opened > 0) cardsChanged()
  shadows.watch(judged, now)
  deps.decided?.(done, now)
}
