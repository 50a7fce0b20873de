// How senders prove themselves, one function a scheme. Secrets come as lists so that they can be rotated; times
// are checked on both sides; comparisons take the same time whatever differs.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { parseDuration } from '../domain/time/duration.ts'
import type { Verify } from '../domain/workflow-file/trigger.ts'

export interface Signed {
  rawBody: Buffer
  headers: Record<string, string>
  now: Date
}

const DEFAULT_TOLERANCE_MS = 5 * 60_000

/** Compares in a time that tells nothing of where they differ. */
export const isSame = (given: string, expected: string): boolean => {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
const hmac = (algorithm: string, secret: string, body: Buffer | string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, secret).update(body).digest(encoding)
const timed = (time: string, body: Buffer) => Buffer.concat([Buffer.from(`${time}.`), body])
const isNear = (seconds: number, now: Date, toleranceMs: number) =>
  Number.isFinite(seconds) && Math.abs(now.getTime() - seconds * 1000) <= toleranceMs

/** The library checks the time by a tolerance of its own, so it only signs here. */
function standardWebhooks(
  { rawBody, headers, now }: Signed,
  secrets: string[],
  toleranceMs: number,
): string | undefined {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': time = '',
    'webhook-signature': signatures = '',
  } = headers
  if (id === '' || time === '' || signatures === '')
    return 'one of the headers webhook-id, webhook-timestamp and webhook-signature is missing'
  if (!/^\d{1,12}$/.test(time)) return 'webhook-timestamp is no time'
  const seconds = Number(time)
  if (!isNear(seconds, now, toleranceMs))
    return `the signed time is too ${seconds * 1000 < now.getTime() ? 'old' : 'new'}`
  let last = 'the signature does not fit the body'
  for (const secret of secrets) {
    try {
      const expected = new Webhook(secret).sign(id, new Date(seconds * 1000), rawBody)
      if (signatures.split(' ').some((one) => isSame(one, expected))) return undefined
    } catch (error) {
      last = (error as Error).message
    }
  }
  return last
}

const stripeParts = (headers: Record<string, string>) =>
  (headers['stripe-signature'] ?? '').split(',').map((part) => part.split('=', 2))
const stripeTime = (headers: Record<string, string>) =>
  stripeParts(headers).find(([name]) => name === 't')?.[1]

/** Stripe-Signature: t=<unix s>,v1=<hex>… over "t.body" (docs.stripe.com/webhooks#verify-manually). */
function stripe(
  { rawBody, headers, now }: Signed,
  secrets: string[],
  toleranceMs: number,
): string | undefined {
  const parts = stripeParts(headers)
  const time = stripeTime(headers)
  if (time === undefined) return 'the header Stripe-Signature is missing or has no time'
  if (!isNear(Number(time), now, toleranceMs)) return 'the signed time is too far from ours'
  const given = parts.filter(([name]) => name === 'v1').map(([, value]) => value ?? '')
  const signed = timed(time, rawBody)
  const isRight = secrets.some((secret) =>
    given.some((one) => isSame(one, hmac('sha256', secret, signed, 'hex'))),
  )
  return isRight ? undefined : 'the signature does not fit the body'
}

function plainHmac(
  signed: Signed,
  secrets: string[],
  verify: Verify,
  toleranceMs: number,
): string | undefined {
  const { rawBody, headers, now } = signed
  const given = headers[(verify.header ?? '').toLowerCase()]
  if (given === undefined) return `the header ${verify.header} is missing`
  let body: Buffer = rawBody
  if (verify.timestamp !== undefined) {
    const time = headers[verify.timestamp.toLowerCase()] ?? ''
    if (!/^\d{1,12}$/.test(time) || !isNear(Number(time), now, toleranceMs)) {
      return `the time in ${verify.timestamp} is missing or too far from ours`
    }
    body = timed(time, rawBody)
  }
  const isRight = secrets.some((secret) =>
    isSame(
      given,
      `${verify.prefix ?? ''}${hmac(verify.algorithm ?? 'sha256', secret, body, verify.encoding ?? 'hex')}`,
    ),
  )
  return isRight ? undefined : 'the signature does not fit the body'
}

const presets: Record<string, Pick<Verify, 'header' | 'prefix' | 'encoding'>> = {
  github: { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex' },
  shopify: { header: 'x-shopify-hmac-sha256', encoding: 'base64' },
}

/** The bytes over which the sender's signature stands; undefined where the scheme signs none. */
function signedBytes({ rawBody, headers }: Signed, verify: Verify): Buffer | undefined {
  switch (verify.scheme) {
    case 'none':
    case 'basic':
    case 'bearer':
      return undefined
    case 'github':
    case 'shopify':
      return rawBody
    case 'stripe':
      return timed(stripeTime(headers) ?? '', rawBody)
    case 'hmac':
      return verify.timestamp === undefined
        ? rawBody
        : timed(headers[verify.timestamp.toLowerCase()] ?? '', rawBody)
    case 'standard-webhooks':
      return timed(`${headers['webhook-id']}.${headers['webhook-timestamp']}`, rawBody)
  }
}

/** Names a delivery by what was signed: the same bytes are one event, whatever headers nobody signed come with them. */
export function signedKey(signed: Signed, verify: Verify): string | undefined {
  const bytes = signedBytes(signed, verify)
  return bytes && `signed:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Why a delivery is not what it claims to be; undefined when it is. `secrets` are values, newest first. */
export function distrust(signed: Signed, verify: Verify, secrets: string[]): string | undefined {
  const { headers } = signed
  const toleranceMs = (verify.tolerance && parseDuration(verify.tolerance)) || DEFAULT_TOLERANCE_MS
  if (verify.scheme !== 'none' && secrets.length === 0) return 'no secret is set for this workflow'
  switch (verify.scheme) {
    case 'none':
      return undefined
    case 'standard-webhooks':
      return standardWebhooks(signed, secrets, toleranceMs)
    case 'stripe':
      return stripe(signed, secrets, toleranceMs)
    case 'github':
    case 'shopify':
      return plainHmac(signed, secrets, { ...verify, ...presets[verify.scheme] }, toleranceMs)
    case 'hmac':
      return plainHmac(signed, secrets, verify, toleranceMs)
    case 'bearer': {
      const given = headers[(verify.header ?? 'authorization').toLowerCase()] ?? ''
      const token = given.replace(/^Bearer /i, '')
      return secrets.some((secret) => isSame(token, secret)) ? undefined : 'the bearer token is not right'
    }
    case 'basic': {
      // The name of a scheme is read in any case (RFC 9110, 11.1).
      const given = /^basic +(.*)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
      const isRight = secrets.some((secret) =>
        isSame(given, Buffer.from(`${verify.username}:${secret}`).toString('base64')),
      )
      return isRight ? undefined : 'user name or password is not right'
    }
  }
}
