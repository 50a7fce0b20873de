// A history that ran long before anybody looked, made by the database itself from a series of numbers: events, runs,
// records, decisions, outcomes, attempts, resolved and open exceptions with their cards and audit, counter and seen
// values, such that the ledger holds. Also what test/db/plans.test.ts looks at.
import type { Client } from 'pg'
import type { Database } from '../src/db/store/open.ts'
import { foldCounters } from '../src/db/digest/counters.ts'

export interface HistorySize {
  runs: number
  days: number
  /** Only these workflows get some, each as much as the others. They must be published. */
  workflows: string[]
}

// One run in so many stops for a person; of those, one in OPEN_EVERY and younger than a week is still open.
const STOP_EVERY = 40
const OPEN_EVERY = 20
const ATTEMPT_EVERY = 5

/** Newest last, more by day than by night; the run's number tells everything else about it. */
const made = ({ runs, days, workflows }: HistorySize) => `
  CREATE TEMP TABLE made AS
  SELECT n, lpad(to_hex(n), 26, '0') AS id, workflow, version_id,
         received_at, n % ${STOP_EVERY} = 0 AS stopped,
         n % ${STOP_EVERY * OPEN_EVERY} = 0 AND received_at > now() - interval '7 days' AS open,
         (CASE WHEN n % ${STOP_EVERY} = 0 THEN 1800000 ELSE 40 END + n::bigint * 7919 % 5000)::float8 AS cycle_ms,
         CASE WHEN n % ${STOP_EVERY} = 0 AND n % 3 = 0 THEN 'declined' ELSE 'achieved' END AS kind
  FROM (
    SELECT n, w.key AS workflow, v.id AS version_id,
           now() - interval '2 hours' - interval '${days} days' * (1 - n::float8 / ${runs})
             + interval '1 hour' * sin(n::float8 / ${runs} * ${days} * 2 * pi()) AS received_at
    FROM generate_series(1, ${runs}) AS n
    JOIN (SELECT key, row_number() OVER (ORDER BY key) - 1 AS place FROM workflow
          WHERE key IN (${workflows.map((key) => `'${key}'`).join(', ')})) w
      ON w.place = n % ${workflows.length}
    JOIN workflow_version v ON v.workflow_key = w.key
  ) AS numbered ORDER BY n`

