// Outbound HTTP: one call, one answer. Timeouts and caps everywhere; the thrower says whether to try again.
// A call with `sign` carries a Standard Webhooks signature (standardwebhooks.com). Redirects are not followed.
import { Agent, request } from 'undici'
import { makeAccessTokens } from './access-tokens.ts'
import { type AddressRules, guardedConnector } from './address-guard.ts'
import { readAnswer } from './read-answer.ts'
import { authHeaders, basicCredentials, standardWebhook } from './sign-call.ts'
import type { Hide } from './secrets.ts'
import { isTokenAuth } from './token-request.ts'
import type { Caller, Targets } from './targets.ts'
import { askedWaitMs } from '../domain/call/asked-wait.ts'
import { encodeCall, type EncodedCall } from '../domain/call/encode-call.ts'
import type { HttpCall } from '../domain/call/http-call.ts'
import { withKey } from '../domain/call/idempotency.ts'
import { type Answer, judgeAnswer, type Verdict } from '../domain/call/judge-answer.ts'
import { FaultError, type Retry } from '../domain/fault.ts'
import { shorten } from '../domain/text/cut.ts'

export interface HttpAnswer extends Answer {
  /** The start of the body, as text: what an attempt keeps. */
  answer: string
  isCut: boolean
}

export type SendHttp = (call: HttpCall, idempotencyKey?: string, caller?: Caller) => Promise<HttpAnswer>

const DEFAULT_TIMEOUT_MS = 10_000
const MOST_TIMEOUT_MS = 30_000
const KEPT_ANSWER = 2000

/** The host (and port) that a call goes to: what breakers, limits and pauses are kept by. */
export const targetOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host : 'unreadable address'

/** What a thrown error of the call means. `timeoutMs` is set when our own time ran out. */
function faultOf(error: unknown, timeoutMs: number | undefined, hide: Hide): FaultError {
  if (error instanceof FaultError) return error
  if (timeoutMs !== undefined)
    return new FaultError('timeout', `no answer within ${timeoutMs} ms`, { retry: 'backoff', cause: error })
  const code = (error as NodeJS.ErrnoException).code ?? 'network'
  return new FaultError(code.toLowerCase(), `the call failed: ${hide((error as Error).message) || code}`, {
    retry: ['ERR_INVALID_URL', 'UND_ERR_INVALID_ARG', 'ERR_INVALID_CHAR'].includes(code)
      ? 'never'
      : 'backoff',
    cause: error,
  })
}

function retryOf(verdict: Verdict, answer: Answer): Retry {
  if (verdict.kind !== 'retry') return 'never'
  const afterMs = verdict.afterMs ?? askedWaitMs(answer, Date.now())
  return afterMs === undefined ? 'backoff' : { afterMs }
}

/** A call as it goes out, and what it is sent beside secrets that no answer to it may be kept with. */
interface Proven {
  encoded: EncodedCall
  conceals: readonly string[]
}

/**
 * Makes the sender of one process. It throws FaultError; it resolves only with an answer that the call takes for a success.
 * What an answer means is read from it as it came; `hide` takes out of it what must not be kept.
 */
export function makeSendHttp(
  rules: AddressRules,
  targets: Targets,
  hide: Hide = (text) => text,
): { send: SendHttp; close(): Promise<void> } {
  const agent = new Agent({ connections: 32, connect: guardedConnector(rules, 5_000) })

  /** As it came. */
  async function answerTo(call: EncodedCall, timeoutMs: number): Promise<Answer & { isCut: boolean }> {
    const { url, ...sent } = call
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const { status, headers, text, isCut } = await readAnswer(
        await request(url, { ...sent, dispatcher: agent, signal }),
      )
      return { status, isCut, headers, body: text }
    } catch (error) {
      throw faultOf(error, signal.aborted ? timeoutMs : undefined, hide)
    }
  }

  /** Without what it must not be kept with. */
  const kept = (
    { status, headers, body, isCut }: Answer & { isCut: boolean },
    conceals: readonly string[],
  ): HttpAnswer => {
    const shown = hide(body, conceals)
    return {
      status,
      isCut,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, hide(value, conceals)]),
      ),
      body: shown,
      answer: shorten(shown, KEPT_ANSWER),
    }
  }

  const tokens = makeAccessTokens(async ({ call, conceals }) => {
    const answer = await targets
      .run(targetOf(call.url), () => answerTo(call, DEFAULT_TIMEOUT_MS))
      .catch((error: unknown) => {
        if (!(error instanceof FaultError) || !error.called) throw error
        throw new FaultError('no_token', `the token endpoint did not answer (${error.code})`, {
          retry: error.retry,
          cause: error,
        })
      })
    const verdict = judgeAnswer(answer)
    if (verdict.kind === 'done') return answer.body
    throw new FaultError('no_token', `the token endpoint answered ${answer.status}`, {
      retry: retryOf(verdict, answer),
      status: answer.status,
      answer: kept(answer, conceals).answer,
    })
  }, Date.now)

  /** The call with its proof of who sends it, over what is really sent. `token`: where another system gives it. */
  async function proven(call: HttpCall, key: string | undefined, token: string | undefined): Promise<Proven> {
    const id = key ?? crypto.randomUUID()
    const at = new Date()
    const plain = encodeCall(withKey(call, key))
    const { auth, sign } = call
    const own =
      auth === undefined
        ? {}
        : isTokenAuth(auth)
          ? { authorization: `Bearer ${token}` }
          : await authHeaders(auth, plain, { id, at })
    const webhook = sign === undefined ? {} : standardWebhook(sign, { id, at, body: plain.body ?? '' })
    const conceals = [
      ...(isTokenAuth(auth) ? tokens.lastOf(auth) : []),
      ...(auth && 'basic' in auth ? [basicCredentials(auth.basic.username, auth.basic.password)] : []),
    ]
    return { encoded: { ...plain, headers: { ...plain.headers, ...webhook, ...own } }, conceals }
  }

  async function callOnce(call: HttpCall, { encoded, conceals }: Proven): Promise<HttpAnswer> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, conditions } = call.handling ?? {}
    const answer = await answerTo(encoded, Math.min(timeoutMs, MOST_TIMEOUT_MS))
    const { status } = answer
    const verdict = judgeAnswer(answer, conditions)
    if (verdict.kind === 'done') return kept(answer, conceals)
    const because = verdict.because === undefined ? '' : `, and ${verdict.because}`
    throw new FaultError(`http_${status}`, `the target answered ${status}${because}`, {
      retry: retryOf(verdict, answer),
      status,
      answer: kept(answer, conceals).answer,
    })
  }

  const send: SendHttp = async (call, key, caller) => {
    const { auth } = call
    const { atOnce } = call.handling ?? {}
    const limited = atOnce === undefined || caller === undefined ? caller : { ...caller, atOnce }
    const once = async (token?: string) => {
      const work = async () => callOnce(call, await proven(call, key, token))
      return call.handling?.isApart ? work() : targets.run(targetOf(call.url), work, limited)
    }
    if (!isTokenAuth(auth)) return once()
    // Before it is its turn at the target: the token may come from the same host.
    const token = await tokens.tokenFor(auth)
    try {
      return await once(token)
    } catch (error) {
      if (!(error instanceof FaultError) || error.status !== 401) throw error
      // It was taken back before its end: with a new one the call is tried once more, at once.
      tokens.forget(auth, token)
      const other = await tokens.tokenFor(auth)
      return once(other)
    }
  }
  return {
    send,
    // Not close(): what was given up would be waited for.
    close: () => agent.destroy(),
  }
}
