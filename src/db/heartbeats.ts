// When each part last showed that it works. The database's clock counts: replicas' clocks may differ, and jump.
import type { Tx } from './store/open.ts'

export const parts = ['worker', 'scheduler', 'digest', 'notifier', 'slack'] as const
export type Part = (typeof parts)[number]

export async function beat(tx: Tx, working: Part[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO heartbeat (part, at) SELECT part, now() FROM unnest(${working.toSorted()}::text[]) AS part
    ON CONFLICT (part) DO UPDATE SET at = excluded.at`
}

/** Parts that have worked before and have not shown so for `silentMs`. */
export async function silentParts(tx: Tx, silentMs: number): Promise<{ part: Part; at: Date }[]> {
  return tx.$queryRaw<{ part: Part; at: Date }[]>`
    SELECT part, at FROM heartbeat
    WHERE at < now() - ${silentMs}::float8 * interval '1 ms' AND part = ANY(${[...parts]}::text[]) ORDER BY part`
}

/** Open exceptions about parts that stopped, with whether the part works again. */
export async function openStops(tx: Tx) {
  return tx.$queryRaw<{ id: string; runId: string; part: Part; isBack: boolean; at: Date | null }[]>`
    SELECT e.id, e.run_id AS "runId", e.data->>'part' AS part, h.at,
           coalesce(h.at > (e.data->>'since')::timestamptz, false) AS "isBack"
    FROM exception e LEFT JOIN heartbeat h ON h.part = e.data->>'part'
    WHERE e.state = 'open' AND e.data->>'part' IS NOT NULL AND e.data->>'since' IS NOT NULL`
}
