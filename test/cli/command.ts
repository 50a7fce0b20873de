// The signalbox command as a script runs it: a process, its words, its exit code.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

const BIN = join(import.meta.dirname, '../../bin/signalbox.js')

/** Runs `signalbox …words` to its end. It sees only the variables given here. */
export async function signalbox(env: Record<string, string>, ...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code: code ?? -1, stdout, stderr }
}
