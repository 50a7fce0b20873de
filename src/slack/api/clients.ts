// Two ways to Slack's Web API: one for bulk posts, paced and retried by us, one for answers to people, which never
// wait behind them. Both fail at once instead of retrying by themselves.
import { LogLevel, WebClient, type Logger as SlackLogger } from '@slack/web-api'
import type { Logger } from 'pino'
import type { SlackConfig } from '../../config.ts'

const TIMEOUT_MS = 10_000
// A person waits: a view must be open within 3 s of the click, and its update not much later.
const INTERACTIVE_TIMEOUT_MS = 5000

export interface Clients {
  posting: WebClient
  interactive: WebClient
}

/** Slack's libraries log through ours. Their debug lines hold payloads, so they are left out. */
export function slackLogger(log: Logger): SlackLogger {
  const line =
    (level: 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level](
        { from: 'slack-sdk' },
        parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '),
      )
  return {
    debug: () => {},
    info: () => {},
    warn: line('warn'),
    error: line('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  }
}

/** Where the Web API is, for every client of this process; unset: Slack's own address. */
export const apiOptions = ({ apiUrl }: SlackConfig, log: Logger) => ({
  logger: slackLogger(log),
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
})

export function makeClients(config: SlackConfig, log: Logger): Clients {
  const make = (timeout: number) =>
    new WebClient(config.botToken, {
      ...apiOptions(config, log),
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      allowAbsoluteUrls: false,
      timeout,
    })
  return { posting: make(TIMEOUT_MS), interactive: make(INTERACTIVE_TIMEOUT_MS) }
}
