// HTTP delivery: one signed POST to the app's request URL, and what came back.
import type { Clock } from '../workspace/clock.ts'
import { httpBody, signedHeaders, type Parcel, type Retry } from './parcel.ts'

const MAX_ANSWER_BYTES = 1_000_000

export type HttpAnswer =
  | { kind: 'answered'; status: number; body: unknown; noRetry: boolean }
  | { kind: 'refused'; status: number | null; noRetry: boolean }
  | { kind: 'given_up' }

const readBody = async (response: Response): Promise<unknown> => {
  const text = (await response.text()).slice(0, MAX_ANSWER_BYTES)
  if (text === '') return undefined
  if (!response.headers.get('content-type')?.includes('json')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export interface HttpWire {
  requestUrl: string
  signingSecret: string
  clock: Clock
}

const post = (
  wire: HttpWire,
  contentType: string,
  body: string,
  over: { signal: AbortSignal; headers?: Record<string, string> },
) =>
  fetch(wire.requestUrl, {
    ...over,
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      accept: 'application/json,*/*',
      ...signedHeaders(wire.signingSecret, body, wire.clock.nowMs()),
      ...over.headers,
    },
  })

export const sendHttp = async (
  wire: HttpWire,
  parcel: Parcel,
  { retry, signal }: { retry: Retry | null; signal: AbortSignal },
): Promise<HttpAnswer> => {
  const { contentType, body } = httpBody(parcel)
  const headers: Record<string, string> = retry
    ? { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }
    : {}
  try {
    const response = await post(wire, contentType, body, { signal, headers })
    const noRetry = response.headers.get('x-slack-no-retry') === '1'
    const answer = await readBody(response)
    return response.ok
      ? { kind: 'answered', status: response.status, body: answer, noRetry }
      : { kind: 'refused', status: response.status, noRetry }
  } catch {
    return signal.aborted ? { kind: 'given_up' } : { kind: 'refused', status: null, noRetry: false }
  }
}

/** The two questions Slack asks an address when it is entered in the app's settings. */
export const verifyRequestUrl = async (
  wire: HttpWire,
  challenge: string,
): Promise<{ urlVerification: boolean; sslCheck: boolean }> => {
  const signal = AbortSignal.timeout(3_000)
  const asked = JSON.stringify({ token: 'local', challenge, type: 'url_verification' })
  const checked = 'ssl_check=1&token=local'
  try {
    const verified = await readBody(await post(wire, 'application/json', asked, { signal }))
    const ssl = await post(wire, 'application/x-www-form-urlencoded', checked, { signal })
    await ssl.text()
    const echoed =
      typeof verified === 'object' && verified !== null && 'challenge' in verified && verified.challenge
    return { urlVerification: (echoed || verified) === challenge, sslCheck: ssl.ok }
  } catch {
    return { urlVerification: false, sslCheck: false }
  }
}
