import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { doubt as distrust, type Sender, signatureHeaders } from '../senders/senders.ts'

const now = new Date()
const seconds = Math.floor(now.getTime() / 1000)
const rawBody = Buffer.from('{"order_id":"1042"}')
const secret = 'a secret that nobody guesses'
const standardSecret = `whsec_${Buffer.from('another secret nobody guesses').toString('base64')}`
const hex = (body: string | Buffer, key = secret) => createHmac('sha256', key).update(body).digest('hex')
const base64 = (body: Buffer) => createHmac('sha256', secret).update(body).digest('base64')
const standard = (at: Date, key = standardSecret) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Webhook(key).sign('msg_1', at, rawBody.toString()),
})
const minutes = (n: number) => new Date(now.getTime() + n * 60_000)
const stripe = (t: number, body = rawBody) => ({
  'stripe-signature': `t=${t},v0=ignored,v1=${hex(`${t}.${body.toString()}`)}`,
})

const timed = { header: 'X-Sig', prefix: 'v0=', timestamp: 'X-Time' }

interface Case {
  name: string
  verify: Sender
  headers: Record<string, string>
  secrets?: string[]
  doubt?: RegExp
}
const cases: Case[] = [
  { name: 'none takes anything', verify: { scheme: 'none' }, headers: {}, secrets: [] },
  {
    name: 'standard-webhooks, right',
    verify: { preset: 'standard-webhooks' },
    headers: standard(now),
    secrets: [standardSecret],
  },
  {
    name: 'standard-webhooks, older of two secrets',
    verify: { preset: 'standard-webhooks' },
    headers: standard(now),
    secrets: ['whsec_bmV3IG9uZSBuZXcgb25l', standardSecret],
  },
  {
    name: 'standard-webhooks, wrong secret',
    verify: { preset: 'standard-webhooks' },
    headers: standard(now),
    secrets: ['whsec_bmV3IG9uZSBuZXcgb25l'],
    doubt: /signature/i,
  },
  {
    name: 'standard-webhooks, ten minutes old',
    verify: { preset: 'standard-webhooks' },
    headers: standard(minutes(-10)),
    secrets: [standardSecret],
    doubt: /old/i,
  },
  {
    name: 'standard-webhooks, ten minutes ahead',
    verify: { preset: 'standard-webhooks' },
    headers: standard(minutes(10)),
    secrets: [standardSecret],
    doubt: /new/i,
  },
  {
    name: 'standard-webhooks, ten minutes old where the file allows an hour',
    verify: { preset: 'standard-webhooks', tolerance: '1h' },
    headers: standard(minutes(-10)),
    secrets: [standardSecret],
  },
  {
    name: 'standard-webhooks, two minutes old where the file allows one',
    verify: { preset: 'standard-webhooks', tolerance: '1m' },
    headers: standard(minutes(-2)),
    secrets: [standardSecret],
    doubt: /old/i,
  },
  {
    name: 'standard-webhooks, a time that is none',
    verify: { preset: 'standard-webhooks' },
    headers: { ...standard(now), 'webhook-timestamp': 'now' },
    secrets: [standardSecret],
    doubt: /is no time/,
  },
  {
    name: 'standard-webhooks, the second of two signatures',
    verify: { preset: 'standard-webhooks' },
    headers: { ...standard(now), 'webhook-signature': `v1,bm8= ${standard(now)['webhook-signature']}` },
    secrets: [standardSecret],
  },
  {
    name: 'standard-webhooks, no headers',
    verify: { preset: 'standard-webhooks' },
    headers: {},
    secrets: [standardSecret],
    doubt: /missing/i,
  },
  {
    name: 'github, right',
    verify: { preset: 'github' },
    headers: { 'x-hub-signature-256': `sha256=${hex(rawBody)}` },
  },
  {
    name: 'github, wrong',
    verify: { preset: 'github' },
    headers: { 'x-hub-signature-256': `sha256=${hex('other')}` },
    doubt: /does not fit/,
  },
  {
    name: 'github, without prefix',
    verify: { preset: 'github' },
    headers: { 'x-hub-signature-256': hex(rawBody) },
    doubt: /does not fit/,
  },
  {
    name: 'github, missing',
    verify: { preset: 'github' },
    headers: {},
    doubt: /x-hub-signature-256 is missing/,
  },
  {
    name: 'shopify, right',
    verify: { preset: 'shopify' },
    headers: { 'x-shopify-hmac-sha256': base64(rawBody) },
  },
  {
    name: 'shopify, of another body',
    verify: { preset: 'shopify' },
    headers: { 'x-shopify-hmac-sha256': base64(Buffer.from('{}')) },
    doubt: /does not fit/,
  },
  { name: 'stripe, right', verify: { preset: 'stripe' }, headers: stripe(seconds) },
  {
    name: 'stripe, an hour old',
    verify: { preset: 'stripe' },
    headers: stripe(seconds - 3600),
    doubt: /too old/,
  },
  {
    name: 'stripe, an hour ahead',
    verify: { preset: 'stripe' },
    headers: stripe(seconds + 3600),
    doubt: /too new/,
  },
  {
    name: 'stripe, an hour old within a tolerance of two',
    verify: { preset: 'stripe', tolerance: '2h' },
    headers: stripe(seconds - 3600),
  },
  {
    name: 'stripe, time is not a number',
    verify: { preset: 'stripe' },
    headers: { 'stripe-signature': 't=now,v1=ab' },
    doubt: /is no time/,
  },
  {
    name: 'stripe, nothing readable',
    verify: { preset: 'stripe' },
    headers: { 'stripe-signature': ';;;' },
    doubt: /missing/,
  },
  { name: 'hmac, right', verify: { scheme: 'hmac', header: 'X-Sig' }, headers: { 'x-sig': hex(rawBody) } },
  {
    name: 'hmac with time, right',
    verify: { scheme: 'hmac', ...timed },
    headers: { 'x-time': String(seconds), 'x-sig': `v0=${hex(`${seconds}.${rawBody.toString()}`)}` },
  },
  {
    name: 'hmac with time, replayed later',
    verify: { scheme: 'hmac', ...timed },
    headers: {
      'x-time': String(seconds - 600),
      'x-sig': `v0=${hex(`${seconds - 600}.${rawBody.toString()}`)}`,
    },
    doubt: /too old/,
  },
  {
    name: 'hmac with time, time left out',
    verify: { scheme: 'hmac', ...timed },
    headers: { 'x-sig': `v0=${hex(rawBody)}` },
    doubt: /missing/,
  },
  { name: 'bearer, right', verify: { scheme: 'bearer' }, headers: { authorization: `Bearer ${secret}` } },
  {
    name: 'bearer, wrong',
    verify: { scheme: 'bearer' },
    headers: { authorization: 'Bearer no' },
    doubt: /token/,
  },
  { name: 'bearer, missing', verify: { scheme: 'bearer' }, headers: {}, doubt: /token/ },
  {
    name: 'basic, right',
    verify: { scheme: 'basic', username: 'shop' },
    headers: { authorization: `Basic ${Buffer.from(`shop:${secret}`).toString('base64')}` },
  },
  ...['basic', 'BASIC', 'bAsIc '].map((word) => ({
    name: `basic, written "${word}"`,
    verify: { scheme: 'basic', username: 'shop' } as const,
    headers: { authorization: `${word} ${Buffer.from(`shop:${secret}`).toString('base64')}` },
  })),
  {
    name: 'basic, the right words under another scheme',
    verify: { scheme: 'basic', username: 'shop' },
    headers: { authorization: `Digest ${Buffer.from(`shop:${secret}`).toString('base64')}` },
    doubt: /password/,
  },
  {
    name: 'basic, wrong user',
    verify: { scheme: 'basic', username: 'shop' },
    headers: { authorization: `Basic ${Buffer.from(`root:${secret}`).toString('base64')}` },
    doubt: /password/,
  },
  {
    name: 'a scheme whose secret is not set trusts nobody',
    verify: { scheme: 'bearer' },
    headers: { authorization: 'Bearer ' },
    secrets: [],
    doubt: /no secret/,
  },
]

