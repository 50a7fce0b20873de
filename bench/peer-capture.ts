// The limit to measure captures against: a bare node:http server that commits the same rows with plain pg, in
// shared commits (or, with --single, one insert a request). It checks nothing.
import { createServer } from 'node:http'
import { Pool } from 'pg'
import { typeidUnboxed } from 'typeid-js'

const [databaseUrl, versionId, mode] = process.argv.slice(2)
const pool = new Pool({ connectionString: databaseUrl, max: 4 })
const mostInFlight = mode === '--single' ? 64 : 2
const mostPerCommit = mode === '--single' ? 1 : 200

interface Row {
  evt: string
  run: string
  key: string
  body: string
  at: Date
  done(error?: Error): void
}
let waiting: Row[] = []
let inFlight = 0

async function commit(rows: Row[]): Promise<void> {
  const client = await pool.connect()
  try {
    const column = <K extends keyof Row>(name: K) => rows.map((row) => row[name])
    await client.query('BEGIN')
    await client.query(
      `WITH input AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS t(evt, run, key, body, at)),
       e AS (INSERT INTO event (id, workflow_key, source, dedupe_key, content_type, headers, body, received_at)
             SELECT evt, 'orders', 'webhook', key, 'application/json', '{"content-type":"application/json"}', decode(body, 'base64'), at FROM input
             ON CONFLICT (workflow_key, dedupe_key) DO NOTHING RETURNING id)
       INSERT INTO run (id, event_id, workflow_key, version_id, subject, received_at, lease_until)
       SELECT run, evt, 'orders', $6, key, at, at + interval '1 minute' FROM input`,
      [column('evt'), column('run'), column('key'), column('body'), column('at'), versionId],
    )
    await client.query(
      `INSERT INTO counter (workflow_key, hour, metric, shard, count) VALUES ('orders', date_trunc('hour', now(), 'UTC'), 'accepted', 0, $1)
       ON CONFLICT (hour, workflow_key, metric, shard) DO UPDATE SET count = counter.count + excluded.count`,
      [rows.length],
    )
    await client.query(
      `INSERT INTO peer_job (id, data) SELECT gen_random_uuid(), jsonb_build_object('runId', run) FROM unnest($1::text[]) AS t(run)`,
      [column('run')],
    )
    await client.query('COMMIT')
    for (const row of rows) row.done()
  } catch (error) {
    await client.query('ROLLBACK')
    for (const row of rows) row.done(error as Error)
  } finally {
    client.release()
  }
}

function pump(): void {
  while (inFlight < mostInFlight && waiting.length > 0) {
    inFlight += 1
    void commit(waiting.splice(0, mostPerCommit)).finally(() => {
      inFlight -= 1
      pump()
    })
  }
}

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const raw = Buffer.concat(parts)
    const { order_id } = JSON.parse(raw.toString()) as { order_id: string }
    const row: Row = {
      evt: typeidUnboxed('evt'),
      run: typeidUnboxed('run'),
      key: order_id,
      body: raw.toString('base64'),
      at: new Date(),
      done(error) {
        response
          .writeHead(error ? 503 : 202, { 'content-type': 'application/json' })
          .end(JSON.stringify({ event: row.evt, run: row.run, duplicate: false }))
      },
    }
    waiting.push(row)
    pump()
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }))
process.on('disconnect', () => process.exit(0))
