// How what Slack sends reaches Bolt: Socket Mode when there is an app token, else HTTP behind our own web server.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type App, type Receiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt'
import type { Logger } from 'pino'
import type { SlackConfig } from '../../config.ts'
import { apiOptions, slackLogger } from '../api/clients.ts'
import { makeHttpReceiver } from './http-receiver.ts'
import { misshapen } from './request-shape.ts'

export interface Reception {
  receiver: Receiver
  requestListener?: (request: IncomingMessage, response: ServerResponse) => void
  start(): void
  stop(): Promise<void>
  isConnected(): boolean
}

const MOST_RECONNECT_MS = 30_000

/**
 * The client reads envelopes in a promise that nobody holds: one that is no object, or an event without its event, would end
 * the process. What it cannot read is logged; what it can and listeners could not is acknowledged, or it would come again.
 */
function guardEnvelopes({ client }: SocketModeReceiver, log: Logger): void {
  const [read] = client.listeners('ws_message') as ((...message: unknown[]) => Promise<void>)[]
  client.removeAllListeners('ws_message')
  client.on('ws_message', (...message: unknown[]) => {
    Promise.resolve(read?.apply(client, message)).catch((error: unknown) => {
      log.warn({ why: (error as Error).name }, 'an envelope of Slack that cannot be read was passed over')
    })
  })
}

const guardedApp = (app: App, log: Logger): App =>
  Object.assign(Object.create(app) as App, {
    async processEvent(event: ReceiverEvent) {
      const wrong = misshapen(event.body)
      if (wrong === undefined) return app.processEvent(event)
      log.warn({ why: wrong }, 'request of Slack refused')
      return event.ack()
    },
  })

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
  guardEnvelopes(receiver, log)
  const init = receiver.init.bind(receiver)
  receiver.init = (app) => init(guardedApp(app, log))
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
  return {
    ...makeHttpReceiver(signingSecret, log, clock),
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
