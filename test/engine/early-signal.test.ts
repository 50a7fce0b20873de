// Ctrl-C from the first moment: a start that is cut off again and again, wherever it was, leaves at once and leaves nothing
// that the next start stumbles over.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { emptyDatabase } from '../database.ts'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'

const ROOT = join(import.meta.dirname, '../..')
/** On an idle machine a first start takes between two and five seconds. */
const MOMENTS_MS = [0, 300, 1000, 2000, 3500]
const LEAVES_WITHIN_MS = 1000

test('a signal ends a start at once wherever it is, and the next start works', async (t) => {
  const { env, remove } = await emptyDatabase()
  const workflows = mkdtempSync(join(tmpdir(), 'signalbox-none-'))
  t.after(async () => {
    rmSync(workflows, { recursive: true })
    await remove()
  })
  const [port, slackPort] = [await freePort(), await freePort()]
  const start = () => {
    const child = spawn(process.execPath, ['src/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...env,
        PORT: String(port),
        LOCAL_SLACK_PORT: String(slackPort),
        WORKFLOWS_DIR: workflows,
        LOG_LEVEL: 'warn',
      },
    })
    t.after(() => void child.kill('SIGKILL'))
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    return {
      child,
      said: () => said,
      ended: once(child, 'exit') as Promise<[number | null, string | null]>,
    }
  }
  for (const [at, moment] of MOMENTS_MS.entries()) {
    const { child, said, ended } = start()
    await pause(moment)
    const signal = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const)[at % 3] ?? 'SIGINT'
    const sentAt = Date.now()
    child.kill(signal)
    const impatience = setTimeout(() => child.kill('SIGKILL'), 20_000)
    const [code, by] = await ended
    clearTimeout(impatience)
    const isInOrder = said().includes('Finishing in-flight work')
    // A shell tells an end by signal as 130 or 143.
    assert.ok(isInOrder ? code === 0 : by === signal, `${moment} ms: ${code} ${by} ${said()}`)
    assert.ok(isInOrder || Date.now() - sentAt < LEAVES_WITHIN_MS, `${moment} ms: ${Date.now() - sentAt} ms`)
  }
  const { child, said, ended } = start()
  const isReady = async () =>
    child.exitCode !== null ||
    (await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  await until('the next start is ready', isReady, 60_000)
  assert.equal(child.exitCode, null, said())
  // As a terminal does that is closed.
  child.kill('SIGHUP')
  assert.deepEqual(await ended, [0, null], said())
})
