// Outbound edges on real servers: where calls may go, what is signed, when a target is left alone, mail.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { refuseAddress } from '../../src/connectors/address-guard.ts'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { makeSendMail, passwordsIn } from '../../src/connectors/mail.ts'
import { handOut } from '../../src/connectors/secrets.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import type { FaultError } from '../../src/domain/fault.ts'
import {
  asWritten,
  type MailAddresses,
  type MailLine,
  type MailText,
  type UrlText,
} from '../../src/domain/text/texts.ts'
import { startMailServer } from './mail-server.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const closed = { allowed: new Set<string>(), allowLoopback: false }
const named = { allowed: new Set(['127.0.0.1']), allowLoopback: false }
const LIMITS = { failures: 3, openMs: 50, atOnce: 2, waiting: 1, waitsForMs: 2000 }
const call = (url: string) => ({ method: 'POST', url: asWritten<UrlText>(url), headers: {}, json: { a: 1 } })
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'no fault',
    (error: FaultError) => `${error.code} ${JSON.stringify(error.retry)}`,
  )

describe('where calls may go', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:7f00:1::',
  ])
    test(`${address} is refused`, () => assert.ok(refuseAddress(address, closed)))
  for (const address of ['8.8.8.8', '2606:4700::1111'])
    test(`${address} is public`, () => assert.equal(refuseAddress(address, closed), undefined))

  test('a private target is not called, by address, by name, or in another notation', async (t) => {
    const target = await startTarget(t)
    const { send, close } = makeSendHttp(closed, makeTargets())
    t.after(close)
    const { port } = new URL(target.url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]'])
      assert.equal(await codeOf(send(call(`http://${host}:${port}/`))), 'blocked_address "never"', host)
    assert.equal(target.requests.length, 0)
  })

  test('a host allowed by name (and port) is called; others stay refused', async (t) => {
    const target = await startTarget(t)
    const { host, port } = new URL(target.url)
    const { send, close } = makeSendHttp({ allowed: new Set([host]), allowLoopback: false }, makeTargets())
    t.after(close)
    assert.equal((await send(call(target.url))).status, 200)
    assert.match(await codeOf(send(call(`http://localhost:${port}/`))), /^blocked_address/)
  })

  test('a redirect is not followed: it is a refusal', async (t) => {
    const server = createServer((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => void server.close())
    const { send, close } = makeSendHttp(named, makeTargets())
    t.after(close)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    assert.equal(await codeOf(send(call(url))), 'http_302 "never"')
  })
})

