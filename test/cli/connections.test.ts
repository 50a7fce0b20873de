// signalbox connections and connection test: what came back from a real server, in words, with no secret in them.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { hasOpenssl, makeCertificate } from '../suite/certificates.ts'
import { signalbox } from './command.ts'

const EXAMPLE = join(import.meta.dirname, '../../workflows/order-delivery.yaml')
const KEY = 'hush-hush-key'

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-connections-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function listening(t: TestContext, server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** By path: status, headers and body. What was sent is said back, as some do. */
const answers: Record<string, [status: number, headers?: Record<string, string>, body?: unknown]> = {
  '/me': [200, {}, { id: 7 }],
  '/gone': [404],
  '/limited': [429, { 'retry-after': '40' }],
  '/odd': [400, {}, { error: 'odd' }],
  '/forbidden': [403],
  '/down': [503],
  '/users/me.json': [200, {}, { user: { id: null } }],
}
function answer({ url = '', headers }: IncomingMessage) {
  if (url === '/token') return [400, {}, { error: 'invalid_client' }] as const
  if (url === '/secret-path?wait=true') return [200, {}, {}] as const
  const isKnown = (headers.authorization ?? '').includes(KEY) || headers.authorization?.startsWith('Basic ')
  if (isKnown !== true) return [401, {}, { error: `who is ${headers.authorization}?` }] as const
  return answers[url] ?? ([200] as const)
}

test('a connection is tried with its real secrets, and what came back is said in words', async (t) => {
  const asked: string[] = []
  const port = await listening(
    t,
    createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      const [status, headers = {}, body = {}] = answer(request)
      response.writeHead(status, headers).end(JSON.stringify(body))
    }),
  )
  const closed = createServer()
  const nobody = await listening(t, closed)
  closed.close()
  const dir = folder(t)
  const url = `http://127.0.0.1:${port}`
  const good = 'auth: { bearer: secret.GOOD }'
  const lines = {
    well: `{ url: "${url}", ${good}, test: { path: /me } }`,
    'wrong-key': `{ url: "${url}", auth: { bearer: secret.WRONG }, test: { path: /me } }`,
    gone: `{ url: "${url}", ${good}, test: { path: /gone } }`,
    limited: `{ url: "${url}", ${good}, test: { path: /limited } }`,
    odd: `{ url: "${url}", ${good}, test: { path: /odd } }`,
    forbidden: `{ url: "${url}", ${good}, test: { path: /forbidden } }`,
    down: `{ url: "${url}", ${good}, test: { path: /down } }`,
    untold: `{ url: "${url}", auth: { bearer: secret.WRONG } }`,
    hook: '{ preset: discord-webhook, webhook: secret.HOOK }',
    desk: `{ preset: zendesk, url: "${url}", email: a@x.example, token: secret.GOOD }`,
    token: `{ url: "${url}", auth: { oauth2: { token_url: "${url}/token", client_id: a, client_secret: secret.GOOD } } }`,
    'no-token-host': `{ url: "${url}", auth: { oauth2: { token_url: "http://127.0.0.1:${nobody}/t", client_id: a, client_secret: secret.GOOD } } }`,
    nobody: `{ url: "http://127.0.0.1:${nobody}" }`,
    nowhere: '{ url: "https://nowhere.invalid" }',
    private: '{ url: "http://10.0.0.1" }',
    unset: `{ url: "${url}", auth: { bearer: secret.UNSET } }`,
    'bad-pem': `{ url: "${url}", auth: { jwt_bearer: { token_url: "${url}/token", issuer: a, private_key: secret.GOOD } } }`,
  }
  cpSync(EXAMPLE, join(dir, 'order-delivery.yaml'))
  writeFileSync(
    join(dir, 'signalbox.yaml'),
    `calendars: { business: { timezone: UTC, hours: "Mon-Fri 09:00-17:00" } }\nroles: { support-leads: ["@ada"] }\nvars: { shop: x }\nconnections:\n${Object.entries(
      lines,
    )
      .map(([name, line]) => `  ${name}: ${line}\n`)
      .join('')}`,
  )
  const env = { GOOD: KEY, WRONG: 'another-secret', HOOK: `${url}/secret-path` }
  const place = `127.0.0.1:${port}`
  const table: [name: keyof typeof lines, code: number, state: string, text: RegExp][] = [
    ['well', 0, 'accepted', new RegExp(`^${place} answered 200 and accepted secret.GOOD.$`)],
    ['wrong-key', 1, 'refused', /answered 401: it rejected secret.WRONG/],
    ['gone', 1, 'not_found', /answered 404: nothing exists at this path/],
    ['limited', 1, 'rate_limited', /Try again in 40 s/],
    ['odd', 1, 'unexpected', /answered 400, which isn't what the test call should return/],
    ['forbidden', 1, 'not_allowed', /answered 403: it doesn't allow this call/],
    ['down', 1, 'failing', /answered 503: it's up but failing/],
    [
      'untold',
      0,
      'reached',
      /^Reached 127.* it answered 401. To check your credentials too, name a harmless call/,
    ],
    ['hook', 0, 'accepted', /^the address in secret.HOOK answered 200 and accepted secret.HOOK.$/],
    ['desk', 1, 'unexpected', /answered 200, which isn't what/],
    [
      'token',
      1,
      'no_token',
      /^Couldn't get an access token: the token endpoint answered 400. Check token_url and secret.GOOD/,
    ],
    ['no-token-host', 1, 'no_token', /the token endpoint did not answer \(econnrefused\)/],
    ['nobody', 1, 'not_reached', /^Nothing is listening at 127.0.0.1/],
    ['nowhere', 1, 'no_host', /^Can't find nowhere.invalid in DNS/],
    ['private', 1, 'not_called', /^10.0.0.1 isn't a public address/],
    ['bad-pem', 1, 'not_called', /^Nothing was sent: the private key is not one in PEM/],
  ]
  for (const [name, code, state, text] of table)
    await t.test(`${name}: ${state}`, async () => {
      const ended = await signalbox(env, 'connection', 'test', name, '--dir', dir, '--json')
      const said = JSON.parse(ended.stdout) as { state: string; text: string }
      assert.deepEqual([ended.code, said.state], [code, state], ended.stdout + ended.stderr)
      assert.match(said.text, text)
      for (const secret of [KEY, 'another-secret', 'secret-path'])
        assert.ok(!`${ended.stdout}${ended.stderr}`.includes(secret), ended.stdout)
    })
  await t.test('in words, with what the other side says', async () => {
    const ended = await signalbox(env, 'connection', 'test', 'wrong-key', '--dir', dir)
    assert.equal(ended.stdout, 'Answer: {"error":"who is Bearer [secret]?"}\n')
    assert.match(ended.stderr, /rejected secret.WRONG/)
    const well = await signalbox(env, 'connection', 'test', 'well', '--dir', dir)
    assert.deepEqual([well.stderr, well.stdout], ['', `${place} answered 200 and accepted secret.GOOD.\n`])
  })
  await t.test('nothing is sent without its secret, or to one that is not there', async () => {
    const before = asked.length
    const unset = await signalbox(env, 'connection', 'test', 'unset', '--dir', dir)
    assert.deepEqual([unset.code, unset.stdout], [1, ''])
    assert.match(unset.stderr, /secret.UNSET isn't set. Set UNSET in the environment/)
    const unknown = await signalbox(env, 'connection', 'test', 'wel', '--dir', dir)
    assert.equal(unknown.code, 1)
    assert.match(unknown.stderr, /has no connection "wel": did you mean well\?/)
    assert.equal(asked.length, before)
  })
  await t.test('the list names each with its secrets, and calls nobody', async () => {
    const before = asked.length
    const { connections } = JSON.parse((await signalbox(env, 'connections', dir, '--json')).stdout) as {
      connections: { name: string; missing: string[] }[]
    }
    assert.deepEqual(connections.map(({ name }) => name).toSorted(), Object.keys(lines).toSorted())
    assert.deepEqual(
      connections.flatMap(({ missing }) => missing),
      ['UNSET'],
    )
    assert.match((await signalbox(env, 'connections', dir)).stdout, /unset .* UNSET \(not set\)/)
    assert.match(
      (await signalbox(env, 'connections', '--presets')).stdout,
      /^zendesk +Zendesk +subdomain, email, token$/m,
    )
    assert.equal(asked.length, before)
  })
})

test('a certificate that nobody vouches for is said to be that', { skip: !hasOpenssl() }, async (t) => {
  const dir = folder(t)
  const { cert, key } = makeCertificate(dir, 'server', { subject: 'localhost' })
  const port = await listening(
    t,
    createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_, response) =>
      response.end('{}'),
    ),
  )
  cpSync(EXAMPLE, join(dir, 'order-delivery.yaml'))
  writeFileSync(join(dir, 'signalbox.yaml'), `connections: { mine: { url: "https://127.0.0.1:${port}" } }\n`)
  const { code, stderr } = await signalbox({}, 'connection', 'test', 'mine', '--dir', dir)
  assert.equal(code, 1)
  assert.match(stderr, /its certificate isn't trusted \(depth_zero_self_signed_cert\)/)
})
