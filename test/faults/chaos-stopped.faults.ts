// A chaos run that is ended leaves nothing: no process of it, and no folder.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findBinaries } from '../suite/postgres.ts'
import { until } from '../until.ts'

const ROOT = join(import.meta.dirname, '../..')

/** All processes below this one, of any depth. */
function below(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number))
  const children = (of: number): number[] =>
    pairs.flatMap(([child = 0, parent]) => (parent === of ? [child, ...children(child)] : []))
  return children(pid)
}

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const moments: [when: string, signal: NodeJS.Signals, code: number, has: RegExp | number][] = [
  ['while it starts', 'SIGTERM', 143, 1],
  ['under trouble', 'SIGINT', 130, /Two replicas are ready/],
  ['under trouble', 'SIGTERM', 143, /Two replicas are ready/],
]
for (const [when, signal, code, has] of moments)
  test(`${signal} ${when}`, { skip: findBinaries() ? false : 'needs PostgreSQL binaries' }, async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'signalbox-stopped-'))
    // PostgreSQL runs as another user where this one is root.
    chmodSync(dir, 0o755)
    const run = spawn(process.execPath, ['test/faults/chaos.ts', '--minutes', '5', '--seed', '1'], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => rmSync(dir, { recursive: true, force: true }))
    let said = ''
    run.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const exit = once(run, 'exit')
    const { pid = 0 } = run
    const isMoment = () => (typeof has === 'number' ? below(pid).length >= has : has.test(said))
    await until('the moment', isMoment, 120_000)
    const started = below(pid)
    t.after(() => started.filter(isThere).forEach((one) => process.kill(one, 'SIGKILL')))
    run.kill(signal)
    assert.deepEqual(await exit, [code, null])
    await until('all of it has ended', () => !started.some(isThere))
    assert.deepEqual(readdirSync(dir), [])
  })
