// Load by owner: what completed and who resolved it from the counters, what is open from the rows. People and groups are called what
// they are called now.
import { type LoadRow, loadRows } from '../../domain/digest/digest-load.ts'
import type { WindowFigures } from '../../domain/digest/digest.ts'
import { claimedBy } from '../../domain/people/actor.ts'
import { labelsOf, personIdOf } from '../people/people.ts'
import type { Tx } from '../store/open.ts'
import type { Totals } from './counter-totals.ts'
import { among, type Span, stoodOpenAt } from './digest-span.ts'

async function openByOwner(tx: Tx, { end, workflows }: Span): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ owner: string; open: number }[]>`
    SELECT owner_id AS owner, count(*)::float8 AS open FROM (${stoodOpenAt(end)}) AS stood
    WHERE owner_id IS NOT NULL ${among('workflow_key', workflows)} GROUP BY 1`
  return new Map(rows.map(({ owner, open }) => [owner, open]))
}

export async function readLoad(
  tx: Tx,
  span: Span,
  { now, totals }: { now: WindowFigures; totals: Totals },
): Promise<LoadRow[]> {
  const counts = {
    completed: totals.each('owned'),
    resolved: totals.each('by'),
    open: await openByOwner(tx, span),
  }
  const owners = new Map<string, { completed: number; resolved: number; open: number }>()
  for (const name of ['completed', 'resolved', 'open'] as const)
    for (const [actor, n] of counts[name]) {
      // Who resolves at the command line is the same person as in Slack.
      const id = claimedBy(actor) === undefined ? actor : await personIdOf(tx, actor)
      const owner = owners.get(id) ?? { completed: 0, resolved: 0, open: 0 }
      owners.set(id, { ...owner, [name]: owner[name] + n })
    }
  const labels = await labelsOf(tx, [...owners.keys()])
  return loadRows(
    [...owners].map(([id, load]) => ({ who: labels.get(id) ?? id, ...load })),
    { completed: now.ended, resolved: now.resolved, open: now.open },
  )
}
