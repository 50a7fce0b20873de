// A folder that cannot be made ends a start or a command in a sentence; it hung, with a core at its limit.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { makeFolder } from '../../src/db/store/make-folder.ts'
import { pathProblem } from '../../src/domain/text/path-problem.ts'
import { signalbox } from '../cli/command.ts'

const ROOT = join(import.meta.dirname, '../..')
const skip = existsSync('/proc/self') ? false : 'needs /proc'

const folder = (t: { after(clean: () => void): void }): string => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-made-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** What is said of a folder that cannot be made. */
const problemOf = (dir: string): string | undefined => {
  try {
    makeFolder(dir)
    return undefined
  } catch (error) {
    return pathProblem(error)
  }
}

test('a folder is made with those above it, for its owner alone where that is asked for; again is nothing', (t) => {
  const dir = folder(t)
  for (const _ of [1, 2]) makeFolder(join(dir, 'a/b/c'), 0o700)
  assert.deepEqual(
    ['a', 'a/b', 'a/b/c'].map((name) => statSync(join(dir, name)).mode & 0o777),
    [0o700, 0o700, 0o700],
  )
  symlinkSync(join(dir, 'a'), join(dir, 'link'))
  makeFolder(join(dir, 'link'))
  makeFolder(join(dir, 'link/d'))
  assert.ok(existsSync(join(dir, 'a/d')))
  writeFileSync(join(dir, 'file'), '')
  assert.match(problemOf(join(dir, 'file')) ?? '', /file: there is a file of this name/)
  assert.match(problemOf(join(dir, 'file/x/y')) ?? '', /a part of this path is a file/)
})

describe('where no folder can be made', { skip }, () => {
  const said = '/proc/x: no folder can be made there: name another place.\n'
  const limit = { timeout: 60_000 }

  test('a start says so and ends with 1', limit, async (t) => {
    const child = spawn(process.execPath, [join(ROOT, 'src/main.js')], {
      env: { PATH: process.env['PATH'] ?? '', DATA_DIR: '/proc/x', PORT: '0', LOCAL_SLACK_PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    t.after(() => child.kill('SIGKILL'))
    const code = new Promise<number | null>((done) => child.on('exit', done))
    assert.deepEqual({ said: await text(child.stderr), code: await code }, { said, code: 1 })
  })
  test('so does signalbox new', limit, async (t) => {
    const env = { DATA_DIR: folder(t) }
    const { code, stderr } = await signalbox(env, 'new', 'gift-cards', '--yes', '--dir', '/proc/x')
    assert.ok(stderr.endsWith(said), stderr)
    assert.equal(code, 1)
  })
  test('and signalbox apply, as without any database', limit, async () => {
    const { code, stderr } = await signalbox({ DATA_DIR: '/proc/x' }, 'apply', 'workflows')
    assert.equal(stderr, "The database at /proc/x can't be used: no folder can be made at /proc/x\n")
    assert.equal(code, 3)
  })
})
