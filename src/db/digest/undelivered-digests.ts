// Digests that do not stand where they were meant to, and the exceptions about them.
import type { Tx } from '../store/open.ts'

export interface UndeliveredDigest {
  cardId: string
  name: string
  windowStart: Date
  /** Where it was meant to stand: `#channel`, or a person's id. */
  channel: string
  /** Where it stands instead; null: nowhere. */
  standsIn: string | null
  error: string | null
}

/** Older ones are no news to anybody. */
const LOOKED_BACK_MS = 30 * 86_400_000

/** Those submitted before `before` that are not posted, or were posted elsewhere: then `error` says why. */
export const undeliveredDigests = (tx: Tx, before: Date): Promise<UndeliveredDigest[]> =>
  tx.$queryRaw<UndeliveredDigest[]>`
    SELECT c.id AS "cardId", d.name, d.window_start AS "windowStart", d.channel, c.error,
           CASE WHEN c.ts IS NULL THEN NULL ELSE c.posted_channel END AS "standsIn"
    FROM card c JOIN digest d ON d.id = c.subject_id
    WHERE c.kind = 'digest' AND (c.ts IS NULL OR c.error IS NOT NULL) AND c.created_at <= ${before}::timestamptz
      AND c.created_at > ${new Date(before.getTime() - LOOKED_BACK_MS)}::timestamptz
    ORDER BY c.created_at, c.id`

/** Open exceptions about such digests, with whether they stand where they were meant to now. */
export const openUndeliveredDigests = (tx: Tx) =>
  tx.$queryRaw<{ id: string; runId: string; cardId: string; isDelivered: boolean }[]>`
    SELECT e.id, e.run_id AS "runId", c.id AS "cardId", (c.ts IS NOT NULL AND c.error IS NULL) AS "isDelivered"
    FROM exception e JOIN card c ON c.id = e.data->>'digest_card'
    WHERE e.state = 'open' AND e.data->>'digest_card' IS NOT NULL`
