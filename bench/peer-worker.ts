// The limit to measure runs against: a hand-written worker that claims 100 captured runs with SKIP LOCKED, decides by
// closures and writes the same rows with plain pg. It explains nothing and checks nothing.
import { Pool } from 'pg'
import { typeidUnboxed } from 'typeid-js'
import { decideOrder } from './peer-orders.ts'

const [databaseUrl, versionId] = process.argv.slice(2)
const pool = new Pool({ connectionString: databaseUrl, max: 2 })
const BATCH = 100

interface Taken {
  id: string
  body: Buffer
}
async function batch(): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const { rows } = await client.query<Taken>(
      `SELECT r.id, e.body FROM run r JOIN event e ON e.id = r.event_id
       WHERE r.state = 'in_flight' LIMIT ${BATCH} FOR UPDATE OF r SKIP LOCKED`,
    )
    const decided = rows.map(({ id, body }) => {
      return { id, ...decideOrder(body), decision: typeidUnboxed('dec') }
    })
    const column = <T>(of: (one: (typeof decided)[number]) => T) => decided.map(of)
    const ids = column(({ id }) => id)
    const records = column(({ record }) => JSON.stringify(record))
    await client.query(
      `INSERT INTO record (run_id, fields, sources, updated_at) SELECT *, '{}', now() FROM unnest($1::text[], $2::jsonb[])`,
      [ids, records],
    )
    await client.query(
      `INSERT INTO decision (id, run_id, version_id, rule, route, trace, inputs, decided_by, decided_at)
       SELECT d, r, $3, rule, 'close', '[]', record, 'peer', now() FROM unnest($1::text[], $2::text[], $4::text[], $5::jsonb[]) AS t(d, r, rule, record)`,
      [column(({ decision }) => decision), ids, versionId, column(({ rule }) => rule), records],
    )
    await client.query(
      `INSERT INTO outcome (run_id, workflow_key, kind, route, cycle_ms, ended_by, ended_at) SELECT r, 'orders', 'achieved', 'close', 0, 'peer', now() FROM unnest($1::text[]) AS t(r)`,
      [ids],
    )
    await client.query(
      `UPDATE run SET state = 'ended', route = 'close', lease_until = NULL WHERE id = ANY($1)`,
      [ids],
    )
    await client.query(
      `INSERT INTO counter (workflow_key, hour, metric, shard, count) VALUES ('orders', date_trunc('hour', now(), 'UTC'), 'outcome:achieved', 0, $1)
       ON CONFLICT (hour, workflow_key, metric, shard) DO UPDATE SET count = counter.count + excluded.count`,
      [ids.length],
    )
    await client.query('COMMIT')
    return ids.length
  } finally {
    client.release()
  }
}

process.send?.({ port: 0 })
while ((await batch()) > 0);
process.on('disconnect', () => process.exit(0))