const statements = [
  `INSERT INTO event (id, workflow_key, source, dedupe_key, content_type, headers, body, received_at)
   SELECT 'evt_' || id, workflow, 'webhook', 'old-' || n, 'application/json', '{"content-type":"application/json"}',
          convert_to(format('{"order_id":"old-%s","status":"delivered","amount":%s}', n, n % 500), 'UTF8'), received_at
   FROM made`,
  `INSERT INTO run (id, event_id, workflow_key, version_id, subject, state, stage, route, received_at)
   SELECT 'run_' || id, 'evt_' || id, workflow, version_id, 'old-' || n, CASE WHEN open THEN 'held' ELSE 'ended' END,
          'act', CASE WHEN stopped THEN 'look' ELSE 'close' END, received_at
   FROM made`,
  `INSERT INTO record (run_id, fields, sources, updated_at)
   SELECT 'run_' || id, jsonb_build_object('order_id', 'old-' || n, 'status', 'delivered', 'amount', n % 500),
          '{"order_id":{"source":"event"}}', received_at FROM made`,
  `INSERT INTO decision (id, run_id, version_id, rule, route, trace, inputs, decided_by, decided_at)
   SELECT 'dec_' || id, 'run_' || id, version_id, CASE WHEN stopped THEN 'large' ELSE 'rest' END,
          CASE WHEN stopped THEN 'look' ELSE 'close' END, '[{"rule":"gone","result":false},{"rule":"large","result":false},{"rule":"rest","result":true}]',
          jsonb_build_object('record', jsonb_build_object('order_id', 'old-' || n)), 'engine', received_at FROM made`,
  `INSERT INTO attempt (id, run_id, step, number, action, target, idempotency_key, request, state, status, started_at, finished_at)
   SELECT 'att_' || id, 'run_' || id, 0, 1, 'tell', 'shop.example', 'run_' || id || '/0', '{}', 'done', 200, received_at, received_at
   FROM made WHERE n % ${ATTEMPT_EVERY} = 0`,
  `INSERT INTO exception (id, run_id, workflow_key, reason, detail, fingerprint, owner_spec, owner_id, owner_since, policy,
                          state, opened_at, due_at, resolved_as, resolved_by, resolved_at)
   SELECT 'exc_' || id, 'run_' || id, workflow, 'needs_judgement', 'Over the limit.', workflow || '/needs_judgement/look',
          '@ops-lead', 'UOWNER' || n % 7, received_at, '{"by":["@ops-lead"],"approvals":1,"self":true}',
          CASE WHEN open THEN 'open' ELSE 'resolved' END, received_at, received_at + interval '2 hours',
          CASE WHEN open THEN NULL WHEN kind = 'declined' THEN 'declined' ELSE 'approved' END,
          CASE WHEN NOT open THEN 'UOWNER' || n % 7 END, CASE WHEN NOT open THEN received_at + cycle_ms * interval '1 ms' END
   FROM made WHERE stopped`,
  `INSERT INTO card (id, kind, subject_id, channel, wanted_revision, posted_revision, posted_channel, ts, created_at, next_try_at)
   SELECT 'card_' || id, 'exception', 'exc_' || id, '#ops-exceptions', 2, 2, 'C0000000', extract(epoch FROM received_at)::text,
          received_at, received_at FROM made WHERE stopped`,
  `INSERT INTO audit (at, actor, surface, action, target, run_id)
   SELECT received_at + cycle_ms * interval '1 ms', 'UOWNER' || n % 7, 'slack',
          CASE WHEN kind = 'declined' THEN 'exception.declined' ELSE 'exception.approved' END, 'exc_' || id, 'run_' || id
   FROM made WHERE stopped AND NOT open ORDER BY n`,
  `INSERT INTO outcome (run_id, workflow_key, kind, route, manual_steps, messages, people, is_automated, cycle_ms, ended_by, ended_at)
   SELECT 'run_' || id, workflow, kind, CASE WHEN stopped THEN 'look' ELSE 'close' END, stopped::int, 2 * stopped::int,
          stopped::int, NOT stopped, cycle_ms, CASE WHEN stopped THEN 'UOWNER' || n % 7 ELSE 'engine' END,
          received_at + cycle_ms * interval '1 ms'
   FROM made WHERE NOT open`,
  `INSERT INTO seen (workflow_key, name, value, root, received_at)
   SELECT workflow, 'repeats', 'customer-' || n % 50000, 'run_' || id, received_at FROM made ORDER BY n`,
  `INSERT INTO counter (workflow_key, hour, metric, shard, count)
   SELECT workflow_key, date_trunc('hour', at, 'UTC'), metric, 0, sum(n) FROM (
     SELECT workflow_key, at, metric, n FROM signalbox_facts('-infinity', 'infinity')
     UNION ALL SELECT workflow, received_at, 'rule:' || CASE WHEN stopped THEN 'large' ELSE 'rest' END, 1 FROM made
   ) AS fact GROUP BY 1, 2, 3 ORDER BY 2, 1, 3`,
  'DROP TABLE made',
]

/**
 * Writes it in one transaction; then folds the hours that are over, as the scheduler does, and vacuums and analyzes, as autovacuum
 * would have done along the way. `client` and `db` are of one database.
 */
export async function writeLongHistory(
  { client, db }: { client: Client; db: Database },
  size: HistorySize,
): Promise<void> {
  await client.query('BEGIN')
  await client.query(made(size))
  for (const statement of statements) await client.query(statement)
  await client.query('COMMIT')
  await foldCounters(db.prisma, new Date())
  await client.query('VACUUM ANALYZE')
}
