// How what Slack sends reaches Bolt: Socket Mode when there is an app token, else HTTP behind our own web server.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt'
import type { Logger } from 'pino'
import type { SlackConfig } from '../config.ts'
import { apiOptions, slackLogger } from './clients.ts'

export interface Reception {
  receiver: Receiver
  requestListener?: (request: IncomingMessage, response: ServerResponse) => void
  start(): void
  stop(): Promise<void>
  isConnected(): boolean
}

const MOST_SECONDS_OFF = 300
const BODY_LIMIT = 3_000_000
const MOST_RECONNECT_MS = 30_000

function socketReception(config: SlackConfig & { appToken: string }, log: Logger): Reception {
  const receiver = new SocketModeReceiver({
    appToken: config.appToken,
    logger: slackLogger(log),
    installerOptions: {
      // Without `forever` an outage during a reconnect ends in an unhandled rejection.
      clientOptions: {
        ...apiOptions(config, log),
        retryConfig: { forever: true, maxTimeout: MOST_RECONNECT_MS, minTimeout: 500, factor: 1.5 },
      },
    },
  })
  let isConnected = false
  receiver.client.on('connected', () => {
    isConnected = true
  })
  for (const event of ['disconnected', 'reconnecting', 'close']) {
    receiver.client.on(event, () => {
      isConnected = false
    })
  }
  return {
    receiver,
    start: () => {
      // Slack away at start: it connects when Slack is back. A refused token is said and nothing else stops.
      receiver.start().catch((error: unknown) => log.error({ err: error }, 'Socket Mode could not start'))
    },
    stop: async () => {
      await receiver.client.disconnect()
    },
    isConnected: () => isConnected,
  }
}

function httpReception(config: SlackConfig, log: Logger, clock: () => Date): Reception {
  const { signingSecret } = config
  if (signingSecret === undefined) throw new Error('HTTP mode needs SLACK_SIGNING_SECRET')
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: '/slack/events',
    logger: slackLogger(log),
    bodyLimit: BODY_LIMIT,
  })
  const requestListener = (request: IncomingMessage, response: ServerResponse) => {
    // Bolt refuses old timestamps only; a signed request from the future could be kept and sent later.
    const seconds = Number(request.headers['x-slack-request-timestamp'])
    if (Number.isFinite(seconds) && seconds - clock().getTime() / 1000 > MOST_SECONDS_OFF) {
      response.writeHead(401).end()
      return
    }
    try {
      receiver.requestListener(request, response)
    } catch {
      response.writeHead(404).end()
    }
  }
  return {
    receiver,
    requestListener,
    start: () => {},
    stop: async () => {},
    isConnected: () => true,
  }
}

export const makeReception = (config: SlackConfig, log: Logger, clock: () => Date): Reception => {
  const { appToken } = config
  return appToken === undefined
    ? httpReception(config, log, clock)
    : socketReception({ ...config, appToken }, log)
}
