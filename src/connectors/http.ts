// Outbound HTTP: one call, one answer. Timeouts and caps everywhere; the thrower says whether to try again.
// A call with `sign` carries a Standard Webhooks signature (standardwebhooks.com). Redirects are not followed.
import { Webhook } from 'standardwebhooks'
import { Agent, type Dispatcher, request } from 'undici'
import { shorten } from '../domain/text/cut.ts'
import type { HttpCall } from '../domain/rules/decision.ts'
import { FaultError } from '../domain/fault.ts'
import { type AddressRules, guardedConnector } from './address-guard.ts'
import type { Caller, Targets } from './targets.ts'

export interface HttpAnswer {
  status: number
  /** The start of the body, as text: what an attempt keeps. */
  answer: string
  /** The body, at most 64 KiB of it. */
  body: string
  isCut: boolean
}

export type SendHttp = (call: HttpCall, idempotencyKey?: string, caller?: Caller) => Promise<HttpAnswer>

const DEFAULT_TIMEOUT_MS = 10_000
const MOST_TIMEOUT_MS = 30_000
const MOST_ANSWER_BYTES = 64 * 1024
const KEPT_ANSWER = 2000
// Worth another try although the other side answered: RFC 9110 408, 425, 429 and every 5xx but "not implemented".
const TRANSIENT = (status: number) => [408, 425, 429].includes(status) || (status >= 500 && status !== 501)

/** Retry-After in ms: seconds or an HTTP date (RFC 9110, 10.2.3); undefined where it says nothing usable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  // Some send a fraction of a second, which the RFC does not know.
  if (/^\d{1,9}(\.\d{1,9})?$/.test(header.trim())) return Math.ceil(Number(header.trim()) * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

/** Reads at most `limit` bytes and lets the rest go. */
async function readCapped(body: Dispatcher.ResponseData['body'], limit: number) {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size > limit) break
  }
  // NUL is in no text that is kept: PostgreSQL takes none.
  const text = Buffer.concat(parts).subarray(0, limit).toString('utf8').replaceAll('\0', '\ufffd')
  return { text, isCut: size > limit }
}

/** We ask for plain answers and unpack none: what comes packed all the same is let go, whatever it would become. */
const isPacked = (encoding: string | string[] | undefined): boolean =>
  encoding !== undefined && String(encoding).trim().toLowerCase() !== 'identity'

/** The host (and port) that a call goes to: what breakers, limits and pauses are kept by. */
export const targetOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host : 'unreadable address'

/** Headers of Standard Webhooks. The id is the idempotency key: the same over all tries of a step. */
function signature(secret: string, id: string, body: string): Record<string, string> {
  const at = new Date()
  try {
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    }
  } catch (error) {
    throw new FaultError('bad_secret', 'the secret to sign with is not one of Standard Webhooks (whsec_…)', {
      retry: 'never',
      cause: error,
    })
  }
}

function headersFor(call: HttpCall, body: string | null, key: string | undefined): Record<string, string> {
  return {
    'user-agent': 'signalbox',
    accept: 'application/json',
    'accept-encoding': 'identity',
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
    ...(key === undefined ? {} : { 'idempotency-key': key, 'webhook-id': key }),
    ...(call.sign === undefined ? {} : signature(call.sign, key ?? crypto.randomUUID(), body ?? '')),
  }
}

/** What a thrown error of the call means. `timeoutMs` is set when our own time ran out. */
function faultOf(error: unknown, timeoutMs: number | undefined, hide: (text: string) => string): FaultError {
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

/**
 * Makes the sender of one process. It throws FaultError; it resolves only with a 2xx answer. `hide`: takes out of an answer what
 * must not be kept.
 */
export function makeSendHttp(
  rules: AddressRules,
  targets: Targets,
  hide: (text: string) => string = (text) => text,
): { send: SendHttp; close(): Promise<void> } {
  const agent = new Agent({ connections: 32, connect: guardedConnector(rules, 5_000) })

  async function callOnce(call: HttpCall, idempotencyKey: string | undefined): Promise<HttpAnswer> {
    const timeoutMs = Math.min(call.timeoutMs ?? DEFAULT_TIMEOUT_MS, MOST_TIMEOUT_MS)
    const signal = AbortSignal.timeout(timeoutMs)
    const body = call.body === undefined ? null : JSON.stringify(call.body)
    let status: number
    let retryAfter: string | string[] | undefined
    let read: { text: string; isCut: boolean }
    try {
      const headers = headersFor(call, body, idempotencyKey)
      const response = await request(call.url, {
        method: call.method,
        dispatcher: agent,
        signal,
        headers,
        body,
      })
      status = response.statusCode
      retryAfter = response.headers['retry-after']
      const packed = isPacked(response.headers['content-encoding'])
      read = await readCapped(response.body, packed ? 0 : MOST_ANSWER_BYTES)
      if (packed) read = { text: '(a compressed answer, which was not asked for)', isCut: true }
    } catch (error) {
      throw faultOf(error, signal.aborted ? timeoutMs : undefined, hide)
    }
    read = { ...read, text: hide(read.text) }
    const answer = shorten(read.text, KEPT_ANSWER)
    if (status >= 200 && status < 300) return { status, answer, body: read.text, isCut: read.isCut }
    const askedMs = retryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, Date.now())
    throw new FaultError(`http_${status}`, `the target answered ${status}`, {
      retry: TRANSIENT(status) ? (askedMs === undefined ? 'backoff' : { afterMs: askedMs }) : 'never',
      status,
      answer,
    })
  }
  return {
    send: (call, key, caller) => targets.run(targetOf(call.url), () => callOnce(call, key), caller),
    // Not close(): what was given up would be waited for.
    close: () => agent.destroy(),
  }
}