/** Header names as Node gives them. */
const arrived = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const everyScheme: Sender[] = [
  { preset: 'standard-webhooks' },
  { preset: 'github' },
  { preset: 'shopify' },
  { preset: 'stripe' },
  { scheme: 'bearer' },
  { scheme: 'bearer', header: 'X-Token' },
  { scheme: 'basic', username: 'shop' },
  { scheme: 'hmac', header: 'X-Sig' },
  { scheme: 'hmac', header: 'X-Sig', algorithm: 'sha512', encoding: 'base64', prefix: 'v1=' },
  { scheme: 'hmac', header: 'X-Sig', timestamp: 'X-Time' },
]

describe('what is signed here', () => {
  for (const verify of everyScheme) {
    test(`${JSON.stringify(verify)} is believed with its secret, and with no other`, () => {
      const body = rawBody.toString()
      const headers = arrived(signatureHeaders(verify, standardSecret, { body, at: now }))
      assert.equal(distrust({ rawBody, headers, now }, verify, [standardSecret]), undefined)
      assert.ok(distrust({ rawBody, headers, now }, verify, ['whsec_bmV3IG9uZSBuZXcgb25l']))
    })
  }
})

describe('senders prove themselves', () => {
  for (const { name, verify, headers, secrets = [secret], doubt } of cases) {
    test(name, () => {
      const found = distrust({ rawBody, headers, now }, verify, secrets)
      if (doubt) assert.match(found ?? 'no doubt at all', doubt)
      else assert.equal(found, undefined)
    })
  }
})
