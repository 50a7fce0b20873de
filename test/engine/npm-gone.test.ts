// A bot that npm started ends with npm, whatever ended that; nothing of it lives on.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { testDatabase } from '../database.ts'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'

const ROOT = join(import.meta.dirname, '../..')

const answers = (at: number, path: string) =>
  fetch(`http://127.0.0.1:${at}${path}`).then(
    () => true,
    () => false,
  )

test('npm that is gone by SIGHUP takes the bot and the local Slack along', async (t) => {
  const { env, remove } = await testDatabase()
  const workflows = mkdtempSync(join(tmpdir(), 'signalbox-none-'))
  const [port, slackPort] = [await freePort(), await freePort()]
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    stdio: 'ignore',
    // A group of its own, so that whatever is left of it can be ended.
    detached: true,
    env: {
      ...process.env,
      ...env,
      PORT: String(port),
      LOCAL_SLACK_PORT: String(slackPort),
      WORKFLOWS_DIR: workflows,
    },
  })
  t.after(async () => {
    try {
      process.kill(-(npm.pid ?? 0), 'SIGKILL')
    } catch {
      // As it should be: nobody is left.
    }
    rmSync(workflows, { recursive: true })
    await remove()
  })
  await until('the bot answers', () => answers(port, '/healthz'), 60_000)
  assert.equal(await answers(slackPort, '/'), true)
  npm.kill('SIGHUP')
  await until('the bot is gone', async () => !(await answers(port, '/healthz')), 30_000)
  await until('the local Slack is gone', async () => !(await answers(slackPort, '/')), 30_000)
})
