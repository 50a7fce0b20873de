// A start that fails for its database says why in a sentence, and never with the source of a library.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')

async function start(t: { after: (clean: () => void) => void }, env: Record<string, string>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-start-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const child = spawn(process.execPath, [join(ROOT, 'src/main.js')], {
    env: { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir, PORT: '0', LOCAL_SLACK_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const code = new Promise<number | null>((done) => child.on('exit', done))
  return { said: await text(child.stderr), code: await code }
}

/** A server that speaks no PostgreSQL: it answers each connection with these bytes, or closes it at once. */
async function serverThat(t: { after: (clean: () => void) => void }, answer: Buffer | undefined) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => (answer ? socket.end(answer) : socket.destroy()))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  return (server.address() as { port: number }).port
}

/** An error as PostgreSQL sends it: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function errorMessage(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from('E'), length, body])
}

const refusals: [what: string, answer: Buffer | undefined, said: RegExp][] = [
  [
    'no such database',
    errorMessage('3D000', 'database "nodb" does not exist'),
    /^There is no database "nodb" on the server of DATABASE_URL\. Create it/,
  ],
  [
    'a wrong password',
    errorMessage('28P01', 'password authentication failed for user "bot"'),
    /^The server refused the user or password in DATABASE_URL: /,
  ],
  [
    'a connection that is closed',
    undefined,
    /^The server of DATABASE_URL does not answer at 127\.0\.0\.1:\d+ \(Connection/,
  ],
]
for (const [what, answer, expected] of refusals)
  test(`${what}: one sentence and exit code 3`, async (t) => {
    const port = await serverThat(t, answer)
    const { said, code } = await start(t, { DATABASE_URL: `postgresql://bot@127.0.0.1:${port}/nodb` })
    assert.match(said, expected)
    assert.equal(said.trim().split('\n').length, 1, said)
    assert.equal(code, 3)
  })

test('nothing that listens: one sentence and exit code 3', async (t) => {
  const { said, code } = await start(t, { DATABASE_URL: 'postgresql://bot@127.0.0.1:1/test' })
  assert.match(said, /^Nothing answers at 127\.0\.0\.1:1\. Is the database running/)
  assert.equal(said.trim().split('\n').length, 1, said)
  assert.equal(code, 3)
})

test('a server that offers no TLS where the URL asks for it: one sentence that names the mode', async (t) => {
  const port = await serverThat(t, Buffer.from('N'))
  const { said, code } = await start(t, {
    DATABASE_URL: `postgresql://bot@127.0.0.1:${port}/nodb?sslmode=require`,
  })
  assert.match(
    said,
    /^DATABASE_URL says sslmode=require, and 127\.0\.0\.1:\d+ does not offer TLS: turn ssl on there/,
  )
  assert.equal(said.trim().split('\n').length, 1, said)
  assert.equal(code, 3)
})
