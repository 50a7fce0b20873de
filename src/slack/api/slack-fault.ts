// What a failed call to Slack means for us. Decided by the error's class and Slack's error word, never by message.
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import { isOfBlocks } from '../../domain/refused-blocks.ts'

export type SlackFault =
  /** Nothing was done; again after this long. */
  | { kind: 'rate_limited'; afterMs: number }
  /** This channel does not take it: gone, archived, or the bot is not in it. */
  | { kind: 'channel'; code: string }
  /** The message we meant is not there any more. */
  | { kind: 'message_gone'; code: string }
  /** Slack refuses the blocks. */
  | { kind: 'blocks'; code: string }
  /** Token revoked, uninstalled, scope missing: nothing will work until an operator acts. */
  | { kind: 'credentials'; code: string; needed?: string }
  /** Slack said no for another reason; nothing was done. */
  | { kind: 'refused'; code: string }
  /** Nothing went out: there was nobody to send it to. */
  | { kind: 'unreachable'; code: string }
  /** No answer, or one that does not say whether it was done. */
  | { kind: 'unknown'; code: string }

const channelCodes = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'user_not_found',
  'cannot_dm_bot',
])
const messageCodes = new Set([
  'message_not_found',
  'thread_not_found',
  'cant_update_message',
  'edit_window_closed',
])
const credentialCodes = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'no_permission',
  'org_login_required',
  'team_access_not_granted',
])
// Slack's own words for a fault inside Slack: the call may have been done.
const unsureCodes = new Set(['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout'])

const unreachableCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'])

/** The system's word, which fetch keeps in the error's causes. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && unreachableCodes.has(error.code)) return error.code
  const within: unknown[] = [error.cause, ...(error instanceof AggregateError ? error.errors : [])]
  return within.map(systemCode).find((code) => code !== undefined)
}

export function slackFault(error: unknown): SlackFault {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'rate_limited', afterMs: error.retryAfter * 1000 }
  const unreachable = error instanceof WebAPIRequestError ? systemCode(error.original) : undefined
  if (unreachable !== undefined) return { kind: 'unreachable', code: unreachable }
  if (error instanceof WebAPIHTTPError) return { kind: 'unknown', code: `http_${error.statusCode}` }
  if (!(error instanceof WebAPIPlatformError)) {
    return { kind: 'unknown', code: error instanceof Error ? error.name : 'unknown' }
  }
  const code = error.data.error
  if (channelCodes.has(code)) return { kind: 'channel', code }
  if (messageCodes.has(code)) return { kind: 'message_gone', code }
  if (isOfBlocks(code)) return { kind: 'blocks', code }
  if (code === 'ratelimited') return { kind: 'rate_limited', afterMs: 30_000 }
  if (unsureCodes.has(code)) return { kind: 'unknown', code }
  if (!credentialCodes.has(code)) return { kind: 'refused', code }
  const { needed } = error.data as { needed?: unknown }
  return { kind: 'credentials', code, ...(typeof needed === 'string' ? { needed } : {}) }
}

/** Slack's word for a refusal that stays until an operator acts (a scope, a plan, the token); undefined: it may pass. */
export function refusedForGood(error: unknown): string | undefined {
  const fault = isSlackError(error) ? slackFault(error) : undefined
  return fault?.kind === 'credentials' || fault?.kind === 'refused' || fault?.kind === 'channel'
    ? fault.code
    : undefined
}

/** It is Slack as a whole, not this message: it does not answer, or takes nothing from us. */
export const isWholeSlack = ({ kind }: SlackFault): boolean =>
  kind === 'unknown' || kind === 'unreachable' || kind === 'credentials'

/** A bug of ours (TypeError …) is not a fault of Slack: callers let it go on up. */
export const isSlackError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('slack_')
