// The web edge itself: by which names it answers, how long a request may take to arrive, who may read the figures.
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { ConfigError, readConfig } from '../../src/config.ts'
import { makeHosts } from '../../src/http/hosts.ts'
import { type Bot, startBot } from '../bot.ts'

interface Asked {
  method?: string
  host?: string
  headers?: Record<string, string>
}

/** By node:http, which sends the Host that it is told. */
function ask(base: string | undefined, path: string, { method = 'GET', host, headers = {} }: Asked = {}) {
  const answer = Promise.withResolvers<{
    status: number
    headers: NodeJS.Dict<string | string[]>
    text: string
  }>()
  const url = new URL(path, base)
  const sent = httpRequest(
    url,
    { method, setHost: host === undefined, headers: { ...headers, ...(host === undefined ? {} : { host }) } },
    (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () =>
        answer.resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      )
    },
  )
  sent.on('error', answer.reject)
  sent.end(method === 'POST' ? '{}' : undefined)
  return answer.promise
}

const asked = (host: string) => ({ host, headers: { host } })

test('a name is ours when it is that of PUBLIC_URL, of HOST, or loopback', () => {
  const hosts = makeHosts({ publicUrl: 'https://Signalbox.example.com:8443/x', host: '10.0.0.5' })
  const v6 = makeHosts({ publicUrl: 'http://[fd00::5]:3000', host: 'fd00::5' })
  const ours = [
    'signalbox.example.com',
    'SIGNALBOX.example.com:443',
    'signalbox.example.com.',
    '10.0.0.5:3000',
  ]
  for (const host of [
    ...ours,
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1:3000',
    '127.1.2.3',
    '[::1]',
    '[::1]:3000',
  ])
    assert.ok(hosts.isOurs(asked(host)), host)
  assert.ok(v6.isOurs(asked('[fd00::5]:3000')) && v6.isOurs(asked('[FD00::5]')))
  const foreign = [
    'evil.example',
    'signalbox.example.com.evil.example',
    'evilsignalbox.example.com',
    '10.0.0.6',
    '',
  ]
  const odd = [
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@127.0.0.1',
    '127.0.0.1/evil',
    '[::1',
  ]
  for (const host of [...foreign, ...odd, 'localhost:x', '0.0.0.0', '2130706433', '0x7f000001', ' localhost'])
    assert.ok(!hosts.isOurs(asked(host)), host)
  assert.ok(hosts.isAddress(asked('10.0.0.6:9464')) && hosts.isAddress(asked('[fd00::1]:1')))
  for (const host of ['evil.example', '10.0.0.6.evil.example', '2130706433', ''])
    assert.ok(!hosts.isAddress(asked(host)), host)
})

describe('the Host of a request', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot(
      { after: (clean) => void cleaning.push(clean) },
      { mode: 'http', env: { PUBLIC_URL: 'https://signalbox.example.com' } },
    )
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const json = { 'content-type': 'application/json' }

  test('a foreign one gets nothing but health: no webhook, no Slack, no target, no figures', async () => {
    for (const host of [
      'evil.example',
      'evil.example:3000',
      '10.1.2.3',
      'signalbox.example.com.evil.example',
    ]) {
      for (const path of ['/hooks/orders', '/slack/events', '/example-target/x', '/hooks/healthz']) {
        const { status, text } = await ask(bot.app.url, path, { method: 'POST', host, headers: json })
        assert.equal(status, 421, `${path} as ${host}`)
        assert.match((JSON.parse(text) as { detail: string }).detail, /PUBLIC_URL/)
      }
      assert.equal((await ask(bot.app.url, '/', { host })).status, 421)
      for (const path of ['/healthz', '/readyz', '/readyz?x'])
        assert.equal((await ask(bot.app.url, path, { host })).status, 200, `${path} as ${host}`)
    }
    assert.equal((await ask(bot.app.url, '/metrics', { host: 'evil.example' })).status, 421)
    assert.equal((await ask(bot.app.url, '/metrics', { host: '10.1.2.3:3000' })).status, 200, 'by address')
  })

  test('loopback or an address in the header of a trusted proxy is nobody’s name', async (t) => {
    const behind = await startBot(t, {
      mode: 'http',
      env: { PUBLIC_URL: 'https://signalbox.example.com', TRUSTED_PROXIES: '127.0.0.1' },
    })
    const statusOf = async (path: string, forwarded: string, host = 'evil.example') => {
      const headers = { ...json, 'x-forwarded-host': forwarded }
      const method = path === '/metrics' ? 'GET' : 'POST'
      return (await ask(behind.app.url, path, { method, host, headers })).status
    }
    for (const name of ['localhost', '127.0.0.1', '[::1]:3000', 'LOCALHOST.', 'evil.example', '10.1.2.3'])
      for (const path of ['/hooks/orders', '/metrics'])
        assert.equal(await statusOf(path, name), 421, `${path} as ${name}`)
    assert.equal(await statusOf('/metrics', 'evil.example', '10.1.2.3'), 421)
    assert.equal(await statusOf('/hooks/orders', 'signalbox.example.com'), 404, 'its own name')
    assert.equal(await statusOf('/metrics', 'signalbox.example.com'), 200)
  })

  test('a header of a proxy that nobody trusts changes nothing', async () => {
    const headers = {
      ...json,
      'x-forwarded-host': 'signalbox.example.com',
      forwarded: 'host=signalbox.example.com',
    }
    const { status } = await ask(bot.app.url, '/hooks/orders', {
      method: 'POST',
      host: 'evil.example',
      headers,
    })
    assert.equal(status, 421)
  })

  test('the bot’s own name and loopback are served', async () => {
    for (const host of ['signalbox.example.com', 'signalbox.example.com:443', 'localhost', '[::1]:3000']) {
      const { status } = await ask(bot.app.url, '/hooks/orders', { method: 'POST', host, headers: json })
      assert.equal(status, 404, `${host}: there is no such workflow`)
    }
  })
})

