// The law of deliveries: each is taken or ignored, and became one event for each workflow that wanted it.
import type { Tx } from '../store/open.ts'

export interface DeliveryLedger {
  deliveries: number
  taken: number
  ignored: number
  /** Runs that they started, one a workflow that wanted them. */
  runs: number
  /** How often some of them came again. */
  redeliveries: number
  /** Must be 0: deliveries with more or fewer events than were wanted. */
  unaccounted: number
}

/** Counts the rows themselves. An event that was erased let go of its delivery, which counts it. */
export async function countDeliveries(tx: Tx): Promise<DeliveryLedger> {
  const [row] = await tx.$queryRaw<DeliveryLedger[]>`
    WITH started AS (
      SELECT delivery_id AS id, count(*) AS n FROM event JOIN run ON run.event_id = event.id
      WHERE delivery_id IS NOT NULL GROUP BY 1
    )
    SELECT count(*)::float8 AS deliveries, count(*) FILTER (WHERE wanted > 0)::float8 AS taken,
           count(*) FILTER (WHERE wanted = 0)::float8 AS ignored, coalesce(sum(wanted), 0)::float8 AS runs,
           coalesce(sum(redeliveries), 0)::float8 AS redeliveries,
           count(*) FILTER (WHERE wanted <> erased + coalesce(n, 0))::float8 AS unaccounted
    FROM delivery LEFT JOIN started USING (id)`
  return row ?? { deliveries: 0, taken: 0, ignored: 0, runs: 0, redeliveries: 0, unaccounted: 0 }
}
