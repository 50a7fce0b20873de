// Calls over the wire: each way to prove who sends them, each form of body, tokens, and what an answer makes of the next try.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { handOut } from '../../src/connectors/secrets.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import type { HttpCall } from '../../src/domain/call/http-call.ts'
import type { FaultError } from '../../src/domain/fault.ts'
import { asWritten, type UrlText } from '../../src/domain/text/texts.ts'

type Got = { path: string; text: string; headers: IncomingMessage['headers'] }
type Reply = { status?: number; headers?: Record<string, string>; body?: unknown }

/** A server that answers as `reply` says, and a sender that may call it. */
async function start(t: TestContext, reply: (got: Got, response: ServerResponse) => Reply) {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = { path: request.url ?? '', text: Buffer.concat(parts).toString(), headers: request.headers }
      got.push(one)
      const { status = 200, headers = {}, body = {} } = reply(one, response)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      setTimeout(() => response.writeHead(status, headers).end(text), one.path === '/slow' ? 20 : 0)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { hide } = handOut(() => undefined)
  const { send, close } = makeSendHttp(
    { allowed: new Set(['127.0.0.1']), allowLoopback: false },
    makeTargets({ limits: { failures: 3, openMs: 60_000, atOnce: 4, waiting: 50, waitsForMs: 2000 } }),
    hide,
  )
  t.after(async () => {
    await close()
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = (more: Partial<HttpCall> = {}, path = '/x'): HttpCall => ({
    method: 'POST',
    url: asWritten<UrlText>(`${url}${path}`),
    headers: {},
    ...more,
  })
  return { got, send, call, url }
}

const faultOf = (work: Promise<unknown>): Promise<FaultError> =>
  work.then(
    () => assert.fail('it was taken for a success'),
    (error: FaultError) => error,
  )

describe('who sends a call', () => {
  test('bearer, basic and any other header', async (t) => {
    const { got, send, call } = await start(t, () => ({}))
    await send(call({ auth: { bearer: 'tok' } }))
    await send(call({ auth: { basic: { username: 'sk_live', password: '' } } }))
    await send(call({ auth: { basic: { username: 'jö@x.example', password: 'p:w' } } }))
    await send(call({ auth: { header: { name: 'X-Api-Key', value: 'Bot k' } } }))
    assert.deepEqual(
      got.map(({ headers }) => headers.authorization ?? headers['x-api-key']),
      [
        'Bearer tok',
        `Basic ${Buffer.from('sk_live:').toString('base64')}`,
        `Basic ${Buffer.from('jö@x.example:p:w').toString('base64')}`,
        'Bot k',
      ],
    )
  })

  test('an HMAC over the very bytes that arrive, with the time in it', async (t) => {
    const { got, send, call } = await start(t, () => ({}))
    const hmac = {
      secret: 's3cret',
      header: 'X-Signature',
      signed: 'v0:${timestamp}:${method}:${path}:${body}',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'v0=',
      timestamp: 'X-Time',
    } as const
    await send(call({ auth: { hmac }, form: { a: 'ö' }, query: { q: 1 } }))
    const [{ text, path, headers } = { text: '', path: '', headers: {} }] = got
    const signed = `v0:${String(headers['x-time'])}:POST:${path}:${text}`
    assert.equal(path, '/x?q=1')
    assert.equal(headers['x-signature'], `v0=${createHmac('sha256', 's3cret').update(signed).digest('hex')}`)
    assert.ok(Math.abs(Number(headers['x-time']) - Date.now() / 1000) < 60)
  })

  test('AWS Signature Version 4: worked out again from what arrived, by the steps of its specification', async (t) => {
    const { got, send, call } = await start(t, () => ({}))
    const aws = {
      access_key: 'AKIDEXAMPLE',
      secret_key: 'sekret',
      region: 'eu-central-1',
      service: 'execute-api',
    }
    await send(call({ auth: { aws }, json: { a: 1 }, query: { b: '2', a: 'x y' } }))
    const [{ text, headers } = { text: '', headers: {} as IncomingMessage['headers'] }] = got
    const { createHash } = await import('node:crypto')
    const sha = (part: string) => createHash('sha256').update(part).digest('hex')
    const authorization = headers.authorization ?? ''
    const [, day = '', names = '', signature = ''] =
      /Credential=AKIDEXAMPLE\/(\d{8})\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
        authorization,
      ) ?? []
    const canonical = [
      'POST',
      '/x',
      'a=x%20y&b=2',
      ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
      '',
      names,
      sha(text),
    ].join('\n')
    const scope = `${day}/eu-central-1/execute-api/aws4_request`
    const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(canonical)].join('\n')
    const key = [day, 'eu-central-1', 'execute-api', 'aws4_request'].reduce<Buffer | string>(
      (so, part) => createHmac('sha256', so).update(part).digest(),
      'AWS4sekret',
    )
    assert.equal(signature, createHmac('sha256', key).update(toSign).digest('hex'))
    assert.ok(names.split(';').includes('host'))
  })
})

const client = (url: string, more: object = {}) => ({
  oauth2: {
    token_url: `${url}/token`,
    client_id: 'id',
    client_secret: 'hush-hush',
    scope: 'a b',
    client_auth: 'header' as const,
    ...more,
  },
})

