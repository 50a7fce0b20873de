// Starts a local Slack for one test, with clients that are not ours, and ends it all when the test ends.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { startLocalSlack, type LocalSlack, type LocalSlackOptions } from '../../src/local-slack/server.ts'

const apps = new WeakMap<LocalSlack, App[]>()

export const started = async (t: TestContext, options: LocalSlackOptions = {}): Promise<LocalSlack> => {
  const slack = await startLocalSlack({ rateLimits: false, ...options })
  // Clients first: one whose server is gone would go on looking for it.
  t.after(async () => {
    await Promise.all((apps.get(slack) ?? []).map((app) => app.stop()))
    await slack.stop()
  })
  return slack
}

/** One try, no waiting: the answer is what the test wants to see. */
export const webClient = (slack: LocalSlack, token = slack.credentials.botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  })

/** A Bolt app in Socket Mode, stopped with its local Slack; `listen` adds its listeners before it connects. */
export const boltOverSocket = async (slack: LocalSlack, listen: (app: App) => void): Promise<App> => {
  const app = new App({
    token: slack.credentials.botToken,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
    receiver: new SocketModeReceiver({
      appToken: slack.credentials.appToken,
      // How long it waits before it connects again, too.
      clientPingTimeout: 300,
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
      logLevel: LogLevel.ERROR,
    }),
  })
  listen(app)
  await app.start()
  apps.set(slack, [...(apps.get(slack) ?? []), app])
  return app
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** A local Slack that delivers over HTTP to a Bolt app behind HTTPReceiver. */
export const boltOverHttp = async (
  t: TestContext,
  listen: (app: App) => void,
  options: LocalSlackOptions = {},
): Promise<{ slack: LocalSlack; seen: { headers: Record<string, unknown> }[] }> => {
  const seen: { headers: Record<string, unknown> }[] = []
  let handle: HTTPReceiver['requestListener'] | undefined
  const server = createServer((request, response) => {
    seen.push({ headers: request.headers })
    handle?.(request, response)
  })
  const port = await listening(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const slack = await started(t, { requestUrl: `http://127.0.0.1:${port}/slack/events`, ...options })
  const receiver = new HTTPReceiver({
    signingSecret: slack.credentials.signingSecret,
    logLevel: LogLevel.ERROR,
    unhandledRequestTimeoutMillis: 300,
  })
  const app = new App({
    token: slack.credentials.botToken,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
    receiver,
  })
  listen(app)
  handle = receiver.requestListener
  return { slack, seen }
}

/** Waits until `look` finds something. */
export const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  const overAt = Date.now() + 10_000
  while (Date.now() < overAt) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
  throw new Error('It did not come about within ten seconds')
}
