// DATA_DIR is its owner's alone, whatever the umask and whoever made it; so is the folder of the command socket.
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { openEmbedded } from '../../src/db/store/embedded.ts'
import { holderOf } from '../../src/db/store/folder-lock.ts'
import { openForCommand } from '../../src/db/store/open.ts'
import { FolderNotOursError, keepPrivate } from '../../src/db/store/private-folder.ts'
import { signalbox } from '../cli/command.ts'

const folder = (t: { after(clean: () => void): void }): string => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-private-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
const all = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name))
/** What others may do something with. */
const loose = (dir: string): string[] =>
  [dir, ...all(dir)].filter((path) => {
    const stats = lstatSync(path)
    return !stats.isSymbolicLink() && (stats.mode & 0o077) !== 0
  })

test('a folder that was there, open to all, is closed with everything in it; what the database makes is closed from the start', async (t) => {
  const dir = folder(t)
  const before = process.umask(0)
  t.after(() => void process.umask(before))
  mkdirSync(join(dir, 'old/deep'), { recursive: true, mode: 0o777 })
  writeFileSync(join(dir, 'old/deep/file'), 'x', { mode: 0o666 })
  writeFileSync(join(dir, 'local-slack.json'), '{}', { mode: 0o644 })
  symlinkSync('/etc/passwd', join(dir, 'old/link'))
  chmodSync(dir, 0o777)
  const mode = statSync('/etc/passwd').mode
  const embedded = await openEmbedded(dir)
  try {
    await embedded.pglite.exec('CREATE TABLE t (a int); INSERT INTO t SELECT * FROM generate_series(1, 1000)')
    assert.deepEqual(loose(dir), [])
    assert.ok(all(dir).length > 500, 'the database is in there')
    assert.ok(existsSync(join(dir, '.s.PGSQL.5432')))
  } finally {
    await embedded.close()
  }
  assert.deepEqual(loose(dir), [])
  assert.equal(statSync('/etc/passwd').mode, mode, 'a link leads nowhere')
})

test('a folder of somebody else, or one with something of theirs in it, is refused before anything is made', async (t) => {
  const isRoot = process.getuid?.() === 0
  const mine = folder(t)
  const theirs = isRoot ? join(mine, 'theirs') : '/usr'
  if (isRoot) {
    mkdirSync(theirs)
    chownSync(theirs, 12_345, 12_345)
  }
  await assert.rejects(openEmbedded(theirs), FolderNotOursError)
  assert.throws(() => keepPrivate(theirs), /belongs to user \d+, and this process runs as user \d+/)
  if (!isRoot) return
  assert.throws(() => keepPrivate(mine), FolderNotOursError, 'something in it is theirs')
  const { code, stderr } = await signalbox({ DATA_DIR: theirs, DATABASE_URL: '' }, 'apply', mine)
  assert.notEqual(code, 0)
  assert.doesNotMatch(stderr, / {4}at /)
  assert.deepEqual(readdirSync(theirs), [])
})

test('for a long DATA_DIR the socket stands in a folder that nobody could name before, and only its owner can enter', async (t) => {
  const dir = join(folder(t), 'a'.repeat(120))
  const embedded = await openEmbedded(dir)
  const socketDir = holderOf(dir)?.socketDir ?? ''
  try {
    assert.equal(dirname(socketDir), tmpdir())
    assert.match(basename(socketDir), /^signalbox-socket-\w{6}$/)
    assert.equal(statSync(socketDir).mode & 0o777, 0o700)
    const command = await openForCommand({ databaseUrl: undefined, dataDir: dir })
    assert.equal(command.kind, 'through-owner')
    await command.prisma.$queryRaw`SELECT 1`
    await command.close()
    chmodSync(socketDir, 0o755)
    await assert.rejects(openForCommand({ databaseUrl: undefined, dataDir: dir }), FolderNotOursError)
  } finally {
    await embedded.close()
  }
  assert.equal(existsSync(socketDir), false)
  const again = await openEmbedded(dir)
  const other = holderOf(dir)?.socketDir
  assert.notEqual(other, socketDir)
  const left = readFileSync(join(dir, 'lock'), 'utf8')
  await again.close()
  // A holder that was killed leaves its lock and its folder: the next one tidies up.
  const gone = mkdtempSync(join(tmpdir(), 'signalbox-socket-'))
  writeFileSync(join(dir, 'lock'), left.replace(other ?? '', gone).replace(/"pid":\d+/, '"pid":999999999'))
  const third = await openEmbedded(dir)
  await third.close()
  assert.equal(existsSync(gone), false)
})
