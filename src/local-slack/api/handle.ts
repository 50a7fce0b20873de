// One Web API call: faults, token, scopes, rate limit, then the method; its refusal becomes {ok: false}.
import type { Slack } from '../slack.ts'
import { findChannel, findDm } from '../workspace/find.ts'
import { optionalText, readArguments, type Arguments } from './arguments.ts'
import type { Method } from './method.ts'
import { methods } from './methods.ts'
import { Refusal } from './refusal.ts'

export interface ApiRequest {
  method: string
  authorization: string | undefined
  contentType: string
  body: Buffer | undefined
  query: URLSearchParams
}

export interface ApiAnswer {
  status: number
  headers: Record<string, string>
  body: Record<string, unknown> | string
}

const OUTAGE_PAGE =
  '<!DOCTYPE html><html><head><title>503</title></head><body>Service Unavailable</body></html>'

const answer = (
  status: number,
  body: ApiAnswer['body'],
  headers: Record<string, string> = {},
): ApiAnswer => ({
  status,
  body,
  headers,
})

const limited = (seconds: number): ApiAnswer =>
  answer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) })

const refused = (error: unknown, headers: Record<string, string>): ApiAnswer => {
  if (error instanceof Refusal) return answer(200, { ok: false, error: error.code, ...error.extra }, headers)
  process.stderr.write(`local Slack: ${error instanceof Error ? error.stack : String(error)}\n`)
  return answer(500, { ok: false, error: 'internal_error' })
}

/** Throws Refusal not_authed, invalid_auth, token_revoked, account_inactive. */
const tokenKind = (slack: Slack, request: ApiRequest, args: Arguments): 'bot' | 'app' => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.authorization ?? '')?.[1]
  const token = bearer ?? optionalText(args, 'token')
  if (token === undefined) throw new Refusal('not_authed')
  const { botToken, appToken } = slack.tokens
  if (token !== botToken && token !== appToken) throw new Refusal('invalid_auth')
  const { isInstalled, people, bot } = slack.store.workspace
  if (!isInstalled) throw new Refusal(token === botToken ? 'token_revoked' : 'account_inactive')
  if (people.get(bot.userId)?.isDeleted) throw new Refusal('account_inactive')
  return token === botToken ? 'bot' : 'app'
}

const scopesOf = (slack: Slack, kind: 'bot' | 'app'): string[] =>
  kind === 'bot' ? slack.scopes : ['connections:write']

const scopeHeaders = (slack: Slack, kind: 'bot' | 'app', method: Method): Record<string, string> => ({
  'x-oauth-scopes': scopesOf(slack, kind).join(','),
  'x-slack-req-id': `local-${slack.store.seq()}`,
  ...(method.scopes.length > 0 && { 'x-accepted-oauth-scopes': method.scopes.join(',') }),
})

const missingScope = (slack: Slack, method: Method, kind: 'bot' | 'app'): Refusal | null => {
  if (method.token !== 'either' && method.token !== kind) return new Refusal('not_allowed_token_type')
  const provided = scopesOf(slack, kind)
  if (method.scopes.length === 0 || method.scopes.some((scope) => provided.includes(scope))) return null
  return new Refusal('missing_scope', { needed: method.scopes[0], provided: provided.join(',') })
}

/** One channel is one, by whatever name it is called. */
const channelOf = (slack: Slack, args: Arguments): string | undefined => {
  const asked = optionalText(args, 'channel')
  const { workspace } = slack.store
  if (asked === undefined) return undefined
  const found = workspace.people.has(asked)
    ? findDm(workspace, workspace.bot.userId, asked)
    : findChannel(workspace, asked)
  return found?.id ?? asked
}

const runMethod = async (slack: Slack, request: ApiRequest, args: Arguments): Promise<ApiAnswer> => {
  const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
  if (!method) throw new Refusal('unknown_method', { req_method: request.method })
  const kind = tokenKind(slack, request, args)
  const headers = scopeHeaders(slack, kind, method)
  const lacking = missingScope(slack, method, kind)
  if (lacking) return refused(lacking, headers)
  const seconds = slack.limits.take(request.method, method.tier, channelOf(slack, args))
  if (seconds > 0) return limited(seconds)
  try {
    return answer(200, { ok: true, ...(await method.run(slack, args)) }, headers)
  } catch (error) {
    return refused(error, headers)
  }
}

const wait = (slack: Slack, ms: number): Promise<void> =>
  new Promise((resolve) => void slack.clock.at(slack.clock.nowMs() + ms, resolve))

/** A fault that answers in place of the method; null: none. */
const faultBefore = async (slack: Slack, method: string): Promise<ApiAnswer | null> => {
  const { faults } = slack
  if (faults.strike('outage', method)) return answer(503, OUTAGE_PAGE)
  const slow = faults.strike('slow', method)
  if (slow) await wait(slack, slow.ms)
  const rateLimited = faults.strike('rate_limited', method)
  if (rateLimited) return limited(Math.max(1, Math.ceil(rateLimited.ms / 1000)))
  const refusal = faults.strike('refused', method)
  if (refusal) throw new Refusal(refusal.error ?? 'access_denied')
  if (faults.strike('server_error', method)) return answer(500, { ok: false, error: 'internal_error' })
  return null
}

export const handleCall = async (slack: Slack, request: ApiRequest): Promise<ApiAnswer> => {
  let args: Arguments = {}
  let given: ApiAnswer
  try {
    args = await readArguments(request.contentType, request.body, request.query)
    given = (await faultBefore(slack, request.method)) ?? (await runMethod(slack, request, args))
    if (given.status === 200 && slack.faults.strike('server_error_after_success', request.method))
      given = answer(500, { ok: false, error: 'internal_error' })
  } catch (error) {
    given = refused(error, {})
  }
  slack.calls.add({
    method: request.method,
    args,
    status: given.status,
    answer: given.body,
    atMs: slack.clock.nowMs(),
  })
  return given
}
