// The limit to measure whole runs with an action against: a hand-written worker that claims 100 captured runs with SKIP
// LOCKED, decides by closures, commits an attempt a run before its call, calls side by side and commits what came back, with
// the same rows as ours in plain pg. Two loops: one calls while the other writes. It explains nothing and checks nothing.
import { Pool } from 'pg'
import { typeidUnboxed } from 'typeid-js'
import { decideOrder } from './peer-orders.ts'
import { Pool as Http } from 'undici'

const [databaseUrl, versionId, targetUrl = ''] = process.argv.slice(2)
const pool = new Pool({ connectionString: databaseUrl, max: 2 })
const http = new Http(targetUrl, { connections: 16 })
const [BATCH, LOOPS] = [100, 2]

const CLAIM = `
  WITH mine AS (
    SELECT r.id, e.body FROM run r JOIN event e ON e.id = r.event_id
    WHERE r.state = 'in_flight' AND r.stage = 'decide' LIMIT ${BATCH} FOR UPDATE OF r SKIP LOCKED
  ) UPDATE run SET stage = 'act', route = 'close', taken_by = 'peer' FROM mine WHERE run.id = mine.id RETURNING run.id, mine.body`
const START = `
  WITH input AS (
    SELECT * FROM unnest($1::text[], $2::jsonb[], $3::text[], $4::text[], $5::text[]) AS t(run, record, decision, rule, attempt)
  ), recorded AS (
    INSERT INTO record (run_id, fields, sources, updated_at) SELECT run, record, '{}', now() FROM input
  ), decided AS (
    INSERT INTO decision (id, run_id, version_id, rule, route, trace, inputs, decided_by, decided_at)
    SELECT decision, run, $6, rule, 'close', '[]', record, 'peer', now() FROM input
  )
  INSERT INTO attempt (id, run_id, step, number, action, target, idempotency_key, request, started_at)
  SELECT attempt, run, 0, 1, 'notify', 'target', run || '.close.notify', record, now() FROM input`
const FINISH = `
  WITH input AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS t(run, attempt, status, answer)
  ), answered AS (
    UPDATE attempt SET state = 'done', status = input.status, answer = input.answer, finished_at = now()
    FROM input WHERE attempt.id = input.attempt
  ), ended AS (
    INSERT INTO outcome (run_id, workflow_key, kind, route, cycle_ms, ended_by, ended_at)
    SELECT run, 'orders', 'achieved', 'close', 0, 'peer', now() FROM input
  ), counted AS (
    INSERT INTO counter (workflow_key, hour, metric, shard, count)
    VALUES ('orders', date_trunc('hour', now(), 'UTC'), 'outcome:achieved', $5, cardinality($1))
    ON CONFLICT (hour, workflow_key, metric, shard) DO UPDATE SET count = counter.count + excluded.count
  )
  UPDATE run SET state = 'ended', lease_until = NULL FROM input WHERE run.id = input.run`

async function batch(loop: number): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const { rows } = await client.query<{ id: string; body: Buffer }>({ name: 'claim', text: CLAIM })
    const decided = rows.map(({ id, body }) => {
      return { id, ...decideOrder(body), decision: typeidUnboxed('dec'), attempt: typeidUnboxed('att') }
    })
    const column = <T>(of: (one: (typeof decided)[number]) => T) => decided.map(of)
    const ids = column(({ id }) => id)
    const attempts = column(({ attempt }) => attempt)
    const started = [
      ids,
      column(({ record }) => JSON.stringify(record)),
      column(({ decision }) => decision),
      column(({ rule }) => rule),
      attempts,
      versionId,
    ]
    await client.query({ name: 'start', text: START, values: started })
    await client.query('COMMIT')
    const answers = await Promise.all(
      decided.map(async ({ id, record }) => {
        const { statusCode, body } = await http.request({
          path: '/notify',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': `${id}.close.notify` },
          body: JSON.stringify({ order: record.order_id, amount: record.amount }),
        })
        return { statusCode, text: await body.text() }
      }),
    )
    const status = answers.map(({ statusCode }) => statusCode)
    const texts = answers.map(({ text }) => text)
    await client.query({ name: 'finish', text: FINISH, values: [ids, attempts, status, texts, loop] })
    return ids.length
  } finally {
    client.release()
  }
}

async function untilEmpty(loop: number): Promise<void> {
  while ((await batch(loop)) > 0);
}

process.send?.({ port: 0 })
process.on('disconnect', () => process.exit(0))
await Promise.all(Array.from({ length: LOOPS }, (_, loop) => untilEmpty(loop)))