describe('a token by client credentials', () => {
  test('is asked for once, by however many calls, and kept', async (t) => {
    const { got, send, call, url } = await start(t, ({ path }) =>
      path === '/token'
        ? { body: { access_token: 'tok-123456', expires_in: 3600, token_type: 'bearer' } }
        : {},
    )
    await Promise.all([1, 2, 3].map(() => send(call({ auth: client(url) }))))
    await send(call({ auth: client(url) }))
    const asked = got.filter(({ path }) => path === '/token')
    assert.deepEqual(
      asked.map(({ text, headers }) => [text, headers.authorization, headers['content-type']]),
      [
        [
          'grant_type=client_credentials&scope=a+b',
          `Basic ${Buffer.from('id:hush-hush').toString('base64')}`,
          'application/x-www-form-urlencoded',
        ],
      ],
    )
    assert.deepEqual(
      got.filter(({ path }) => path === '/x').map(({ headers }) => headers.authorization),
      Array.from({ length: 4 }, () => 'Bearer tok-123456'),
    )
  })

  test('stands in the body where that is asked, and another client has another one', async (t) => {
    const { got, send, call, url } = await start(t, ({ path, text }) =>
      path === '/token'
        ? { body: { access_token: `of-${new URLSearchParams(text).get('client_id')}`, expires_in: 3600 } }
        : {},
    )
    for (const client_id of ['one', 'two'])
      await send(call({ auth: client(url, { client_id, client_auth: 'body' }) }))
    assert.equal(
      got[0]?.text,
      'grant_type=client_credentials&client_id=one&client_secret=hush-hush&scope=a+b',
    )
    assert.deepEqual(
      got.filter(({ path }) => path === '/x').map(({ headers }) => headers.authorization),
      ['Bearer of-one', 'Bearer of-two'],
    )
  })

  test('that is no longer taken is asked for anew, once, and no answer keeps one', async (t) => {
    let given = 0
    const { got, send, call, url } = await start(t, ({ path, headers }) => {
      if (path === '/token') return { body: { access_token: `token-${(given += 1)}`, expires_in: 3600 } }
      return headers.authorization === 'Bearer token-1'
        ? { status: 401 }
        : { body: { echo: headers.authorization } }
    })
    const { body } = await send(call({ auth: client(url) }))
    assert.equal(body, '{"echo":"Bearer [secret]"}')
    assert.deepEqual(
      got.map(({ path }) => path),
      ['/token', '/x', '/token', '/x'],
    )
    const other = await start(t, ({ path }) =>
      path === '/token' ? { body: { access_token: 'never-good', expires_in: 3600 } } : { status: 401 },
    )
    const fault = await faultOf(other.send(other.call({ auth: client(other.url) })))
    assert.deepEqual([fault.code, fault.retry, other.got.length], ['http_401', 'never', 4])
  })

  test('of a token endpoint that refuses is a refusal, of one that is down worth another try', async (t) => {
    for (const [status, retry] of [
      [400, 'never'],
      [503, 'backoff'],
    ] as const) {
      const { got, send, call, url } = await start(t, () => ({ status, body: { error: 'hush-hush' } }))
      const fault = await faultOf(send(call({ auth: client(url) })))
      assert.deepEqual([fault.code, fault.retry, got.length], ['no_token', retry, 1])
    }
  })
})

describe('what an answer makes of the next try', () => {
  test('the conditions of the call decide, then the status', async (t) => {
    let reply: Reply = {}
    const { send, call } = await start(t, () => reply)
    const graphql = call({
      json: {},
      handling: {
        conditions: {
          retry_when: 'answer.body.errors.exists(e, e.extensions.code == "RATELIMITED")',
          success_when: 'has(answer.body.data) && !has(answer.body.errors)',
        },
      },
    })
    reply = { body: { data: null, errors: [{ message: 'no such team' }] } }
    const refused = await faultOf(send(graphql))
    assert.deepEqual(
      [refused.message, refused.retry, refused.status],
      ['the target answered 200, and success_when does not hold', 'never', 200],
    )
    assert.match(refused.answer ?? '', /no such team/)
    reply = {
      status: 400,
      headers: {
        'X-RateLimit-Requests-Remaining': '0',
        'X-RateLimit-Requests-Reset': String(Date.now() + 9000),
      },
      body: { errors: [{ extensions: { code: 'RATELIMITED' } }] },
    }
    const limited = await faultOf(send(graphql))
    assert.equal(limited.message, 'the target answered 400, and retry_when holds')
    assert.ok(typeof limited.retry === 'object' && Math.abs(limited.retry.afterMs - 9000) < 2000)
    reply = { body: { data: { id: 1 } } }
    assert.equal((await send(graphql)).body, '{"data":{"id":1}}')
  })

  test('a limit that is met again and again is no outage: the circuit stays closed', async (t) => {
    const { got, send, call } = await start(t, () => ({ status: 400, body: { limited: true } }))
    const limited = call({ handling: { conditions: { retry_when: 'answer.body.limited' } } })
    for (let n = 0; n < 5; n += 1) assert.equal((await faultOf(send(limited))).code, 'http_400')
    assert.equal(got.length, 5)
  })

  test('no more calls of a connection run at once than it says', async (t) => {
    let now = 0
    let most = 0
    const { send, call } = await start(t, (_got, response) => {
      most = Math.max(most, (now += 1))
      response.on('finish', () => (now -= 1))
      return {}
    })
    const caller = { shown: 'x', workflow: 'w' }
    await Promise.all(
      Array.from({ length: 8 }, () => send(call({ handling: { atOnce: 1 } }, '/slow'), 'k', caller)),
    )
    assert.equal(most, 1)
  })
})
