// Nobody from outside: other hosts' names, pages of other sites, sockets of theirs; and nothing leaves.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { started, webClient } from './start.ts'

const statusOf = (url: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(url, { headers, method }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
    call.end()
  })

test('a name that only points here is refused everywhere (DNS rebinding)', async (t) => {
  const slack = await started(t)
  for (const path of ['/', '/control/state', '/page/feed', '/api/auth.test', '/app.js'])
    assert.equal(await statusOf(`${slack.url}${path}`, { host: 'evil.example:3100' }), 403, path)
  const { port } = new URL(slack.url)
  assert.equal(await statusOf(`${slack.url}/control/state`, { host: `localhost:${port}` }), 200)
})

test('pages of other sites reach neither control, feed nor socket', async (t) => {
  const slack = await started(t)
  const origin = 'https://evil.example'
  for (const path of ['/control/state', '/page/feed', '/control/clock'])
    assert.equal(await statusOf(`${slack.url}${path}`, { origin }), 403, path)
  assert.equal(
    await statusOf(`${slack.url}/control/clear-faults`, { 'sec-fetch-site': 'cross-site' }, 'POST'),
    403,
  )
  const { url = '' } = await webClient(slack, slack.credentials.appToken).apps.connections.open({})
  const socket = new WebSocket(url, { origin })
  const refused = await new Promise<Error>((resolve) => socket.once('error', resolve))
  assert.match(refused.message, /403/)
})

test('a control call that is not JSON is refused, as a form of another site would be', async (t) => {
  const slack = await started(t)
  const answer = await fetch(`${slack.url}/control/clear-faults`, {
    method: 'POST',
    body: new URLSearchParams({ id: 'x' }),
  })
  assert.equal(answer.status, 415)
})

test('the page stays in its folder and may load nothing from elsewhere', async (t) => {
  const slack = await started(t)
  assert.equal(await statusOf(`${slack.url}/..%2fserver.ts`, {}), 404)
  assert.equal(await statusOf(`${slack.url}/%2e%2e/server.ts`, {}), 404)
  const library = await fetch(`${slack.url}/vendor/preact.js`)
  assert.equal(library.status, 200)
  assert.match(
    library.headers.get('content-security-policy') ?? '',
    /default-src 'self'; img-src 'self' data:/,
  )
})
