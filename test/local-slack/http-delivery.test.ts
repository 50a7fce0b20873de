// HTTP delivery: signatures, retries with their headers, the questions a request URL is asked, silence.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { boltOverHttp, started, until } from './start.ts'

interface Post {
  headers: IncomingMessage['headers']
  body: string
}

/** A receiver that keeps what it got and answers as the test says. */
const receiver = async (t: TestContext, answer: (post: Post) => { status: number; body?: string }) => {
  const posts: Post[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const post = { headers: request.headers, body }
      posts.push(post)
      const { status, body: text = '' } = answer(post)
      response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const slack = await started(t, {
    requestUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
  })
  return { slack, posts }
}

test('every post is signed over its raw body', async (t) => {
  const { slack, posts } = await receiver(t, () => ({ status: 200 }))
  await slack.control.command({ user: 'ada', channel: '#general', text: '/workflow run x a=ü&b=1' })
  const [post] = posts
  assert.ok(post)
  const base = `v0:${String(post.headers['x-slack-request-timestamp'])}:${post.body}`
  const expected = createHmac('sha256', slack.credentials.signingSecret).update(base).digest('hex')
  assert.equal(post.headers['x-slack-signature'], `v0=${expected}`)
  assert.equal(post.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(new URLSearchParams(post.body).get('text'), 'run x a=ü&b=1')
})

test('an event is sent again with its number and reason until it is taken', async (t) => {
  let failures = 2
  const { slack, posts } = await receiver(t, () => ({ status: failures-- > 0 ? 500 : 200 }))
  await slack.control.person({ user: 'ada', statusText: 'away' })
  await until(() => (posts.length >= 2 ? true : undefined))
  await until(async () => ((await slack.control.deliveries()).at(-1)?.attempts === 2 ? true : undefined))
  await slack.control.clock({ advanceMs: 60_000 })
  await until(async () =>
    (await slack.control.deliveries()).at(-1)?.outcome === 'answered' ? true : undefined,
  )
  assert.deepEqual(
    posts.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]),
    [
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ],
  )
  assert.equal(new Set(posts.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id)).size, 1)
})

test('Bolt passes the questions of a request URL', async (t) => {
  const { slack } = await boltOverHttp(t, () => undefined)
  const { urlVerification, sslCheck } = await slack.control.verify({})
  assert.deepEqual({ urlVerification, sslCheck }, { urlVerification: true, sslCheck: true })
})

test('a person is told what Slack would tell when the app refuses', async (t) => {
  const { slack } = await boltOverHttp(t, () => undefined)
  const { delivery } = await slack.control.command({
    user: 'ada',
    channel: '#general',
    text: '/workflow help',
  })
  assert.equal(delivery.outcome, 'refused')
  assert.equal(delivery.shown, '/workflow failed with the error "dispatch_failed"')
})

test('a plain text answer to a command is shown to that person', async (t) => {
  const { slack } = await receiver(t, () => ({ status: 200, body: 'hello there' }))
  await slack.control.command({ user: 'ada', channel: '#general', text: '/workflow help' })
  const { messages } = await slack.control.messages({ channel: '#general', as: 'ada' })
  assert.equal(messages.at(-1)?.text, 'hello there')
  const { messages: hers } = await slack.control.messages({ channel: '#general', as: 'grace' })
  assert.deepEqual(hers, [])
})
