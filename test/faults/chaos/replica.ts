// A bot in a process of its own, which is started again whenever it ends, as a container is.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../free-port.ts'
import { atExit, removeFolder } from '../../suite/at-exit.ts'

const ROOT = join(import.meta.dirname, '../../..')
const AGAIN_AFTER_MS = 1000
const KEPT_WORDS = 20_000

export interface Replica {
  url: string
  isReady(): Promise<boolean>
  /** Ends it, and lets it come back after so long. */
  end(signal: 'SIGKILL' | 'SIGTERM', awayMs: number): Promise<void>
  stop(): Promise<void>
  /** The last of what it said. */
  said(): string
}

export async function startReplica(env: Record<string, string>): Promise<Replica> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-chaos-'))
  let words = ''
  const stopping = new AbortController()
  const kept = atExit(() => {
    child?.kill('SIGKILL')
    removeFolder(dataDir)
  })
  let awayMs = AGAIN_AFTER_MS
  let child: ChildProcess | undefined
  const living = (async () => {
    while (!stopping.signal.aborted) {
      child = spawn(process.execPath, ['--max-semi-space-size=2', 'src/main.js'], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env, DATA_DIR: dataDir, PORT: String(port) },
      })
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-KEPT_WORDS)))
      await once(child, 'exit')
      if (!stopping.signal.aborted)
        await pause(awayMs, undefined, { signal: stopping.signal }).catch(() => {})
      awayMs = AGAIN_AFTER_MS
    }
  })()
  const endWith = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    url,
    isReady: () =>
      fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    async end(signal, ms) {
      awayMs = ms
      await endWith(signal)
    },
    async stop() {
      stopping.abort()
      await endWith('SIGTERM')
      await living
      kept()
      removeFolder(dataDir)
    },
    said: () => words,
  }
}
