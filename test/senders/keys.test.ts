// Senders whose keys are asked for: SNS and PayPal by certificate, Plaid and Jira by token. The keys here are our own; what is
// asked, and of whom, is looked at.
import assert from 'node:assert/strict'
import { createHash, createSign } from 'node:crypto'
import { describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { FaultError } from '../../src/domain/fault.ts'
import { baseString, partsOf } from '../../src/domain/senders/base-string.ts'
import type { Delivery } from '../../src/domain/senders/delivery.ts'
import { makeKeyring } from '../../src/http/proof/keyring.ts'
import { type Ask, prove } from '../../src/http/proof/prove.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts'
import { receivingFor, type Sender } from './senders.ts'

const now = new Date()
const minutes = (n: number) => new Date(now.getTime() + n * 60_000)
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'
const CERT_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-01d088a6f77103d0fe307c0069e40ed6.pem'

const keysFor = (answer: (what: Parameters<Ask>[0]) => string) => {
  const asked: string[] = []
  const ask: Ask = async (what) => {
    asked.push(what.url)
    return { body: answer(what) }
  }
  return { asked, keys: makeKeyring(ask) }
}
const outcome = async (
  sender: Sender,
  delivery: Partial<Delivery>,
  { keys }: Pick<ReturnType<typeof keysFor>, 'keys'>,
) => {
  const whole = {
    method: 'POST',
    url: 'https://bot.example/hooks/a',
    headers: {},
    rawBody: Buffer.from(''),
    event: undefined,
    now,
  }
  const verdict = await prove({ ...whole, ...delivery }, receivingFor(sender), {
    secret: (name) => ({ HOOK: 'client secret', ID: 'client id' })[name],
    keys,
  })
  return verdict.kind === 'proved' ? 'proved' : verdict.why
}
const rsa = (text: string, algorithm = 'RSA-SHA256') =>
  createSign(algorithm).update(text).sign(PRIVATE_KEY, 'base64')

const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '')
const notification = (more: JsonObject = {}): JsonObject => {
  const event: JsonObject = {
    Type: 'Notification',
    MessageId: 'm1',
    TopicArn: TOPIC,
    Subject: 'Order',
    Message: '{"id":1}',
    Timestamp: now.toISOString(),
    SignatureVersion: '2',
    SigningCertURL: CERT_URL,
    ...more,
  }
  const text = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
    .flatMap((name) => (name in event ? [name, textOf(event[name])] : []))
    .join('\n')
  const algorithm = event['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256'
  return { Signature: rsa(`${text}\n`, algorithm), ...event }
}

describe('Amazon SNS', () => {
  const sender = { preset: 'sns', topic: TOPIC, secret: undefined }
  const rows: [what: string, event: JsonValue, outcome: RegExp][] = [
    ['as it is signed', notification(), /^proved$/],
    ['of the first version', notification({ SignatureVersion: '1' }), /^proved$/],
    ['with another message', { ...notification(), Message: '{"id":2}' }, /does not fit/],
    ['of another topic', notification({ TopicArn: `${TOPIC}2` }), /another topic/],
    [
      'an hour too old',
      notification({ Timestamp: new Date(now.getTime() - 3 * 3_600_000).toISOString() }),
      /time/,
    ],
    ['of no version', notification({ SignatureVersion: '3' }), /SignatureVersion/],
    ...[
      'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
      'http://sns.eu-west-1.amazonaws.com/a.pem',
      'https://evil.example/a.pem',
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-01d088a6f77103d0fe307c0069e40ed6.pem',
      'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
      'https://user@sns.eu-west-1.amazonaws.com/a.pem',
      'https://s3.amazonaws.com/sns.eu-west-1.amazonaws.com/a.pem',
      'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-01d088a6f77103d0fe307c0069e40ed6.pem',
      'https://sns.eu-west-1.amazonaws.com/?x=/SimpleNotificationService-01d088a6f77103d0fe307c0069e40ed6.pem',
      'https://sns.eu-west-1.amazonaws.com/a.pem',
      'https://sns.eu-west-1.amazonaws.com/a.txt',
      'nothing',
    ].map((url): [string, JsonValue, RegExp] => [
      `with a certificate of ${url}`,
      notification({ SigningCertURL: url }),
      /no address of Amazon SNS/,
    ]),
  ]
  for (const [what, event, expected] of rows)
    test(what, async () => {
      const deps = keysFor(() => CERTIFICATE)
      assert.match(await outcome(sender, { event }, deps), expected)
      assert.deepEqual(
        deps.asked.filter((url) => url !== CERT_URL),
        [],
        'nobody else is ever asked',
      )
    })

  test('asks for a certificate once', async () => {
    const deps = keysFor(() => CERTIFICATE)
    for (let n = 0; n < 3; n += 1)
      assert.equal(await outcome(sender, { event: notification({ MessageId: `${n}` }) }, deps), 'proved')
    assert.equal(deps.asked.length, 1)
  })
})

test('a signed header that holds the sign behind it is refused: what was signed could be cut in two places', () => {
  const parts = partsOf('${headers["webhook-id"]}.${timestamp}.${body}')
  const delivery = {
    method: 'POST',
    url: 'https://bot.example/hooks/a',
    rawBody: Buffer.from('refund 5000'),
    event: undefined,
    now,
  }
  const bytesOf = (id: string) =>
    baseString(parts, { ...delivery, headers: { 'webhook-id': id } }, { time: '1', secret: '', url: '' })
  assert.deepEqual(bytesOf('msg_1'), Buffer.from('msg_1.1.refund 5000'))
  assert.match(String(bytesOf('msg_1.0.customer note: hello')), /separates signed values/)
})

describe('PayPal', () => {
  const sender = { preset: 'paypal', webhook_id: 'WH-ID', secret: undefined }
  const rawBody = Buffer.from('{"id":"WH-1"}')
  const headersOf = (more: Record<string, string> = {}, time = now.toISOString()) => ({
    'paypal-transmission-id': 't1',
    'paypal-transmission-time': time,
    'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-1',
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-transmission-sig': rsa(`t1|${time}|WH-ID|${crc32(rawBody)}`),
    ...more,
  })
  const rows: [what: string, headers: Record<string, string>, outcome: RegExp][] = [
    ['as it is signed', headersOf(), /^proved$/],
    ['of another transmission', headersOf({ 'paypal-transmission-id': 't2' }), /does not fit/],
    ['a week old', headersOf({}, new Date(now.getTime() - 7 * 86_400_000).toISOString()), /time/],
    ...[
      'https://paypal.com.evil.example/v1/notifications/certs/CERT-1',
      'https://www.paypal.com/v1/notifications/certs/CERT-1',
      'https://api.paypal.com/redirect/CERT-1',
      'https://api.paypal.com/v1/notifications/certs/CERT-1?to=elsewhere',
      'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    ].map((url): [string, Record<string, string>, RegExp] => [
      `with a certificate of ${url}`,
      headersOf({ 'paypal-cert-url': url }),
      /no certificate of api\.paypal\.com/,
    ]),
    ['by another algorithm', headersOf({ 'paypal-auth-algo': 'none' }), /SHA256withRSA/],
    ['without its headers', {}, /missing/],
  ]
  for (const [what, headers, expected] of rows)
    test(what, async () => {
      assert.match(
        await outcome(
          sender,
          { headers, rawBody },
          keysFor(() => CERTIFICATE),
        ),
        expected,
      )
    })
  test('with another body', async () => {
    const delivery = { headers: headersOf(), rawBody: Buffer.from('{"id":"WH-2"}') }
    assert.match(
      await outcome(
        sender,
        delivery,
        keysFor(() => CERTIFICATE),
      ),
      /does not fit/,
    )
  })
})

