// What a token endpoint is asked: by the credentials of a client (RFC 6749, 4.4), or by a statement that a key signs (RFC 7523).
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { basicCredentials } from './sign-call.ts'
import type { EncodedCall } from '../domain/call/encode-call.ts'
import { encodePairs } from '../domain/call/form.ts'
import type { CallAuth, ClientCredentials, JwtBearer } from '../domain/call/http-call.ts'
import { FaultError } from '../domain/fault.ts'

/** A way to prove who sends a call by a token that another system gives. */
export type TokenAuth = Extract<CallAuth, { oauth2: unknown } | { jwt_bearer: unknown }>

export const isTokenAuth = (auth: CallAuth | undefined): auth is TokenAuth =>
  auth !== undefined && ('oauth2' in auth || 'jwt_bearer' in auth)

export interface TokenRequest {
  call: EncodedCall
  /** What stands in it that no kept answer may hold, beside secrets as they are. */
  conceals: string[]
}

type Pairs = [string, string][]
const pair = (name: string, value: string | undefined): Pairs => (value === undefined ? [] : [[name, value]])

const posted = (url: string, pairs: Pairs, headers: Record<string, string> = {}): EncodedCall => ({
  method: 'POST',
  url,
  headers: {
    'user-agent': 'signalbox',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  },
  body: encodePairs(pairs),
})

function byCredentials(client: ClientCredentials): TokenRequest {
  const { token_url, client_id, client_secret, scope, audience, client_auth } = client
  // RFC 6749, 2.3.1: both are form-encoded before they are joined.
  const credentials = basicCredentials(encodeURIComponent(client_id), encodeURIComponent(client_secret))
  const pairs: Pairs = [
    ['grant_type', 'client_credentials'],
    ...(client_auth === 'body'
      ? [...pair('client_id', client_id), ...pair('client_secret', client_secret)]
      : []),
    ...pair('scope', scope),
    ...pair('audience', audience),
  ]
  return {
    call: posted(token_url, pairs, client_auth === 'header' ? { authorization: `Basic ${credentials}` } : {}),
    conceals: [credentials],
  }
}

/** Salesforce takes none that lasts longer than a few minutes; Google takes an hour. */
const STATEMENT_S = 180

/** How each kind of key signs (RFC 7518, 3.1). */
function algorithmOf(key: KeyObject): 'RS256' | 'ES256' | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'RS256'
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? 'ES256'
    : undefined
}

const badKey = (why: string, cause?: unknown) =>
  new FaultError('bad_secret', `the private key ${why}`, { retry: 'never', cause })

function readKey(pem: string): KeyObject {
  try {
    // In one line of an environment file, or of Google's JSON, its lines end with \n in letters.
    return createPrivateKey(pem.replaceAll('\\n', '\n'))
  } catch (error) {
    throw badKey('is not one in PEM (-----BEGIN PRIVATE KEY-----)', error)
  }
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The signed statement (RFC 7519). `scope` stands among its claims, where Google reads it. */
function statement(of: JwtBearer, at: Date): string {
  const { issuer, subject, audience, scope, key_id, token_url, private_key } = of
  const key = readKey(private_key)
  const alg = algorithmOf(key)
  if (alg === undefined) throw badKey('is neither RSA nor of the curve P-256')
  const iat = Math.floor(at.getTime() / 1000)
  const claims = {
    iss: issuer,
    sub: subject,
    aud: audience ?? token_url,
    scope,
    iat,
    exp: iat + STATEMENT_S,
  }
  const signed = `${base64url({ alg, typ: 'JWT', kid: key_id })}.${base64url(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function byStatement(of: JwtBearer, at: Date): TokenRequest {
  const assertion = statement(of, at)
  const pairs: Pairs = [
    ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ['assertion', assertion],
  ]
  return { call: posted(of.token_url, pairs), conceals: [assertion] }
}

/** Throws FaultError where the key of a client signs nothing. */
export const tokenRequest = (auth: TokenAuth, at: Date): TokenRequest =>
  'oauth2' in auth ? byCredentials(auth.oauth2) : byStatement(auth.jwt_bearer, at)
