// Starts a bot in a process of its own and speaks with it; see bot-process.ts.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Given, Told } from './bot-process.ts'

export interface BotChild {
  child: ChildProcess
  url: string
  /** Resolves with what the bot answered, or `killed`. */
  tell(message: Partial<Told>): Promise<string>
}

export async function startBotChild(
  t: { after(clean: () => void): void },
  { env, given, failAt = '' }: { env: NodeJS.ProcessEnv; given: Given; failAt?: string },
): Promise<BotChild> {
  const child = fork(join(import.meta.dirname, 'bot-process.ts'), {
    env: {
      ...process.env,
      ...env,
      PORT: '0',
      LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
      SIGNALBOX_FAIL_POINT: failAt,
      TEST_GIVEN: JSON.stringify(given),
    },
  })
  t.after(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(() => 'killed')
  const [ready] = (await Promise.race([once(child, 'message'), ended.then(() => [{ url: '' }])])) as [
    { url: string },
  ]
  return {
    child,
    url: ready.url,
    async tell(message) {
      if (child.exitCode !== null || child.signalCode !== null) return 'killed'
      const answered = once(child, 'message').then(([answer]) => (answer as { done: string }).done)
      child.send(message, () => {})
      return Promise.race([answered, ended])
    },
  }
}
