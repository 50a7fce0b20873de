// Deliveries that no workflow wanted, by what their senders call them. Counted from rows: a partial index holds nothing else.
import type { Tx } from '../store/open.ts'

export interface IgnoredType {
  /** `/in/<source>`, or `/hooks/<workflow>`. */
  address: string
  /** null: the event says no type. */
  type: string | null
  n: number
}

/** The most frequent first. `addresses`: only those. */
export const readIgnored = (
  tx: Tx,
  { start, end }: { start: Date; end: Date },
  addresses?: readonly string[],
): Promise<IgnoredType[]> => tx.$queryRaw<IgnoredType[]>`
  SELECT address, type, count(*)::float8 AS n FROM delivery
  WHERE wanted = 0 AND received_at >= ${start}::timestamptz AND received_at < ${end}::timestamptz
    AND (${addresses === undefined} OR address = ANY(${[...(addresses ?? [])]}::text[]))
  GROUP BY address, type ORDER BY n DESC, address, type`

export const RECENT_DAYS = 7

/** Those of the last days before `at`. */
export const recentlyIgnored = (tx: Tx, at: Date, addresses: readonly string[]): Promise<IgnoredType[]> =>
  readIgnored(tx, { start: new Date(at.getTime() - RECENT_DAYS * 86_400_000), end: at }, addresses)
