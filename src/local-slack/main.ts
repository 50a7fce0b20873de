// The local Slack as a process: `node src/local-slack/main.ts`. Ends with its parent, or on a signal.
import { signByParent } from './ask-parent.ts'
import { LOCAL_BOT_TOKEN } from './credentials.ts'
import { startLocalSlack } from './server.ts'

const fail = (message: string): never => {
  process.stderr.write(`local Slack: ${message}\n`)
  process.exit(1)
}

/** Its own tokens pass: a bot that was pointed here may start it. */
const isRealToken = (value: string | undefined): boolean =>
  value !== undefined && value.startsWith('xoxb-') && !value.startsWith(LOCAL_BOT_TOKEN)

const refusal = (env: NodeJS.ProcessEnv): string | null => {
  if (env.NODE_ENV === 'production') return 'it does not start with NODE_ENV=production'
  // Under whatever name it stands: who has a real workspace at hand should not take this one for it.
  const name = Object.keys(env).find((each) => isRealToken(env[each]))
  return name === undefined ? null : `it does not start beside the token of a real workspace (${name})`
}

const portFrom = (text: string | undefined): number => {
  const port = Number(text ?? '3100')
  return Number.isInteger(port) && port >= 0 && port < 65_536
    ? port
    : fail(`LOCAL_SLACK_PORT must be a port, not "${text}"`)
}

/** Its parent is gone, perhaps before anybody here listened for that. */
const isOrphan = (): boolean => process.send !== undefined && !process.connected

const main = async (env: NodeJS.ProcessEnv): Promise<void> => {
  const reason = refusal(env)
  if (reason !== null) fail(reason)
  const port = portFrom(env.LOCAL_SLACK_PORT)
  // Whoever starts next needs the port.
  if (isOrphan()) return
  const slack = await startLocalSlack({
    port,
    dataDir: env.DATA_DIR || '.signalbox',
    webhookUrl: env.LOCAL_SLACK_WEBHOOK_URL || `http://127.0.0.1:${env.PORT || '3000'}`,
    ...(process.send && { signHook: signByParent() }),
    ...(env.LOCAL_SLACK_REQUEST_URL && { requestUrl: env.LOCAL_SLACK_REQUEST_URL }),
    ...(env.LOCAL_SLACK_EXAMPLES_DIR && { examplesDir: env.LOCAL_SLACK_EXAMPLES_DIR }),
    ...(env.LOCAL_SLACK_RATE_LIMITS === 'off' && { rateLimits: false }),
  })
  const stop = () => void slack.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.once('disconnect', stop)
  if (isOrphan()) return stop()
  if (process.send) process.send({ kind: 'ready', url: slack.url, apiUrl: slack.apiUrl })
  else process.stdout.write(`Local Slack: ${slack.url} (nothing leaves this machine)\n`)
}

try {
  await main(process.env)
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  fail(
    isTaken
      ? `port ${process.env.LOCAL_SLACK_PORT ?? '3100'} is in use; set LOCAL_SLACK_PORT to another`
      : `it can't start: ${error instanceof Error ? error.message : String(error)}`,
  )
}
