// What senders ask before they send is answered as they want, and is no event.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { type Bot, startBot } from '../bot.ts'

const SECRET = 'a secret nobody guesses'
const webhooks: Record<string, object> = {
  'slack-events': { preset: 'slack-events', secret: 'secret.HOOK' },
  zoom: { preset: 'zoom', secret: 'secret.HOOK' },
  meta: { preset: 'meta', secret: 'secret.HOOK', verify_token: 'secret.TOKEN' },
  graph: { preset: 'graph', secret: 'secret.HOOK' },
  okta: { preset: 'okta', secret: 'secret.HOOK' },
  asana: { preset: 'asana', secret: 'secret.HOOK' },
  'asana-new': { preset: 'asana', secret: 'secret.UNSET' },
  notion: { preset: 'notion', secret: 'secret.HOOK' },
  'notion-new': { preset: 'notion', secret: 'secret.UNSET' },
  woocommerce: { preset: 'woocommerce', secret: 'secret.HOOK' },
  xero: { preset: 'xero', secret: 'secret.HOOK' },
  github: { preset: 'github', secret: 'secret.HOOK' },
  sns: { preset: 'sns', topic: 'arn:aws:sns:eu-west-1:123456789012:orders' },
}
const flow = (workflow: string) => `
workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${JSON.stringify(webhooks[workflow])} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
const mac = (text: string, as: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', SECRET).update(text).digest(as)

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})
const timed = (prefix: string, time: string, body: string) => {
  const now = String(Math.floor(Date.now() / 1000))
  return { [prefix]: `v0=${mac(`v0:${now}:${body}`)}`, [time]: now }
}
const askMeta = (token: string) =>
  `meta?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`
const form = (body: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})

describe('a challenge', () => {
  let bot: Bot
  const lines: string[] = []
  /** What the file holds that the log names; the log itself never has it. */
  const handedOver = async (workflow: string): Promise<string | undefined> => {
    assert.ok(!lines.some((line) => /hook-secret-value|secret_notion/.test(line)))
    const files = lines.flatMap((line) => {
      const said = JSON.parse(line) as { workflow?: string; file?: string }
      return said.workflow === workflow && said.file !== undefined ? [said.file] : []
    })
    const [file] = files
    if (file === undefined) return undefined
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    return (await readFile(file, 'utf8')).trim()
  }
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    const options = {
      env: { HOOK: SECRET, TOKEN: 'verify me', LOG_LEVEL: 'warn' },
      logTo: (line: string) => void lines.push(line),
    }
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, options)
    await bot.publish(Object.fromEntries(Object.keys(webhooks).map((name) => [name, flow(name)])))
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${bot.app.url}/hooks/${path}`, init)
    return { status: response.status, text: await response.text(), headers: response.headers }
  }

  test('of Slack is echoed where it is signed', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1', token: 'x' })
    const signed = timed('x-slack-signature', 'x-slack-request-timestamp', body)
    const { status, text, headers } = await ask('slack-events', json(body, signed))
    assert.deepEqual([status, text], [200, 'c-1'])
    assert.match(headers.get('content-type') ?? '', /^text\/plain/)
    assert.equal((await ask('slack-events', json(body))).status, 401)
  })

  test('of Zoom is answered with an HMAC of its token', async () => {
    const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'p1' } })
    const signed = timed('x-zm-signature', 'x-zm-request-timestamp', body)
    const { status, text } = await ask('zoom', json(body, signed))
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(text), { plainToken: 'p1', encryptedToken: mac('p1') })
    assert.equal((await ask('zoom', json(body))).status, 401)
  })

  test('of Meta is echoed to who has the verify token', async () => {
    const { status, text, headers } = await ask(askMeta('verify+me'))
    assert.deepEqual([status, text, headers.get('x-content-type-options')], [200, '1158201444', 'nosniff'])
    assert.equal((await ask(askMeta('wrong'))).status, 403)
    assert.equal((await ask('meta')).status, 405)
  })

  test('of Graph is echoed as text, unescaped, and nothing else is', async () => {
    const { status, text, headers } = await ask('graph?validationToken=Validation%3A%20a%2Bb', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
    })
    assert.deepEqual([status, text], [200, 'Validation: a+b'])
    assert.match(headers.get('content-type') ?? '', /^text\/plain/)
    assert.equal((await ask(`graph?validationToken=${'a'.repeat(2000)}`, { method: 'POST' })).status, 403)
    assert.equal((await ask('graph?validationToken=a%0Ab', { method: 'POST' })).status, 403)
  })

  test('of Okta comes back as JSON', async () => {
    const { status, text } = await ask('okta', { headers: { 'x-okta-verification-challenge': 'o-1' } })
    assert.deepEqual([status, JSON.parse(text)], [200, { verification: 'o-1' }])
  })

  test('of Asana comes back as a header; a file has it until there is a secret', async () => {
    for (const [path, kept] of [
      ['asana', undefined],
      ['asana-new', 'hook-secret-value'],
    ] as const) {
      const { status, headers, text } = await ask(path, json('', { 'x-hook-secret': 'hook-secret-value' }))
      assert.deepEqual([status, text, headers.get('x-hook-secret')], [200, '', 'hook-secret-value'])
      assert.equal(await handedOver(path), kept)
    }
  })

  test('of Notion reaches a person, and only until there is a secret', async () => {
    const token = { verification_token: 'secret_notion' }
    assert.equal((await ask('notion-new', json(token))).status, 200)
    assert.equal(await handedOver('notion-new'), 'secret_notion')
    // Somebody else's comes beside it, and does not take its place.
    await ask('notion-new', json({ verification_token: 'planted' }))
    await ask('notion-new', json({ verification_token: 'planted' }))
    assert.equal(await handedOver('notion-new'), 'secret_notion\nplanted')
    assert.equal(lines.filter((line) => line.includes('2 senders brought different values')).length, 1)
    assert.equal((await ask('notion', json(token))).status, 401)
    assert.equal((await ask('notion-new', json({ ...token, id: 'more' }))).status, 401)
  })

  test('of WooCommerce is a ping with a number', async () => {
    assert.equal((await ask('woocommerce', form('webhook_id=7'))).status, 200)
    assert.notEqual((await ask('woocommerce', form('webhook_id=7&order=1'))).status, 200)
  })

  test('of Xero is a delivery of nothing: right ones are answered with 200 and no body, wrong ones with 401', async () => {
    const body = JSON.stringify({ events: [], firstEventSequence: 0, lastEventSequence: 0, entropy: 'E' })
    const right = await ask('xero', json(body, { 'x-xero-signature': mac(body, 'base64') }))
    assert.deepEqual([right.status, right.text, right.headers.get('set-cookie')], [200, '', null])
    assert.equal((await ask('xero', json(body, { 'x-xero-signature': mac('other', 'base64') }))).status, 401)
  })

  test('of SNS that nobody signed visits nothing', async () => {
    const body = {
      Type: 'SubscriptionConfirmation',
      TopicArn: 'arn:aws:sns:eu-west-1:123456789012:orders',
      SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
      SigningCertURL: 'https://evil.example/cert.pem',
    }
    const response = await ask('sns', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'text/plain' },
    })
    assert.equal(response.status, 401)
  })

  test('is asked of no other sender', async () => {
    for (const query of ['hub.challenge=1', 'validationToken=x', 'challenge=y']) {
      const { status, text } = await ask(`github?${query}`)
      assert.equal(status, 405)
      assert.doesNotMatch(text, /^[1xy]$/)
    }
  })

  test('is never an event', async () => {
    assert.deepEqual(await bot.app.db.prisma.event.findMany(), [])
    assert.deepEqual(await bot.app.db.prisma.exception.findMany(), [])
  })
})
