// The local Slack in a process of its own, for benches.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { localSlackConfig } from '../src/local-slack-process.ts'
import { controlOf } from '../src/local-slack/control-client.ts'

export async function localSlack(dataDir: string) {
  const child = fork(join(import.meta.dirname, '../src/local-slack/main.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, DATA_DIR: dataDir, LOCAL_SLACK_PORT: '0' },
  })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const control = controlOf(url)
  return {
    control,
    config: await localSlackConfig(dataDir),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
