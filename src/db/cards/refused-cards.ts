// Cards that Slack does not take, and cards that stand elsewhere than they were meant to.
import type { Tx } from '../store/open.ts'

export interface Undelivered {
  count: number
  since: Date
  /** Slack's word for why, of the newest. */
  error: string
}

/** Cards that Slack has not taken since before then; undefined: it takes them. A digest has a watch of its own. */
export async function cardsFailing(tx: Tx, before: Date): Promise<Undelivered | undefined> {
  const [row] = await tx.$queryRaw<Undelivered[]>`
    SELECT count(*) FILTER (WHERE failing_since <= ${before} OR (ts IS NULL AND created_at <= ${before}))::int AS count,
      min(failing_since) AS since,
      (array_agg(coalesce(error, '') ORDER BY failing_since DESC NULLS LAST))[1] AS error
    FROM card WHERE kind <> 'digest' AND wanted_revision > posted_revision AND folded_into IS NULL
    HAVING min(failing_since) <= ${before}`
  return row
}

export interface Displaced extends Undelivered {
  /** The channel that they were meant for. */
  channel: string
}

/** Channels whose newest open cards had to stand in another one; not those that have taken a card since. */
export const cardsDisplaced = (tx: Tx): Promise<Displaced[]> =>
  tx.$queryRaw<Displaced[]>`
    SELECT c.channel, count(*)::int AS count, min(c.created_at) AS since,
      (array_agg(c.error ORDER BY c.created_at DESC))[1] AS error
    FROM card c
    WHERE c.ts IS NOT NULL AND c.error IS NOT NULL AND c.failing_since IS NULL AND c.folded_into IS NULL
      AND (c.kind <> 'exception' OR EXISTS (SELECT 1 FROM exception e WHERE e.id = c.subject_id AND e.state = 'open'))
      AND c.kind IN ('exception', 'storm')
      AND NOT EXISTS (SELECT 1 FROM card later WHERE later.channel = c.channel AND later.ts IS NOT NULL
                      AND later.kind IN ('exception', 'storm') AND later.error IS NULL AND later.created_at > c.created_at)
    GROUP BY c.channel ORDER BY c.channel`

/** Open exceptions about such cards, with what they are about. */
export const openRefusals = (tx: Tx) =>
  tx.$queryRaw<{ id: string; runId: string; about: string }[]>`
    SELECT id, run_id AS "runId", data->>'undelivered' AS about FROM exception
    WHERE state = 'open' AND data->>'undelivered' IS NOT NULL`

/** Open findings about Signalbox itself of which nobody was mailed yet. */
export const unmailedFindings = (tx: Tx) =>
  tx.$queryRaw<{ id: string; detail: string; ownerId: string | null; ownerSpec: string }[]>`
    SELECT id, detail, owner_id AS "ownerId", owner_spec AS "ownerSpec" FROM exception e
    WHERE state = 'open' AND (data->>'undelivered' IS NOT NULL OR data->>'part' IS NOT NULL)
      AND reason = 'internal_error'
      AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.target = e.id AND a.action = 'exception.mailed')
    ORDER BY opened_at LIMIT 20`
