// Recorded runs, as a rehearsal needs them: the event as it came, what was looked up and corrected, and when.
import { readEvent } from '../../domain/event-input.ts'
import type { Recorded } from '../../domain/rules/simulate.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Tx } from '../store/open.ts'
import { bodyOfE } from './event-body.ts'

/** Which of the recorded runs: the newest so many, or all that came within this time, up to MOST_RECORDED. */
export type Which = { last: number } | { since: Date }

export const MOST_RECORDED = 10_000
/** Bodies together: a rehearsal must not be what fills the memory of the bot. */
const MOST_BYTES = 64 * 1024 * 1024

interface Row {
  run: string
  body: Uint8Array
  contentType: string
  headers: Record<string, string>
  corrections: JsonObject | null
  record: JsonObject | null
  unanswered: string[]
  decidedAt: Date | null
  receivedAt: Date
}

/** Newest first. Replays are left out: they are events that are counted already. */
export async function recordedRuns(tx: Tx, workflow: string, which: Which): Promise<Recorded[]> {
  const most = 'last' in which ? Math.min(which.last, MOST_RECORDED) : MOST_RECORDED
  const since = 'since' in which ? which.since : new Date(0)
  const rows = await tx.$queryRaw<Row[]>`
    SELECT run, body, "contentType", headers, corrections, record, unanswered, "decidedAt", "receivedAt" FROM (
      SELECT r.id AS run, ${bodyOfE} AS body, e.content_type AS "contentType", e.headers, rec.corrections, d.inputs->'record' AS record,
             ARRAY(SELECT jsonb_array_elements(lookups)->>'name' FROM (
                     SELECT x.data->'lookups' AS lookups FROM exception x
                     WHERE d.reason IN ('lookup_failed', 'stale_data') AND x.run_id = r.id AND x.data ? 'lookups'
                     ORDER BY x.opened_at DESC LIMIT 1) newest) AS unanswered,
             d.decided_at AS "decidedAt", r.received_at AS "receivedAt",
             sum(length(${bodyOfE})) OVER (ORDER BY r.received_at DESC, r.id) AS bytes
      FROM (SELECT id, event_id, received_at FROM run
            WHERE workflow_key = ${workflow} AND received_at >= ${since}::timestamptz AND replay_of IS NULL
            ORDER BY received_at DESC LIMIT ${most}) r
      JOIN event e ON e.id = r.event_id
      LEFT JOIN record rec ON rec.run_id = r.id
      LEFT JOIN LATERAL (
        SELECT inputs, reason, decided_at FROM decision
        WHERE run_id = r.id AND decided_by = 'engine' ORDER BY decided_at DESC LIMIT 1) d ON true
    ) recent WHERE bytes <= ${MOST_BYTES}
    ORDER BY "receivedAt" DESC`
  return rows.flatMap((row): Recorded[] => {
    const { run, corrections, record, unanswered, decidedAt, receivedAt } = row
    // An event that was erased has none.
    const read = readEvent(row)
    if (read.kind === 'unreadable') return []
    return [
      {
        run,
        unanswered,
        input: read.input,
        // The simulation takes of it what the draft looks up.
        enrichment: record ?? {},
        corrections: corrections ?? {},
        now: decidedAt ?? receivedAt,
      },
    ]
  })
}
