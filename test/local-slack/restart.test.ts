// The process: killed without warning it keeps the workspace; it writes its credentials for the owner alone; it
// refuses to stand beside a real workspace, and to share its folder.
import assert from 'node:assert/strict'
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { controlOf } from '../../src/local-slack/control-client.ts'
import type { Credentials } from '../../src/local-slack/contract.ts'

const program = fileURLToPath(new URL('../../src/local-slack/main.ts', import.meta.url))

const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'local-slack-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const begin = async (t: TestContext, dataDir: string): Promise<{ process: ChildProcess; url: string }> => {
  const child = fork(program, { env: { ...process.env, DATA_DIR: dataDir, LOCAL_SLACK_PORT: '0' } })
  t.after(() => child.kill('SIGKILL'))
  const [ready] = (await once(child, 'message')) as [{ kind: string; url: string }]
  assert.equal(ready.kind, 'ready')
  return { process: child, url: ready.url }
}

const credentialsIn = (dataDir: string): Credentials & { pid: number } =>
  JSON.parse(readFileSync(join(dataDir, 'local-slack.json'), 'utf8')) as Credentials & { pid: number }

/** Runs it where it must not start; what it said. */
const refusedWith = async (env: Record<string, string>): Promise<{ code: number; said: string }> => {
  const child = spawn(process.execPath, [program], { env: { ...process.env, ...env } })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

test('killed without warning, it comes back with its messages, people, channels and tokens', async (t) => {
  const dataDir = folder(t)
  const first = await begin(t, dataDir)
  const before = credentialsIn(dataDir)
  const control = controlOf(first.url)
  const { message } = await control.message({ user: 'ada', channel: '#general', text: 'remember me' })
  await control.message({ user: 'grace', channel: '#general', text: 'I do', thread: message.ts })
  await control.person({ user: 'alan', isDeleted: true })
  await control.channel({ channel: '#sales', isArchived: true })
  await control.group({ group: 'support', members: ['joan'] })
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')
  // A line that was torn by the machine's end is left out.
  appendFileSync(join(dataDir, 'local-slack-state.jsonl'), '{"kind":"message","mess')

  const second = await begin(t, dataDir)
  const after = credentialsIn(dataDir)
  assert.deepEqual(
    [after.botToken, after.appToken, after.signingSecret],
    [before.botToken, before.appToken, before.signingSecret],
  )
  const again = controlOf(second.url)
  const { messages } = await again.messages({ channel: '#general', thread: message.ts })
  assert.deepEqual(
    messages.map(({ text, replyCount }) => [text, replyCount]),
    [
      ['remember me', 1],
      ['I do', 0],
    ],
  )
  const state = await again.state()
  assert.equal(state.people.find((person) => person.handle === 'alan')?.isDeleted, true)
  assert.equal(state.channels.find((channel) => channel.name === 'sales')?.isArchived, true)
  assert.equal(state.groups.find((group) => group.handle === 'support')?.members.length, 1)
  const next = await again.message({ user: 'ada', channel: '#general', text: 'later' })
  assert.ok(next.message.ts > message.ts)
})

test('its credentials are for their owner alone', async (t) => {
  const dataDir = folder(t)
  await begin(t, dataDir)
  assert.equal(statSync(join(dataDir, 'local-slack.json')).mode & 0o777, 0o600)
  assert.equal(statSync(join(dataDir, 'local-slack-state.jsonl')).mode & 0o777, 0o600)
})

test('it ends with the process that started it', async (t) => {
  const { process: child } = await begin(t, folder(t))
  const ended = once(child, 'exit')
  child.disconnect()
  assert.deepEqual(await ended, [0, null])
})

test('a second one on the same folder is refused and told who holds it', async (t) => {
  const dataDir = folder(t)
  const { process: holder } = await begin(t, dataDir)
  const { code, said } = await refusedWith({ DATA_DIR: dataDir, LOCAL_SLACK_PORT: '0' })
  assert.equal(code, 1)
  assert.match(said, new RegExp(`belongs to the local Slack of process ${holder.pid}`))
})

test('it refuses to start beside a real token, in production, and on a port that is none', async (t) => {
  const DATA_DIR = folder(t)
  const cases: [Record<string, string>, RegExp][] = [
    [{ SLACK_BOT_TOKEN: 'xoxb-1-2' }, /real workspace \(SLACK_BOT_TOKEN\)/],
    [{ MY_OTHER_BOT: 'xoxb-1-2' }, /real workspace \(MY_OTHER_BOT\)/],
    [{ NODE_ENV: 'production' }, /production/],
    [{ LOCAL_SLACK_PORT: 'many' }, /LOCAL_SLACK_PORT must be a port/],
  ]
  for (const [env, why] of cases) {
    const { code, said } = await refusedWith({ DATA_DIR, LOCAL_SLACK_PORT: '0', ...env })
    assert.equal(code, 1)
    assert.match(said, why)
  }
})
