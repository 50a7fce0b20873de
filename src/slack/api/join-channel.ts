// The bot posts to public channels without being in them (chat:write.public), but may read back only where it is.
import type { WebClient } from '@slack/web-api'
import { slackFault } from './slack-fault.ts'

// The scope was left out, or the workspace keeps apps from joining.
const notAllowed = new Set(['missing_scope', 'no_permission'])

/**
 * Joins a public channel, by id; Slack's word for why not when it refuses. Throws what may pass, and what is not about
 * this channel.
 */
export async function joinChannel(client: WebClient, channel: string): Promise<string | undefined> {
  try {
    await client.conversations.join({ channel })
    return undefined
  } catch (error) {
    const fault = slackFault(error)
    if (fault.kind === 'channel' || fault.kind === 'refused') return fault.code
    if (fault.kind === 'credentials' && notAllowed.has(fault.code)) return fault.code
    throw error
  }
}
