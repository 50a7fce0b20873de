// Processor time of whole programs: of one that ends, and of a start until it is ready.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { AS_STARTED } from './server.ts'

const SAYS_USAGE = ['--require', join(import.meta.dirname, 'usage.cjs')]

/** Milliseconds: of the processor, and by the clock. */
export interface Taken {
  cpuMs: number
  tookMs: number
}

function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [...SAYS_USAGE, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let said = ''
  const hear = (part: Buffer) => (said += part.toString())
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  return { child, said: () => said, usage: createInterface({ input: child.stdio[3] as Readable }) }
}

/** Runs a program of Node to its end, which must be a good one. */
export async function ofProgram(args: string[], env: Record<string, string> = {}): Promise<Taken> {
  const startedAt = performance.now()
  const { child, said, usage } = run(args, env)
  const told = once(usage, 'line') as Promise<[string]>
  const [code] = (await once(child, 'exit')) as [number | null]
  const tookMs = performance.now() - startedAt
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${said()}`)
  return { cpuMs: Number((await told)[0]), tookMs }
}

async function stopped(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** What `npm start` starts, until its welcome: of the bot's own process, without the local Slack beside it. */
export async function ofStart(env: Record<string, string>): Promise<Taken> {
  const startedAt = performance.now()
  const { child, said, usage } = run([...AS_STARTED, join(import.meta.dirname, '../src/main.js')], {
    PORT: '0',
    LOCAL_SLACK_PORT: '0',
    ...env,
  })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready: ${said()}`)))
    child.stdout?.on('data', () => {
      if (said().includes('Signalbox runs')) resolve()
    })
  })
  const tookMs = performance.now() - startedAt
  const told = once(usage, 'line') as Promise<[string]>
  child.kill('SIGUSR2')
  const [cpu] = await told
  await stopped(child)
  return { cpuMs: Number(cpu), tookMs }
}
