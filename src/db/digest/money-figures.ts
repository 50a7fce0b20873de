// The money of a window: added up from the rows, because a counter holds whole numbers and amounts are exact decimals. What moved is
// read from an index of its own, which holds only what was achieved and has a value.
import { byCurrency, exactSum, type DigestMoney, type MoneySum } from '../../domain/digest/digest-money.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { among, type Span, stoodOpenAt } from './digest-span.ts'

/** By workflow and route, in the names that these have now. */
const movedIn = ({ start, end, workflows }: Span) => Prisma.sql`
  SELECT m.workflow, w.title, coalesce(v.definition #>> ARRAY['routes', m.route, 'title'], m.route) AS route,
         m.currency, m.amount::text, m.count
  FROM (
    SELECT workflow_key AS workflow, coalesce(route, '') AS route, currency, sum(amount) AS amount, count(*)::float8 AS count
    FROM outcome WHERE kind = 'achieved' AND currency IS NOT NULL
      AND ended_at >= ${start}::timestamptz AND ended_at < ${end}::timestamptz ${among('workflow_key', workflows)}
    GROUP BY 1, 2, 3
  ) m JOIN workflow w ON w.key = m.workflow
  LEFT JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number
  ORDER BY m.currency, m.workflow, m.route`

const atStakeAt = (at: Date, workflows: Span['workflows']) => Prisma.sql`
  SELECT currency, sum(amount)::text AS amount, count(*)::float8 AS count FROM (${stoodOpenAt(at)}) AS stood
  WHERE currency IS NOT NULL ${among('workflow_key', workflows)} GROUP BY 1 ORDER BY 1`

export async function readMoney(tx: Tx, span: Span, before: Span): Promise<DigestMoney> {
  const { workflows } = span
  return {
    atStake: byCurrency(await tx.$queryRaw<MoneySum[]>(atStakeAt(span.end, workflows))),
    atStakeBefore: byCurrency(await tx.$queryRaw<MoneySum[]>(atStakeAt(before.end, workflows))),
    moved: (await tx.$queryRaw<DigestMoney['moved']>(movedIn(span))).map(exactSum),
    movedBefore: byCurrency(await tx.$queryRaw<MoneySum[]>(movedIn(before))),
  }
}
