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
    ? 'Whether it accepts who asks shows only when something is sent.'
    : 'Whether it accepts who asks was not tried: name a harmless call, like test: { path: /me }.'
  return {
    state: 'reached',
    isWell: true,
    status,
    text: `${place} can be reached: it answered ${status}. ${why}`,
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
      `${answered}: it does not accept ${named(secretNames)}. Look whether it is set to the right value, and not expired.`,
    ]
  if (status === 429 || (retry !== 'never' && status < 500 && status !== 408)) {
    const wait = typeof retry === 'object' ? ` in ${Math.ceil(retry.afterMs / 1000)} s` : ' later'
    return ['rate_limited', `${answered}: the limit of calls is reached. Try again${wait}.`]
  }
  if (status === 403)
    return [
      'not_allowed',
      `${answered}: it knows who asks and does not allow this call, or does not accept ${named(secretNames)}. Look at the rights of the key.`,
    ]
  if (status === 404)
    return [
      'not_found',
      `${answered}: there is nothing at this path. Look at url, and at the path under test.`,
    ]
  if (status >= 500 || status === 408)
    return ['failing', `${answered}: it can be reached, and fails. Try again later.`]
  return [
    'unexpected',
    `${answered}, which is not what its harmless call should bring. Look at url, and at what is under test.`,
  ]
}

function ofNoAnswer({ code, message }: FaultError, { place }: Tried): [ConnectionState, string] {
  if (NO_HOST.includes(code))
    return ['no_host', `There is no ${place}: no name server knows it. Look at url.`]
  if (isTls(code))
    return [
      'no_tls',
      `${place} can be reached, and its certificate is not one to trust (${code}). An authority of your own: NODE_EXTRA_CA_CERTS.`,
    ]
  if (code === 'blocked_address')
    return [
      'not_called',
      `${place} is not a public address, so it was not called. Allow it by name: ALLOW_PRIVATE_TARGETS.`,
    ]
  if (code === 'bad_secret') return ['not_called', `Nothing was sent: ${message}.`]
  if (code === 'econnrefused') return ['not_reached', `Nobody listens at ${place}. Look at url and its port.`]
  if (code === 'timeout' || code === 'und_err_connect_timeout')
    return [
      'not_reached',
      `${place} did not answer in time. Look at url, and at what stands between (proxy, firewall).`,
    ]
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
      text: `No token was given: ${error.message}. Look at token_url and ${named(tried.secretNames)}.`,
    }
  }
  const [state, text] = status === undefined ? ofNoAnswer(error, tried) : ofStatus(status, error, tried)
  return { state, isWell: false, text, ...(status !== undefined && { status }) }
}
