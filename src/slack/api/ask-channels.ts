// The channels that Slack shows us, for a command that checks, and joining them. Asks once; a check must not depend on
// the answer.
import { WebClient } from '@slack/web-api'
import { pino } from 'pino'
import type { SlackConfig } from '../../config.ts'
import { type ListedChannel, listChannels } from './channels.ts'
import { apiOptions } from './clients.ts'
import { joinChannel } from './join-channel.ts'
import { isSlackError, slackFault } from './slack-fault.ts'

const ANSWER_WITHIN_MS = 4000

const clientOf = (config: SlackConfig): WebClient =>
  new WebClient(config.botToken, {
    ...apiOptions(config, pino({ level: 'silent' })),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: ANSWER_WITHIN_MS,
  })

/** undefined when Slack does not answer: not running, no token, a limit. */
export async function askChannels(config: SlackConfig): Promise<ListedChannel[] | undefined> {
  try {
    return await listChannels(clientOf(config))
  } catch {
    return undefined
  }
}

/** Joins a public channel, by id; why not when it could not. */
export async function askToJoin(config: SlackConfig, channel: string): Promise<string | undefined> {
  try {
    return await joinChannel(clientOf(config), channel)
  } catch (error) {
    if (!isSlackError(error)) throw error
    const fault = slackFault(error)
    return fault.kind === 'rate_limited' ? fault.kind : fault.code
  }
}
