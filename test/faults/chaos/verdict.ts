// What came of a chaos run, told from outside: what the sender was acknowledged, what the target did, what stands in Slack,
// and the rows.
import { countLedger } from '../../../src/db/digest/ledger.ts'
import type { Database } from '../../../src/db/store/open.ts'
import type { Control } from '../../../src/local-slack/control-client.ts'
import { seeCards } from '../cards-right.ts'
import type { RecordingTarget } from './target.ts'

export interface Verdict {
  accepted: number
  /** Exceptions, by people. */
  resolved: number
  /** All of these must be empty. */
  faults: Record<string, string[]>
}

interface Seen {
  db: Database
  control: Control
  target: RecordingTarget
  acknowledged: string[]
  /** Sent until the end, and never acknowledged. */
  refused: string[]
}

/** Acknowledged and not there, or ended as achieved without having been done, by the target or (they say so) by a person. */
async function lost({ db, target, acknowledged }: Seen): Promise<string[]> {
  const rows = await db.prisma.$queryRaw<{ subject: string; kind: string | null; byHand: boolean }[]>`
    SELECT r.subject, o.kind, EXISTS (
      SELECT FROM exception e WHERE e.run_id = r.id AND e.resolved_as = 'done' AND e.resolved_by = o.ended_by) AS "byHand"
    FROM run r LEFT JOIN outcome o ON o.run_id = r.id WHERE r.subject IS NOT NULL`
  const there = new Set(rows.map(({ subject }) => subject))
  const done = new Set(
    [...target.effects.values()].filter(({ isDone }) => isDone).map(({ subject }) => subject),
  )
  return [
    ...acknowledged.filter((id) => !there.has(id)).map((id) => `${id} was acknowledged and has no run`),
    ...rows
      .filter(({ subject, kind, byHand }) => kind === 'achieved' && !byHand && !done.has(subject))
      .map(({ subject }) => `${subject} ended as achieved and was never done`),
  ]
}

/** Two effects of one event, one key for two different calls, two runs of one event, one exception resolved twice. */
async function doubled({ db, target }: Seen): Promise<string[]> {
  const keysOf = new Map<string, string[]>()
  for (const [key, { subject, isDone }] of target.effects)
    if (isDone) keysOf.set(subject, [...(keysOf.get(subject) ?? []), key])
  const runs = await db.prisma.$queryRaw<{ subject: string }[]>`
    SELECT subject FROM run WHERE subject IS NOT NULL GROUP BY workflow_key, subject HAVING count(*) > 1`
  const resolved = await db.prisma.$queryRaw<{ target: string }[]>`
    SELECT target FROM audit WHERE action IN
      ('exception.approved', 'exception.retried', 'exception.declined', 'exception.dismissed', 'exception.done', 'exception.fixed', 'exception.recovered')
    GROUP BY target HAVING count(*) > 1`
  return [
    ...[...keysOf]
      .filter(([, keys]) => keys.length > 1)
      .map(([id, keys]) => `${id} was done ${keys.length} times`),
    ...[...target.effects]
      .filter(([, { bodies }]) => bodies.size > 1)
      .map(([key]) => `key ${key} came with different bodies`),
    ...runs.map(({ subject }) => `${subject} has several runs`),
    ...resolved.map((row) => `${row.target} was resolved twice`),
  ]
}

async function unowned({ db }: Seen): Promise<string[]> {
  const rows = await db.prisma.exception.findMany({ where: { state: 'open', ownerId: null } })
  return rows.map(({ id }) => `${id} is open and nobody's`)
}

async function unaccounted({ db }: Seen): Promise<string[]> {
  const { accepted, outcomes, open, inFlight, unaccounted: count } = await countLedger(db.prisma)
  return [
    ...(count === 0
      ? []
      : [`${count}: ${accepted} accepted, ${outcomes} ended, ${open} open, ${inFlight} in flight`]),
    ...(inFlight === 0 ? [] : [`${inFlight} still in flight`]),
  ]
}

export async function judge(seen: Seen): Promise<Verdict> {
  return {
    accepted: seen.acknowledged.length,
    resolved: await seen.db.prisma.exception.count({ where: { resolvedBy: { startsWith: 'U' } } }),
    faults: {
      'never acknowledged': seen.refused.map((id) => `${id} was sent until the end`),
      lost: await lost(seen),
      doubled: await doubled(seen),
      unaccounted: await unaccounted(seen),
      'open without owner': await unowned(seen),
      'cards wrong': (await seeCards(seen.db, seen.control)).wrong,
    },
  }
}
