// What a Web API method is: its tier, the scopes of which one is needed, which token it takes, what it does.
import type { Slack } from '../slack.ts'
import type { Arguments } from './arguments.ts'
import type { Tier } from './rate-limits.ts'

export type Answer = Record<string, unknown>

export interface Method {
  tier: Tier | 'channel' | 'none'
  /** Any one of these will do; empty: none needed. */
  scopes: string[]
  token: 'bot' | 'app' | 'either'
  run: (slack: Slack, args: Arguments) => Answer | Promise<Answer>
}

export type Methods = Record<string, Method>
