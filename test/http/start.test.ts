// A start as senders and whatever supervises it see it: nobody is told that a workflow does not exist while it is being
// published, and the signal that npm is sent ends the bot.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'

const ROOT = join(import.meta.dirname, '../..')
const FILES = 150

const flow = (name: string) => `
workflow: ${name}
owner: "@ada"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string } }
rules: [{ rule: all, when: 'true', route: done }]
routes: { done: { outcome: achieved } }
`

test('from the first answer to the last, hooks of new files are never 404, and npm hands the signal on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-start-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'workflows'))
  for (let at = 0; at < FILES; at += 1)
    writeFileSync(join(folder, 'workflows', `w-${at}.yaml`), flow(`w-${at}`))
  const port = await freePort()
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_ENV: '',
      DATABASE_URL: '',
      DATA_DIR: folder,
      WORKFLOWS_DIR: join(folder, 'workflows'),
      PORT: String(port),
      LOCAL_SLACK_PORT: String(await freePort()),
      LOG_LEVEL: 'silent',
    },
    stdio: 'ignore',
    // A group of its own, so that a test that fails leaves nothing running.
    detached: true,
  })
  const ended = new Promise<void>((done) => npm.on('exit', () => done()))
  t.after(() => {
    try {
      process.kill(-(npm.pid ?? 0), 'SIGKILL')
    } catch {
      // It has ended.
    }
  })

  const url = `http://127.0.0.1:${port}`
  /** The status; undefined: nobody listens. */
  const ask = async (path: string, init?: RequestInit): Promise<number | undefined> => {
    try {
      return (await fetch(`${url}${path}`, init)).status
    } catch {
      return undefined
    }
  }
  const body = JSON.stringify({ order: 'S-1' })
  const send = () =>
    ask(`/hooks/w-${FILES - 1}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const statuses = new Set<number | undefined>()
  await until(
    'it is ready',
    async () => {
      statuses.add(await send())
      return (await ask('/readyz')) === 200 ? true : undefined
    },
    90_000,
  )
  assert.equal(await send(), 202)
  for (const status of statuses) assert.ok([undefined, 202, 503].includes(status), `${status}`)

  npm.kill('SIGTERM')
  await ended
  await until('nobody listens', async () => ((await ask('/healthz')) === undefined ? true : undefined))
})
