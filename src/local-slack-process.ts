// Starts the local Slack as a process of its own and tells where it is. The bot reaches it only by URL.
import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config, SlackConfig } from './config.ts'

export interface LocalSlackProcess {
  /** The page for people. */
  url: string
  slack: SlackConfig
  /** Who signs what the page sends to the webhooks, once the bot can. */
  signWith(sign: SignHook): void
  /** Resolves when the process ended by itself. */
  ended: Promise<void>
  stop(): Promise<void>
}

/** The local Slack could not start: the message is what it said. */
export class LocalSlackError extends Error {
  constructor(said: string) {
    super(`The local Slack did not start: ${said.replace(/^local Slack: /, '')}`)
  }
}

type SignHook = (workflow: string, body: string) => Promise<Record<string, string>>
type Told = { kind: 'ready'; url: string } | { kind: 'sign'; id: string; workflow: string; body: string }

const unsigned: SignHook = async () => ({})

const MAIN = join(import.meta.dirname, 'local-slack/main.ts')

/** How to reach the local Slack of this data folder, whoever started it. Throws when there never was one. */
export async function localSlackConfig(dataDir: string): Promise<SlackConfig> {
  const kept = JSON.parse(await readFile(join(dataDir, 'local-slack.json'), 'utf8')) as Required<SlackConfig>
  const { botToken, appToken, signingSecret, apiUrl } = kept
  return { botToken, appToken, signingSecret, apiUrl }
}

/** Forks it and waits until it listens. Rejects with what it said when it could not start. */
export async function startLocalSlackProcess(config: Config): Promise<LocalSlackProcess> {
  const child = fork(MAIN, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, DATA_DIR: config.dataDir, LOCAL_SLACK_PORT: String(config.localSlackPort) },
    // Ctrl-C reaches the bot alone, which stops first and this one after it.
    detached: true,
  })
  let said = ''
  let sign: SignHook = unsigned
  child.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString()).slice(-4000)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new LocalSlackError(said.trim() || `it ended (${code ?? 'by signal'})`)),
    )
    child.on('message', (message: Told) => {
      if (message.kind === 'ready') return resolve(message.url)
      const { id, workflow, body } = message
      void sign(workflow, body)
        .catch(() => ({}))
        .then((headers) => child.send({ kind: 'signed', id, headers }, () => {}))
    })
  })
  return {
    url,
    slack: await localSlackConfig(config.dataDir),
    signWith(given) {
      sign = given
    },
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
