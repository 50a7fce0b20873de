// The channels that Slack shows us, for a command that checks. Asks once; a check must not depend on the answer.
import { WebClient } from '@slack/web-api'
import { pino } from 'pino'
import type { SlackConfig } from '../config.ts'
import { type ListedChannel, listChannels } from './channels.ts'
import { apiOptions } from './clients.ts'

const ANSWER_WITHIN_MS = 4000

/** undefined when Slack does not answer: not running, no token, a limit. */
export async function askChannels(config: SlackConfig): Promise<ListedChannel[] | undefined> {
  const client = new WebClient(config.botToken, {
    ...apiOptions(config, pino({ level: 'silent' })),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: ANSWER_WITHIN_MS,
  })
  try {
    return await listChannels(client)
  } catch {
    return undefined
  }
}
