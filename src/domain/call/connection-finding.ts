// What came of a connection's harmless call, in words: whether the other side can be reached, and whether it accepts who asks.
import { FaultError } from '../fault.ts'

export type ConnectionState =
  | 'accepted'
  | 'reached'
  | 'refused'
  | 'not_allowed'
  | 'not_found'
  | 'rate_limited'
  | 'failing'
  | 'unexpected'
  | 'no_token'
  | 'no_host'
  | 'no_tls'
  | 'not_reached'
  | 'not_called'

export interface ConnectionFinding {
  state: ConnectionState
  /** Whether there is nothing to do. */
  isWell: boolean
  /** A sentence or two. Neither an address nor a secret stands in it, but by `place` and by name. */
  text: string
  status?: number
}

export interface Tried {
  /** What may be said of where it is: a host, or the secret that holds its address. */
  place: string
  secretNames: readonly string[]
  /** Whether an answer shows who was accepted. */
  proves: 'auth' | 'nothing'
  /** Whether the connection names a harmless call. */
  isNamed: boolean
}

const NO_HOST = ['enotfound', 'eai_again', 'eai_nodata']
const isTls = (code: string): boolean =>
  /^(err_tls|err_ssl|cert_|depth_zero|self_signed|unable_to_(verify|get|decode)|hostname_mismatch|eproto)/.test(
    code,
  )

const named = (names: readonly string[]): string =>
  names.length === 0 ? 'what it sends' : names.map((name) => `secret.${name}`).join(', ')

/** An answer that the call took for a success. */
export function findingOfAnswer(
  status: number,
  { place, secretNames, proves, isNamed }: Tried,
): ConnectionFinding {
  if (proves === 'auth')
    return {
      state: 'accepted',
      isWell: true,
      status,
      text: `${place} answered ${status} and accepted ${named(secretNames)}.`,
    }
  const why = isNamed
    ? 'No call of its own shows whether your credentials work without sending something.'
    : 'To check your credentials too, name a harmless call: test: { path: /me }.'
  return {
    state: 'reached',
    isWell: true,
    status,
    text: `Reached ${place}: it answered ${status}. ${why}`,
  }
}

function ofStatus(
  status: number,
  { retry }: FaultError,
  { place, secretNames }: Tried,
): [ConnectionState, string] {
  const answered = `${place} answered ${status}`
  if (status === 401)
    return [
      'refused',
      `${answered}: it rejected ${named(secretNames)}. Check that the value is right and hasn't expired.`,
    ]
  if (status === 429 || (retry !== 'never' && status < 500 && status !== 408)) {
    const wait = typeof retry === 'object' ? ` in ${Math.ceil(retry.afterMs / 1000)} s` : ' later'
    return ['rate_limited', `${answered}: rate limited. Try again${wait}.`]
  }
  if (status === 403)
    return [
      'not_allowed',
      `${answered}: it doesn't allow this call with ${named(secretNames)}. Check the permissions of the key.`,
    ]
  if (status === 404)
    return ['not_found', `${answered}: nothing exists at this path. Check url, and the path under test.`]
  if (status >= 500 || status === 408)
    return ['failing', `${answered}: it's up but failing. Try again later.`]
  return [
    'unexpected',
    `${answered}, which isn't what the test call should return. Check url, and what stands under test.`,
  ]
}

function ofNoAnswer({ code, message }: FaultError, { place }: Tried): [ConnectionState, string] {
  if (NO_HOST.includes(code)) return ['no_host', `Can't find ${place} in DNS. Check url.`]
  if (isTls(code))
    return [
      'no_tls',
      `Reached ${place}, but its certificate isn't trusted (${code}). For a CA of your own, set NODE_EXTRA_CA_CERTS.`,
    ]
  if (code === 'blocked_address')
    return [
      'not_called',
      `${place} isn't a public address, so it wasn't called. To allow it, add it to ALLOW_PRIVATE_TARGETS.`,
    ]
  if (code === 'bad_secret') return ['not_called', `Nothing was sent: ${message}.`]
  if (code === 'econnrefused')
    return ['not_reached', `Nothing is listening at ${place}. Check url and its port.`]
  if (code === 'timeout' || code === 'und_err_connect_timeout')
    return ['not_reached', `${place} didn't answer in time. Check url, and any proxy or firewall in between.`]
  return ['not_reached', `The call to ${place} failed (${code}).`]
}

/** `error`: what the call threw. An error that is no fault of the world is thrown again. */
export function findingOfFault(error: unknown, tried: Tried): ConnectionFinding {
  if (!(error instanceof FaultError)) throw error
  const { status, code } = error
  if (code === 'no_token') {
    return {
      state: 'no_token',
      isWell: false,
      ...(status !== undefined && { status }),
      text: `Couldn't get an access token: ${error.message}. Check token_url and ${named(tried.secretNames)}.`,
    }
  }
  const [state, text] = status === undefined ? ofNoAnswer(error, tried) : ofStatus(status, error, tried)
  return { state, isWell: false, text, ...(status !== undefined && { status }) }
}