test('behind a trusted proxy, the name it was asked by counts', async (t) => {
  const env = { PUBLIC_URL: 'https://signalbox.example.com', TRUSTED_PROXIES: '127.0.0.1' }
  const bot = await startBot(t, { env })
  const as = (name: string) =>
    ask(bot.app.url, '/hooks/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-host': name },
    })
  assert.equal((await as('signalbox.example.com')).status, 404)
  assert.equal((await as('evil.example')).status, 421)
})

test('METRICS_TOKEN: only who sends it reads the figures, by whatever name', async (t) => {
  const token = 'a token of twenty characters'
  const bot = await startBot(t, { env: { METRICS_TOKEN: token } })
  const given = (authorization: string, host?: string) =>
    ask(bot.app.url, '/metrics', { headers: { authorization }, ...(host === undefined ? {} : { host }) })
  const refused = await ask(bot.app.url, '/metrics')
  assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer'])
  for (const wrong of [
    '',
    token,
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    'Bearer ',
  ])
    assert.equal((await given(wrong)).status, 401, wrong)
  assert.ok(!refused.text.includes(token))
  for (const right of [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token}`])
    assert.match((await given(right)).text, /^signalbox_runs\{/m)
  assert.equal((await given(`Bearer ${token}`, 'signalbox.monitoring.svc:9464')).status, 200)
})

test('METRICS_PORT: the figures stand there and nothing else, and no longer beside the webhooks', async (t) => {
  const bot = await startBot(t, { env: { METRICS_PORT: '0' } })
  assert.ok(bot.app.metricsUrl)
  assert.match((await ask(bot.app.metricsUrl, '/metrics')).text, /^signalbox_runs\{/m)
  assert.equal((await ask(bot.app.url, '/metrics')).status, 404)
  assert.equal((await ask(bot.app.metricsUrl, '/metrics', { host: 'evil.example' })).status, 421)
  assert.equal((await ask(bot.app.metricsUrl, '/hooks/orders', { method: 'POST' })).status, 404)
})

test('a short token and the port that is taken are said at start', () => {
  assert.throws(() => readConfig({ METRICS_TOKEN: 'short' }), ConfigError)
  assert.throws(
    () => readConfig({ PORT: '3000', METRICS_PORT: '3000' }),
    /METRICS_PORT: another port than PORT/,
  )
  assert.equal(readConfig({ METRICS_TOKEN: ' ', METRICS_PORT: '' }).metrics.token, undefined)
})

const head = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`

test('a request that trickles in is ended when its time is over, wherever it goes', async (t) => {
  const bot = await startBot(t, { mode: 'http', requestWithinMs: 800 })
  const { port, hostname } = new URL(bot.app.url ?? '')
  /** What came back until the other side hung up. A byte each 50 ms keeps the connection from being idle. */
  const trickled = async (start: string) => {
    const socket = connect(Number(port), hostname)
    const trickle = setInterval(() => socket.write('x'), 50)
    let text = ''
    socket.on('data', (part: Buffer) => (text += part.toString()))
    socket.write(start)
    const ended = Promise.withResolvers<void>()
    socket.on('error', () => {})
    socket.on('close', () => ended.resolve())
    await ended.promise
    clearInterval(trickle)
    return text
  }
  const startedAt = performance.now()
  const answers = await Promise.all(
    [head('/hooks/orders'), head('/slack/events'), 'POST /hooks/orders HTTP/1.1\r\nX-'].map(trickled),
  )
  assert.ok(performance.now() - startedAt < 25_000, 'Node alone looks each 30 s')
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.equal((await ask(bot.app.url, '/healthz')).status, 200)
})