test('what a target answers is kept without the secrets that it was sent, however it writes them', async (t) => {
  const value = 'TOKEN-marker/ab"c+d=='
  const { secret, hide } = handOut((name) => (name === 'KEY' ? value : undefined))
  const answers = [
    value,
    encodeURIComponent(value),
    JSON.stringify({ echo: value }),
    Buffer.from(value).toString('base64'),
    `Basic ${Buffer.from(`user:${value}`).toString('base64')}`,
    value.replaceAll('"', '&quot;'),
  ]
  let status = 200
  const server = createServer((request, response) =>
    response.writeHead(status).end(`got ${answers[Number(request.url?.slice(1))]} so`),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const { send, close } = makeSendHttp(named, makeTargets(), hide)
  t.after(close)
  assert.equal(secret('KEY'), value)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (status of [200, 404])
    for (const [at, answer] of answers.entries()) {
      const kept = await send(call(`${url}/${at}`)).catch((error: FaultError) => error)
      assert.match(kept.answer ?? '', /\[secret\].* so$/, answer)
      assert.ok(!JSON.stringify(kept).includes('marker'), answer)
    }
})

test('the password of the mail server is in no answer that is kept', () => {
  const { hide } = handOut(() => undefined, passwordsIn('smtp://bot:SMTP%2Dmarker-pw@mail.example'))
  const plain = Buffer.from('\0bot\0SMTP-marker-pw').toString('base64')
  for (const answer of [`501 Syntax error in: AUTH PLAIN ${plain}`, '535 SMTP-marker-pw is wrong'])
    assert.match(hide(answer), /\[secret\]/, answer)
  assert.ok(!hide('535 SMTP-marker-pw').includes('marker'))
  assert.deepEqual(
    [passwordsIn(undefined), passwordsIn('smtp://mail.example'), passwordsIn('smtp://a:%@b.example')],
    [[], [], ['%']],
  )
})

test('a signed call verifies with Standard Webhooks, and its id is the idempotency key', async (t) => {
  const target = await startTarget(t)
  const { send, close } = makeSendHttp(named, makeTargets())
  t.after(close)
  const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`
  await send({ ...call(target.url), sign: secret }, 'run_1.pay.refund')
  const { headers } = target.requests[0] as (typeof target.requests)[0]
  assert.equal(headers['webhook-id'], 'run_1.pay.refund')
  assert.equal(headers['idempotency-key'], 'run_1.pay.refund')
  new Webhook(secret).verify('{"a":1}', headers as Record<string, string>)
  assert.equal(await codeOf(send({ ...call(target.url), sign: 'whsec_' }, 'k')), 'bad_secret "never"')
})

test('a target that fails again and again is left alone, and called again after its rest', async (t) => {
  const target = await startTarget(t)
  const targets = makeTargets({ limits: LIMITS })
  const { send, close } = makeSendHttp(named, targets)
  t.after(close)
  target.answerWith(500, 500, 500)
  for (let n = 0; n < 3; n += 1) assert.equal(await codeOf(send(call(target.url))), 'http_500 "backoff"')
  const held = await send(call(target.url)).catch((error: FaultError) => error)
  assert.ok(held instanceof Error && held.code === 'circuit_open' && !held.called)
  assert.equal(target.requests.length, 3)
  await until('a call gets through', async () => (await codeOf(send(call(target.url)))) === 'no fault')
})

test('a circuit that one process opened is open in another, until the target works again', async (t) => {
  const target = await startTarget(t)
  const known = new Set<string>()
  const circuits = {
    isOpen: async (host: string) => known.has(host),
    open: ({ target: host }: { target: string }) => void known.add(host),
    close: (host: string) => void known.delete(host),
  }
  const [one, other] = [1, 2].map(() => makeSendHttp(named, makeTargets({ circuits, limits: LIMITS })))
  assert.ok(one && other)
  t.after(() => Promise.all([one.close(), other.close()]))
  target.answerWith(500, 500, 500)
  for (let n = 0; n < 3; n += 1) await codeOf(one.send(call(target.url)))
  assert.match(await codeOf(other.send(call(target.url))), /^circuit_open/)
  assert.equal(target.requests.length, 3)
  await until('a call gets through', async () => (await codeOf(one.send(call(target.url)))) === 'no fault')
  assert.equal(await codeOf(other.send(call(target.url))), 'no fault')
})

test('refusals and 429 say nothing against a target', async (t) => {
  const target = await startTarget(t)
  const { send, close } = makeSendHttp(named, makeTargets({ limits: LIMITS }))
  t.after(close)
  target.answerWith(404, 404, 404, 429, 429, 429)
  for (let n = 0; n < 6; n += 1) await codeOf(send(call(target.url)))
  assert.equal(await codeOf(send(call(target.url))), 'no fault')
})

test('more calls at once than a target may have wait, and more than may wait are not made', async () => {
  const targets = makeTargets({ limits: LIMITS })
  const release: (() => void)[] = []
  const slow = () => targets.run('t', () => new Promise<void>((resolve) => void release.push(resolve)))
  const three = [slow(), slow(), slow()]
  assert.equal(release.length, 2)
  assert.equal(await codeOf(slow()), 'target_busy {"afterMs":1000}')
  while (release.length > 0) {
    release.shift()?.()
    await new Promise(setImmediate)
  }
  await Promise.all(three)
})

describe('mail', () => {
  const mail = {
    to: asWritten<MailAddresses>('ada@example.com, grace@example.com'),
    // As if nobody had made one line of it.
    subject: asWritten<MailLine>('Late\r\nBcc: x@y.z'),
    text: asWritten<MailText>('It is late.'),
  }

  test('is sent from us, to all, with an id made of the key and no smuggled header', async (t) => {
    const server = await startMailServer(t)
    const { send, close } = await makeSendMail({ smtpUrl: server.url, from: 'bot@example.com' })
    t.after(close)
    assert.match((await send(mail, 'run_1.pay.tell')).answer, /^250/)
    const [sent] = server.mails
    assert.deepEqual(sent?.to, ['ada@example.com', 'grace@example.com'])
    assert.match(sent?.text ?? '', /^Message-ID: <run_1\.pay\.tell@signalbox>$/m)
    assert.match(sent?.text ?? '', /^From: bot@example\.com$/m)
    assert.doesNotMatch(sent?.text ?? '', /^Bcc:/m)
  })

  test('that the server refuses for good is not tried again; that it refuses for now is', async (t) => {
    const server = await startMailServer(t)
    const { send, close } = await makeSendMail({ smtpUrl: server.url, from: 'bot@example.com' })
    t.after(close)
    const one = { ...mail, to: asWritten<MailAddresses>('ada@example.com') }
    server.refuseWith('550 no such person')
    assert.match(await codeOf(send(one, 'k')), /^mail_\w+ "never"$/)
    server.refuseWith('450 later')
    assert.match(await codeOf(send(one, 'k')), /^mail_\w+ "backoff"$/)
    assert.equal(
      await codeOf(send({ ...mail, to: asWritten<MailAddresses>('ada') }, 'k')),
      'bad_recipient "never"',
    )
  })

  test('without a mail server says which variables to set', async () => {
    const { send } = await makeSendMail({ smtpUrl: undefined, from: undefined })
    assert.equal(await codeOf(send(mail, 'k')), 'not_configured "never"')
  })
})
