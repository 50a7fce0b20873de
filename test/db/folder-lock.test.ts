// One process at a time has the folder of an embedded database, however the one before it ended.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FolderHeldError, holderOf, holdFolder } from '../../src/db/store/folder-lock.ts'

const TAKERS = 3
const ROUNDS = 15

type Cleaning = { after(clean: () => void): void }
const folder = (t: Cleaning): string => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-lock-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
async function taker(t: Cleaning): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'folder-process.ts'))
  t.after(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}
async function tell(child: ChildProcess, told: object): Promise<string> {
  const answer = once(child, 'message') as Promise<[string]>
  child.send(told)
  return (await answer)[0]
}

test('of several that take a folder with a stale lock at once, one has it', async (t) => {
  const dir = folder(t)
  const takers = await Promise.all(Array.from({ length: TAKERS }, () => taker(t)))
  for (let round = 0; round < ROUNDS; round += 1) {
    // What a killed one leaves.
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: 999_999, since: 'long ago', socketDir: dir }))
    const answers = await Promise.all(takers.map((child) => tell(child, { take: dir })))
    assert.equal(answers.filter((answer) => answer === 'held').length, 1, `round ${round}: ${answers.join()}`)
    const winner = takers[answers.indexOf('held')]
    assert.equal(holderOf(dir)?.pid, winner?.pid)
    assert.throws(() => holdFolder(dir), FolderHeldError)
    if (winner) await tell(winner, { release: true })
  }
})

test('who is killed holds nothing any more, whatever it left', async (t) => {
  const dir = folder(t)
  const first = await taker(t)
  assert.equal(await tell(first, { take: dir }), 'held')
  first.kill('SIGKILL')
  await once(first, 'exit')
  assert.equal(holderOf(dir), undefined)
  const mine = holdFolder(dir)
  assert.throws(() => holdFolder(dir), new RegExp(`in use by process ${process.pid} `))
  mine.release()
  assert.equal(holderOf(dir), undefined)
})
