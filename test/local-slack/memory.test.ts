// What the server remembers is bounded: messages of a channel, the feed, the log of calls.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createCallLog } from '../../src/local-slack/api/call-log.ts'
import { createClock } from '../../src/local-slack/workspace/clock.ts'
import { demoWorkspace } from '../../src/local-slack/workspace/demo-workspace.ts'
import { noJournal } from '../../src/local-slack/workspace/journal.ts'
import { MAX_MESSAGES } from '../../src/local-slack/workspace/message-log.ts'
import { post } from '../../src/local-slack/workspace/posting.ts'
import { openStore, type Store } from '../../src/local-slack/workspace/store.ts'
import { logOf } from '../../src/local-slack/workspace/workspace.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const heapMb = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1_000_000
}

const CHANNEL = 'C0GENERAL'
let posted = 0

/** Messages of the size of a card. */
const fill = (store: Store, count: number): void => {
  for (const last = posted + count; posted < last; posted++)
    post(store, { channel: CHANNEL, user: 'U1', isBot: true, text: `${posted} ${'x'.repeat(2_000)}` })
}

test('a channel holds its newest messages, and what is remembered levels off', (t) => {
  const store = openStore(demoWorkspace('Signalbox'), noJournal(), createClock(Date.now))
  fill(store, MAX_MESSAGES + 5_000)
  const full = heapMb()
  fill(store, 20_000)
  const later = heapMb()
  t.diagnostic(`heap after 10,000 messages ${full.toFixed(0)} MB, after 30,000 ${later.toFixed(0)} MB`)
  assert.ok(later < full + 10, `from ${full} to ${later} MB`)
  const { list, byTs } = logOf(store.workspace, CHANNEL)
  assert.ok(list.length >= MAX_MESSAGES && list.length < MAX_MESSAGES * 1.1, `${list.length} messages`)
  assert.equal(byTs.size, list.length)
  assert.match(list.at(-1)?.text ?? '', new RegExp(`^${posted - 1} `))
})

test('the log of calls holds what fits, without tokens and bytes', () => {
  const calls = createCallLog()
  const add = (answer: string) =>
    calls.add({
      method: 'files.upload',
      args: { token: 'xoxb-secret', file: Buffer.alloc(1_000), title: 'A' },
      status: 200,
      answer,
      atMs: 0,
    })
  for (let n = 0; n < 600; n++) add('small')
  assert.equal(calls.list().length, 500)
  assert.deepEqual(calls.list()[0]?.args, { file: '<1000 bytes>', title: 'A' })
  for (let n = 0; n < 100; n++) add('y'.repeat(1_000_000))
  const characters = JSON.stringify(calls.list()).length
  assert.ok(characters < 9_000_000, `${characters} characters`)
  assert.equal(calls.list().at(-1)?.answer, 'y'.repeat(1_000_000))
})
