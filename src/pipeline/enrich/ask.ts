// Asks one lookup of a run, of whatever kind. Made once for a batch: equal questions are asked once, questions to
// the database together.
import { targetOf } from '../../connectors/http.ts'
import { shownHost } from '../../domain/compile/taken-from.ts'
import { readRows } from '../../db/lookups/lookup-tables.ts'
import { noteAndCount, type Sighting } from '../../db/lookups/seen.ts'
import type { LookupPlan, LookupRequest } from '../../domain/rules/decision.ts'
import { MASK } from '../../domain/masking/marked.ts'
import type { Found } from '../../domain/values/found.ts'
import type { TableAnswer } from '../../db/lookups/lookup-tables.ts'
import { askedOf, askHttp, type AskHttpDeps, type Later } from './ask-http.ts'
import { inBatches, once } from './batch.ts'

export interface RunAsked {
  workflow: string
  root: string
  receivedAt: Date
}
export type Ask = (run: RunAsked, plan: LookupPlan, request: LookupRequest) => Promise<Found | Later>

function fromTable(
  { table, version, asOf, value }: TableAnswer,
  shownKey: string,
  { maxAgeMs, now }: { maxAgeMs: number | undefined; now: Date },
): Found {
  if (version === null || asOf === null)
    return { kind: 'failed', because: `nobody has imported the table "${table}" (signalbox table import)` }
  if (value === null) return { kind: 'none', because: `the table "${table}" has no row "${shownKey}"` }
  if (maxAgeMs !== undefined && now.getTime() - asOf.getTime() > maxAgeMs)
    return { kind: 'stale', because: `the table "${table}" is of ${asOf.toISOString()}: import a newer one` }
  return { kind: 'value', value, source: { from: 'table', table, version, observedAt: asOf.toISOString() } }
}

export function makeAsk(deps: AskHttpDeps): Ask {
  const { db, clock } = deps
  const row = inBatches(async (asked: { table: string; key: string }[]) => {
    const distinct = [...new Map(asked.map((one) => [JSON.stringify([one.table, one.key]), one])).values()]
    const answers = await readRows(db.prisma, distinct)
    const byKey = new Map(answers.map((answer) => [JSON.stringify([answer.table, answer.key]), answer]))
    return asked.map(({ table, key }) => byKey.get(JSON.stringify([table, key])) as TableAnswer)
  })
  const history = inBatches((sightings: Sighting[]) => db.transaction((tx) => noteAndCount(tx, sightings)))
  const sent = once<Found | Later>()

  return async ({ workflow, root, receivedAt }, { name, maxAgeMs }, request) => {
    switch (request.kind) {
      case 'absent':
        return { kind: 'none', because: request.because }
      case 'table':
        return fromTable(
          await row({ table: request.table, key: request.key }),
          request.isMarked === true ? MASK : request.key,
          { maxAgeMs, now: clock() },
        )
      case 'history': {
        const since = new Date(receivedAt.getTime() - request.withinMs)
        const { count, last } = await history({
          workflow,
          name,
          value: request.same,
          root,
          receivedAt,
          since,
        })
        return {
          kind: 'value',
          value: { count, ...(last ? { last: last.toISOString() } : {}) },
          source: { from: 'history', observedAt: clock().toISOString() },
        }
      }
      case 'http': {
        const { kind: _, hostFrom, ...call } = request
        const shown = shownHost(targetOf(call.url), hostFrom)
        return sent(askedOf(call, maxAgeMs), () =>
          askHttp(deps, { call, maxAgeMs, caller: { shown, workflow } }),
        )
      }
    }
  }
}
