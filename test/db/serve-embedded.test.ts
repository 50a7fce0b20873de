// The embedded database is one session for the process that holds it and for commands on its socket: what one has begun
// is its own until it is done.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { serveEmbedded } from '../../src/db/store/serve-embedded.ts'
import { until } from '../until.ts'

const SILENT_MS = 1000

/** Fifty sums at once, each of which must be its own. */
const fiftySums = (ask: (sql: string, values: number[]) => Promise<{ rows: unknown[] }>, from: number) =>
  Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const { rows } = await ask('SELECT $1::int + $2::int AS sum', [from, n])
      assert.deepEqual(rows, [{ sum: from + n }])
    }),
  )

describe('the socket of the embedded database', () => {
  const host = mkdtempSync(join(tmpdir(), 'signalbox-socket-'))
  let pglite: PGlite
  let server: Awaited<ReturnType<typeof serveEmbedded>>
  before(async () => {
    pglite = await PGlite.create()
    await pglite.exec('CREATE TABLE line (by text, n int)')
    server = await serveEmbedded(pglite, join(host, '.s.PGSQL.5432'), SILENT_MS)
  })
  beforeEach(() => pglite.exec('TRUNCATE line'))
  after(async () => {
    await server.close()
    await pglite.close()
    rmSync(host, { recursive: true })
  })

  const connect = async () => {
    const client = new Client({ host, user: 'postgres', database: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const insert = (by: string) => pglite.query('INSERT INTO line VALUES ($1, 1)', [by])
  const writers = async () => (await pglite.query<{ by: string }>('SELECT by FROM line ORDER BY by')).rows

  test('what the process writes while a command is in a transaction stays when that is undone', async () => {
    const command = await connect()
    await command.query('BEGIN')
    await command.query('INSERT INTO line VALUES ($1, $2)', ['command', 1])
    const written = insert('process')
    await command.query('ROLLBACK')
    await written
    await command.end()
    assert.deepEqual(await writers(), [{ by: 'process' }])
  })

  test('what a command writes while the process is in a transaction stays when that is undone', async () => {
    const command = await connect()
    let written: Promise<unknown> | undefined
    await assert.rejects(
      pglite.transaction(async (tx) => {
        await tx.query('INSERT INTO line VALUES ($1, 1)', ['process'])
        written = command.query('INSERT INTO line VALUES ($1, $2)', ['command', 1])
        await new Promise((resolve) => setTimeout(resolve, 50))
        await tx.query('SELECT 1')
        throw new Error('undone')
      }),
    )
    await written
    await command.end()
    assert.deepEqual(await writers(), [{ by: 'command' }])
  })

  test('commands and the process at once each get their own answers', async () => {
    const commands = await Promise.all(Array.from({ length: 4 }, connect))
    await Promise.all([
      ...commands.map((command, at) => fiftySums((sql, values) => command.query(sql, values), at * 1000)),
      fiftySums((sql, values) => pglite.query(sql, values), 9000),
    ])
    await assert.rejects(commands[0]?.query('SELECT nothing') ?? Promise.resolve(), /does not exist/)
    assert.deepEqual((await commands[1]?.query('SELECT 1 AS one'))?.rows, [{ one: 1 }])
    await Promise.all(commands.map((command) => command.end()))
  })

  test('a command that is killed in a transaction leaves nothing of it, and holds nobody up', async () => {
    const command = await connect()
    await command.query('BEGIN')
    await command.query('INSERT INTO line VALUES ($1, $2)', ['command', 1])
    const written = insert('process')
    ;(command as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await written
    assert.deepEqual(await writers(), [{ by: 'process' }])
  })

  test('a command that stands still in a transaction is given up, and told so', async () => {
    const command = await connect()
    let ended = false
    command.on('end', () => {
      ended = true
    })
    await command.query('BEGIN')
    await insert('process')
    await until('its connection is closed', () => ended)
    await assert.rejects(command.query('SELECT 1'))
    assert.deepEqual(await writers(), [{ by: 'process' }])
  })

  test('what is no message closes the connection of who sent it alone', async () => {
    const stranger = dial(join(host, '.s.PGSQL.5432'))
    stranger.end(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    stranger.resume()
    await once(stranger, 'close')
    const command = await connect()
    assert.deepEqual((await command.query('SELECT 1 AS one')).rows, [{ one: 1 }])
    await command.end()
  })
})
