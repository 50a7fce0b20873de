// The command where there is no database: usage, files, and what it must not do.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { signalbox } from './command.ts'

const dir = mkdtempSync(join(tmpdir(), 'signalbox-cli-'))
const nowhere = { DATA_DIR: join(dir, 'data') }
after(() => rmSync(dir, { recursive: true, force: true }))

describe('signalbox without a database', () => {
  test('help and version end with 0 and name the exit codes', async () => {
    const help = await signalbox(nowhere, '--help')
    assert.equal(help.code, 0)
    assert.match(help.stdout, /Exit codes: 0 ok, 1 .* 2 .* 3 /)
    const version = await signalbox(nowhere, '--version')
    assert.equal(version.code, 0)
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  })

  const wrong: [string, string[], RegExp][] = [
    ['a misspelt command', ['stauts', '1042'], /Did you mean status\?/],
    ['a missing word', ['status'], /missing required argument 'what'/],
    ['an unknown option', ['ledger', '--verfy'], /Did you mean --verify\?/],
    ['an unknown role', ['start', '--roles', 'web,cook'], /got "cook"/],
    ['an unknown kind of schema', ['schema', 'rules'], /Allowed choices are workflow, standards/],
  ]
  for (const [what, words, says] of wrong) {
    test(`${what} is wrong usage: says what would be right, ends with 2`, async () => {
      const ended = await signalbox(nowhere, ...words)
      assert.match(ended.stderr, says)
      assert.equal(ended.code, 2)
    })
  }

  test('a wrong environment is reported whole, and is wrong usage', async () => {
    const ended = await signalbox({ ...nowhere, PORT: '99999', DATABASE_URL: 'mysql://x' }, 'ledger')
    assert.equal(ended.code, 2)
    assert.match(ended.stderr, /PORT/)
    assert.match(ended.stderr, /DATABASE_URL/)
  })

  for (const words of [
    ['status', '1'],
    ['explain', '1'],
    ['ledger'],
    ['list'],
    ['resolve', '1', '--approve'],
  ]) {
    test(`${words[0]} says that there is no database, ends with 3 and makes none`, async () => {
      const ended = await signalbox(nowhere, ...words)
      assert.equal(ended.code, 3)
      assert.match(ended.stderr, /There is no database here/)
      assert.equal(ended.stdout, '')
      assert.equal(existsSync(nowhere.DATA_DIR), false)
    })
  }

  test('a server that does not answer is said in one line', async () => {
    const ended = await signalbox({ DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/x' }, 'ledger')
    assert.equal(ended.code, 3)
    assert.equal(
      ended.stderr,
      'Nothing answers at 127.0.0.1:1. Is the database running, and DATABASE_URL right?\n',
    )
  })

  test('check needs no database; the files that ship are right', async () => {
    const ended = await signalbox(nowhere, 'check')
    assert.match(ended.stdout, /workflows valid, \d+ tests passed\./)
    assert.equal(ended.code, 0)
  })

  test('check names file, line and column of what is wrong, and ends with 1', async () => {
    const file = join(dir, 'broken.yaml')
    writeFileSync(file, 'workflow: broken\ntitel: Broken\nrules: []\n')
    const ended = await signalbox(nowhere, 'check', dir)
    assert.equal(ended.code, 1)
    assert.ok(ended.stdout.includes(`${file}:2:1: error:`), ended.stdout)
    const json = JSON.parse((await signalbox(nowhere, 'check', dir, '--json')).stdout) as {
      problems: object[]
    }
    assert.ok(json.problems.length > 0)
  })

  test('a folder that is not there, or holds nothing, is said', async () => {
    const missing = await signalbox(nowhere, 'check', join(dir, 'missing'))
    assert.equal(missing.code, 1)
    assert.match(missing.stderr, /There is no folder/)
    const empty = mkdtempSync(join(dir, 'empty-'))
    assert.match((await signalbox(nowhere, 'check', empty)).stderr, /There is no workflow file/)
  })

  test('files behind links are read, as where a folder is mounted from a config map; a link to nothing is said', async () => {
    const linked = mkdtempSync(join(dir, 'linked-'))
    for (const name of readdirSync('workflows').filter((file) => file.endsWith('.yaml')))
      symlinkSync(resolve('workflows', name), join(linked, name))
    const sound = await signalbox(nowhere, 'check', linked)
    assert.equal(sound.code, 0, sound.stderr)
    symlinkSync(join(dir, 'nowhere'), join(linked, 'gone.yaml'))
    const broken = await signalbox(nowhere, 'check', linked)
    assert.equal(broken.code, 1)
    assert.match(broken.stdout, /gone\.yaml[^]*no such file/)
    assert.doesNotMatch(broken.stdout + broken.stderr, / at \S+:\d/)
  })

  test('schema prints what an editor can read', async () => {
    const { stdout, code } = await signalbox(nowhere, 'schema')
    assert.equal(code, 0)
    assert.equal((JSON.parse(stdout) as { title: string }).title, 'Signalbox workflow')
  })
})
