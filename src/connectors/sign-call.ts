// What a call carries to prove who sends it: a token, a key, or a signature over what is about to be sent.
import { createHmac } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { Webhook } from 'standardwebhooks'
import type { AwsAuth, CallAuth, HmacAuth } from '../domain/call/http-call.ts'
import type { EncodedCall } from '../domain/call/encode-call.ts'
import { FaultError } from '../domain/fault.ts'
import { headerText } from '../domain/text/render-text.ts'

/** A way to prove who sends a call that needs nobody else's answer. */
export type OwnAuth = Exclude<CallAuth, { oauth2: unknown } | { jwt_bearer: unknown }>

/** Headers of Standard Webhooks. The id is the idempotency key: the same over all tries of a step. */
export function standardWebhook(
  secret: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
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

/** Basic credentials (RFC 7617), in UTF-8. */
export const basicCredentials = (username: string, password: string): string =>
  Buffer.from(`${username}:${password}`).toString('base64')

function hmacHeaders(
  { secret, header, signed, algorithm, encoding, prefix, timestamp }: HmacAuth,
  { method, url, body }: EncodedCall,
  { id, at }: { id: string; at: Date },
): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1000))
  const { pathname, search } = new URL(url)
  const values: Record<string, string> = {
    timestamp: seconds,
    method,
    path: `${pathname}${search}`,
    body: body ?? '',
    id,
  }
  const text = signed.replaceAll(/\$\{\s*(\w+)\s*\}/g, (whole, name: string) => values[name] ?? whole)
  return {
    [header.toLowerCase()]: `${prefix}${createHmac(algorithm, secret).update(text).digest(encoding)}`,
    ...(timestamp === undefined ? {} : { [timestamp.toLowerCase()]: seconds }),
  }
}

/** `YYYYMMDDTHHMMSSZ`, as AWS writes a time. */
const awsTime = (at: Date): string => at.toISOString().replaceAll(/[:-]|\.\d{3}/g, '')

async function awsHeaders(
  { access_key, secret_key, session_token, region, service }: AwsAuth,
  { method, url, headers, body }: EncodedCall,
  at: Date,
): Promise<Record<string, string>> {
  const signer = new AwsV4Signer({
    method,
    url,
    headers,
    ...(body === null ? {} : { body }),
    accessKeyId: access_key,
    secretAccessKey: secret_key,
    ...(session_token === undefined ? {} : { sessionToken: session_token }),
    region,
    service,
    datetime: awsTime(at),
  })
  const signed = await signer.sign()
  return Object.fromEntries(signed.headers.entries())
}

/** The headers by which the other side knows who sends this call. `id`: of the call, the same over its tries. */
export async function authHeaders(
  auth: OwnAuth,
  call: EncodedCall,
  about: { id: string; at: Date },
): Promise<Record<string, string>> {
  if ('bearer' in auth) return { authorization: headerText(`Bearer ${auth.bearer}`) }
  if ('basic' in auth)
    return { authorization: `Basic ${basicCredentials(auth.basic.username, auth.basic.password)}` }
  if ('header' in auth) return { [auth.header.name.toLowerCase()]: headerText(auth.header.value) }
  if ('hmac' in auth) return hmacHeaders(auth.hmac, call, about)
  return awsHeaders(auth.aws, call, about.at)
}
