// Faults thrown on purpose, rate limits, and the end of triggers and response addresses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@slack/web-api'
import { boltOverSocket, started, until, webClient } from './start.ts'

const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { error?: string } }
    return data?.error ?? code ?? String(error)
  }
  return 'ok'
}

const post = (slack: Parameters<typeof webClient>[0], text = 'x') =>
  webClient(slack).chat.postMessage({ channel: '#general', text })

const texts = async (slack: Parameters<typeof webClient>[0]) =>
  (await slack.control.messages({ channel: '#general' })).messages.map((message) => message.text)

test('a rate limit strikes the method it names, as often as it says', async (t) => {
  const slack = await started(t)
  await slack.control.fault({ kind: 'rate_limited', method: 'chat.postMessage', count: 2, ms: 7_000 })
  assert.equal(await codeOf(webClient(slack).auth.test()), 'ok')
  await assert.rejects(post(slack), { code: ErrorCode.RateLimitedError, retryAfter: 7 })
  assert.equal(await codeOf(post(slack)), ErrorCode.RateLimitedError)
  assert.equal(await codeOf(post(slack)), 'ok')
  assert.deepEqual((await slack.control.state()).faults, [])
})

test('a 500 does nothing; a 500 after success has done it', async (t) => {
  const slack = await started(t)
  await slack.control.fault({ kind: 'server_error', count: 1 })
  assert.notEqual(await codeOf(post(slack, 'lost')), 'ok')
  await slack.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 1 })
  assert.notEqual(await codeOf(post(slack, 'done')), 'ok')
  assert.deepEqual(await texts(slack), ['done'])
})

test('an outage answers with an HTML 503 and takes the sockets away until it is over', async (t) => {
  const slack = await started(t)
  await boltOverSocket(slack, () => undefined)
  await slack.control.fault({ kind: 'outage' })
  assert.equal((await slack.control.state()).app.sockets, 0)
  const answer = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' })
  assert.equal(answer.status, 503)
  assert.match(answer.headers.get('content-type') ?? '', /text\/html/)
  await slack.control['clear-faults']({})
  await until(async () => ((await slack.control.state()).app.sockets === 1 ? true : undefined))
})

test('a slow method answers when its time is over', async (t) => {
  const slack = await started(t)
  await slack.control.fault({ kind: 'slow', method: 'chat.postMessage', count: 1, ms: 60_000 })
  const slow = codeOf(post(slack, 'late'))
  await until(async () => ((await slack.control.state()).faults.length === 0 ? true : undefined))
  assert.deepEqual(await texts(slack), [])
  await slack.control.clock({ advanceMs: 60_000 })
  assert.equal(await slow, 'ok')
})

test('a doubled delivery brings the same event twice', async (t) => {
  const slack = await started(t)
  const ids: string[] = []
  await boltOverSocket(slack, (app) =>
    app.event('user_change', async ({ body }) => void ids.push(body.event_id)),
  )
  await slack.control.fault({ kind: 'duplicate_delivery', count: 1 })
  await slack.control.person({ user: 'ada', statusText: 'x' })
  await until(() => (ids.length === 2 ? true : undefined))
  assert.equal(ids[0], ids[1])
})

test('a trigger opens one view, within three seconds', async (t) => {
  const slack = await started(t)
  const triggers: string[] = []
  await boltOverSocket(slack, (app) =>
    app.command('/workflow', async ({ ack, command }) => {
      triggers.push(command.trigger_id)
      await ack()
    }),
  )
  const client = webClient(slack)
  const view = {
    type: 'modal' as const,
    title: { type: 'plain_text' as const, text: 'x' },
    blocks: [{ type: 'divider' }],
  }
  const open = (trigger: string | undefined) => codeOf(client.views.open({ trigger_id: trigger ?? '', view }))
  const command = () => slack.control.command({ user: 'ada', channel: '#general', text: '/workflow' })
  assert.equal(await open('1.2.nonsense'), 'invalid_trigger_id')
  await command()
  assert.equal(await open(triggers.at(-1)), 'ok')
  assert.equal(await open(triggers.at(-1)), 'exchanged_trigger_id')
  await command()
  await slack.control.clock({ advanceMs: 3_001 })
  assert.equal(await open(triggers.at(-1)), 'expired_trigger_id')
  await slack.control.fault({ kind: 'expired_trigger', count: 1 })
  await command()
  assert.equal(await open(triggers.at(-1)), 'expired_trigger_id')
})

test('a response address takes five answers within thirty minutes', async (t) => {
  const slack = await started(t)
  const addresses: string[] = []
  await boltOverSocket(slack, (app) =>
    app.command('/workflow', async ({ ack, command }) => {
      addresses.push(command.response_url)
      await ack()
    }),
  )
  const command = () => slack.control.command({ user: 'ada', channel: '#general', text: '/workflow' })
  const respond = async (body: object) => {
    const answer = await fetch(addresses.at(-1) ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.ok ? 'ok' : ((await answer.json()) as { error: string }).error
  }
  await command()
  assert.equal(await respond({ text: 'one' }), 'ok')
  assert.equal(await respond({ text: 'two', replace_original: true }), 'ok')
  assert.deepEqual(await texts(slack), ['two'])
  assert.equal(await respond({ delete_original: true }), 'ok')
  assert.deepEqual(await texts(slack), [])
  assert.equal(await respond({ text: 'four', response_type: 'in_channel' }), 'ok')
  assert.equal(await respond({ text: 'five' }), 'ok')
  assert.equal(await respond({ text: 'six' }), 'used_url')
  await command()
  await slack.control.clock({ advanceMs: 30 * 60_000 + 1 })
  assert.equal(await respond({ text: 'late' }), 'expired_url')
})

test('posts to one channel are limited to about one a second after a burst; other channels are not held up', async (t) => {
  const slack = await started(t, { rateLimits: true, now: () => 1_767_225_600_000 })
  const codes: string[] = []
  for (let n = 0; n < 25; n++) codes.push(await codeOf(post(slack)))
  assert.equal(codes.filter((code) => code === 'ok').length, 20)
  assert.equal(codes.at(-1), ErrorCode.RateLimitedError)
  assert.equal(await codeOf(webClient(slack).chat.postMessage({ channel: '#sales', text: 'x' })), 'ok')
  await slack.control.clock({ advanceMs: 2_000 })
  assert.deepEqual(
    [await codeOf(post(slack)), await codeOf(post(slack)), await codeOf(post(slack))],
    ['ok', 'ok', ErrorCode.RateLimitedError],
  )
})