describe('tokens', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  const rawBody = Buffer.from('{"webhook_type":"ITEM"}')
  const token = (at: Date, body: Buffer, key: CryptoKey | Uint8Array = privateKey, alg = 'ES256') =>
    new SignJWT({ request_body_sha256: createHash('sha256').update(body).digest('hex') })
      .setProtectedHeader({ alg, kid: 'bfbd5111-8e33' })
      .setIssuedAt(at)
      .setExpirationTime(new Date(at.getTime() + 180_000))
      .sign(key)
  const plaid = { preset: 'plaid', client_id: 'secret.ID' }
  const keys = () =>
    keysFor(({ url, json }) => {
      assert.equal(url, 'https://production.plaid.com/webhook_verification_key/get')
      assert.deepEqual(json, { client_id: 'client id', secret: 'client secret', key_id: 'bfbd5111-8e33' })
      return JSON.stringify({ key: { ...jwk, alg: 'ES256' } })
    })
  const other = (await generateKeyPair('ES256')).privateKey
  for (const [what, value, expected] of [
    ['as Plaid signs it', await token(now, rawBody), /^proved$/],
    ['of another body', await token(now, Buffer.from('{}')), /another body/],
    ['six minutes old', await token(minutes(-6), rawBody), /not right/],
    ['of another key', await token(now, rawBody, other), /not right/],
    ['by a shared secret', await token(now, rawBody, Buffer.from('client secret'), 'HS256'), /none of Plaid/],
    ['no token', 'x.y.z', /none of Plaid/],
  ] as const)
    test(`Plaid: ${what}`, async () => {
      const headers = { 'plaid-verification': value }
      assert.match(await outcome(plaid, { headers, rawBody }, keys()), expected)
    })

  test('Plaid: by a key that it no longer uses', async () => {
    const headers = { 'plaid-verification': await token(now, rawBody) }
    const ended = { ...jwk, alg: 'ES256', expired_at: 1_700_000_000 }
    const deps = keysFor(() => JSON.stringify({ key: ended }))
    assert.match(await outcome(plaid, { headers, rawBody }, deps), /no longer uses the key/)
  })
  test('Plaid: made-up ids of keys are asked for a few times a minute, and push no good key out', async () => {
    const deps = keysFor(({ json }) => {
      if (json?.['key_id'] === 'bfbd5111-8e33') return JSON.stringify({ key: { ...jwk, alg: 'ES256' } })
      throw new FaultError('http_400', 'the target answered 400', { retry: 'never', status: 400 })
    })
    const good = { 'plaid-verification': await token(now, rawBody) }
    const madeUp = (n: number) => ({
      'plaid-verification': good['plaid-verification'].replace(
        /^[^.]+/,
        Buffer.from(JSON.stringify({ alg: 'ES256', kid: `made-up-${n}` })).toString('base64url'),
      ),
    })
    assert.equal(await outcome(plaid, { headers: good, rawBody }, deps), 'proved')
    const seen = new Set<string>()
    for (let n = 0; n < 150; n += 1)
      seen.add(
        await outcome(plaid, { headers: madeUp(n), rawBody }, deps).catch((error: FaultError) => error.code),
      )
    assert.deepEqual([...seen], ['Plaid has no key of the token’s id', 'too_many_keys'])
    assert.equal(deps.asked.length, 30)
    assert.equal(await outcome(plaid, { headers: good, rawBody }, deps), 'proved')
    assert.equal(deps.asked.length, 30, 'the good key is still known')
    const later = {
      headers: { 'plaid-verification': await token(minutes(2), rawBody) },
      rawBody,
      now: minutes(2),
    }
    assert.equal(await outcome(plaid, later, deps), 'proved')
  })

  const secret = Buffer.from('client secret')
  const endless = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(minutes(-60))
    .setExpirationTime(minutes(60 * 24 * 365))
    .sign(secret)
  for (const [what, value, expected] of [
    ['as it is signed', await token(now, rawBody, secret, 'HS256'), /^proved$/],
    ['of another secret', await token(now, rawBody, Buffer.from('another'), 'HS256'), /not right/],
    ['that has ended', await token(minutes(-10), rawBody, secret, 'HS256'), /not right/],
    ['that ends next year, and is an hour old', endless, /not right/],
    ['unsigned', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`, /not right/],
  ] as const)
    test(`Jira: a token ${what}`, async () => {
      const headers = { authorization: `JWT ${value}` }
      assert.match(await outcome({ preset: 'jira-app' }, { headers, rawBody }, keys()), expected)
    })
})
