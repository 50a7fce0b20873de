// A start that fails for what it finds in its folder or database ends with a sentence that says what to do, and a code.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { openDatabase } from '../../src/db/store/open.ts'
import { startProblem } from '../../src/start-problem.ts'
import { emptyDatabase } from '../database.ts'

const ROOT = join(import.meta.dirname, '../..')

async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [join(ROOT, 'src/main.js')], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOCAL_SLACK_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const code = new Promise<number | null>((done) => child.on('exit', done))
  return { said: await text(child.stderr), code: await code }
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-start-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function isSentence(said: string, expected: RegExp): void {
  assert.match(said, expected)
  assert.equal(said.trim().split('\n').length, 1, said)
}

describe('a start', () => {
  test('in a database that has a table of another program names it', async (t) => {
    const { options, env, remove } = await emptyDatabase()
    t.after(remove)
    const db = await openDatabase(options)
    await db.script('CREATE TABLE event (id int)')
    await db.close()
    const { said, code } = await start(env)
    isSentence(
      said,
      /^The database holds something of another program .*"event" already exists.*DATABASE_URL\.$/m,
    )
    assert.equal(code, 3)
  })

  test('on a damaged embedded database says to restore a backup', async (t) => {
    const DATA_DIR = folder(t)
    mkdirSync(join(DATA_DIR, 'pgdata'))
    writeFileSync(join(DATA_DIR, 'pgdata/PG_VERSION'), 'junk')
    const { said, code } = await start({ DATA_DIR })
    isSentence(said, /^The embedded database in .*pgdata does not open .*signalbox restore/)
    assert.equal(code, 3)
  })

  for (const [what, make] of [
    ['damaged', (path: string) => writeFileSync(path, 'junk')],
    ['a folder', (path: string) => mkdirSync(path)],
  ] as const)
    test(`beside a lock that is ${what} says to delete it`, async (t) => {
      const DATA_DIR = folder(t)
      make(join(DATA_DIR, 'lock.sqlite'))
      const { said, code } = await start({ DATA_DIR })
      isSentence(said, /lock\.sqlite can't serve as the lock of this folder .* delete that file/)
      assert.equal(code, 3)
    })

  test('with a folder for sslrootcert says that a file is needed', async (t) => {
    const { said, code } = await start({
      DATA_DIR: folder(t),
      DATABASE_URL: 'postgresql://bot@127.0.0.1:1/x?sslmode=verify-ca&sslrootcert=/tmp',
    })
    isSentence(said, /^DATABASE_URL: sslrootcert=\/tmp: this is a folder, and a file is needed\.$/m)
    assert.equal(code, 3)
  })

  test('that nobody foresaw says the message, and the stack only where LOG_LEVEL is debug', () => {
    const error = new Error(
      'Invalid `tx.event.create()` invocation in\n/x.ts:1\n\n→ 1 tx.event\nno such thing.',
    )
    const before = process.env['LOG_LEVEL']
    try {
      delete process.env['LOG_LEVEL']
      const { code, message } = startProblem(error)
      assert.equal(message, 'The start failed: no such thing. LOG_LEVEL=debug says where.')
      assert.equal(code, 1)
      process.env['LOG_LEVEL'] = 'debug'
      assert.match(startProblem(error).message, /\n +at /)
    } finally {
      if (before === undefined) delete process.env['LOG_LEVEL']
      else process.env['LOG_LEVEL'] = before
    }
  })
})
