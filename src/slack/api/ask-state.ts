// What Slack says of the app itself: whose token this is, what it may do, how far its clock is from ours.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WebClient } from '@slack/web-api'
import { pino } from 'pino'
import { parse } from 'yaml'
import type { SlackConfig } from '../../config.ts'
import { apiOptions } from './clients.ts'

export interface SlackState {
  team: string
  bot: string
  /** Scopes of manifest.yml that the token lacks. */
  missing: string[]
  missingOptional: string[]
  /** What the Socket Mode token answered; undefined: over HTTP. */
  socket: string | undefined
}

const MANIFEST = join(import.meta.dirname, '../../../manifest.yml')

async function manifestScopes(): Promise<{ bot: string[]; optional: string[] }> {
  const manifest = parse(await readFile(MANIFEST, 'utf8')) as {
    oauth_config: { scopes: { bot: string[]; bot_optional?: string[] } }
  }
  const { bot, bot_optional: optional = [] } = manifest.oauth_config.scopes
  return { bot, optional }
}

/** Asks Slack with the configured tokens. Throws what Slack or the network answers instead. */
export async function askState(config: SlackConfig): Promise<SlackState> {
  const options = {
    ...apiOptions(config, pino({ level: 'silent' })),
    retryConfig: { retries: 0 },
    timeout: 5000,
  }
  const client = new WebClient(config.botToken, options)
  const who = await client.auth.test()
  const granted = who.response_metadata?.scopes ?? []
  const { bot, optional } = await manifestScopes()
  const lacking = (scopes: string[]) => scopes.filter((scope) => !granted.includes(scope))
  const socket =
    config.appToken === undefined
      ? undefined
      : (await new WebClient(config.appToken, options).apps.connections.open()).ok
        ? 'opens a socket'
        : 'opens no socket'
  return {
    team: who.team ?? '',
    bot: who.user ?? '',
    missing: lacking(bot),
    missingOptional: lacking(optional),
    socket,
  }
}
