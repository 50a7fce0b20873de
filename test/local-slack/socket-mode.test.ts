// Socket Mode through @slack/socket-mode and bare WebSockets: tickets, one socket an envelope, redelivery, drops.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { LogLevel, SocketModeClient } from '@slack/socket-mode'
import { WebSocket } from 'ws'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { started, until, webClient } from './start.ts'

interface Envelope {
  type: string
  envelope_id: string
  retry_attempt?: number
  retry_reason?: string
  accepts_response_payload?: boolean
  payload: Record<string, unknown>
}

const connection = async (slack: LocalSlack): Promise<string> => {
  const answer = await webClient(slack, slack.credentials.appToken).apps.connections.open({})
  return answer.url ?? ''
}

/** A bare socket that acknowledges nothing by itself. */
const bareSocket = async (t: TestContext, slack: LocalSlack) => {
  const socket = new WebSocket(await connection(slack))
  const envelopes: Envelope[] = []
  socket.on('message', (data: Buffer) => envelopes.push(JSON.parse(data.toString()) as Envelope))
  t.after(() => socket.terminate())
  await until(() => envelopes.find((envelope) => envelope.type === 'hello'))
  const acknowledge = ({ envelope_id: id }: Envelope, payload?: object) =>
    socket.send(JSON.stringify({ envelope_id: id, payload }))
  return { socket, envelopes, acknowledge }
}

const joined = (handle: string) => ({ handle, name: handle })
const isJoin = (envelope: Envelope) => (envelope.payload.event as { type: string }).type === 'team_join'
const events = (envelopes: Envelope[]) => envelopes.filter((envelope) => envelope.type === 'events_api')

test('a ticket opens one socket', async (t) => {
  const slack = await started(t)
  const url = await connection(slack)
  const first = new WebSocket(url)
  t.after(() => first.terminate())
  await new Promise((resolve) => first.once('open', resolve))
  const second = new WebSocket(url)
  const refused = await new Promise<Error>((resolve) => second.once('error', resolve))
  assert.match(refused.message, /401/)
})

test('no more than ten sockets are let in', async (t) => {
  const slack = await started(t)
  for (let n = 0; n < 10; n++) await bareSocket(t, slack)
  await assert.rejects(connection(slack), /too_many_websockets/)
})

test('each envelope goes to one socket only', async (t) => {
  const slack = await started(t)
  const sockets = [await bareSocket(t, slack), await bareSocket(t, slack), await bareSocket(t, slack)]
  for (const { socket, acknowledge } of sockets)
    socket.on('message', (data: Buffer) => acknowledge(JSON.parse(data.toString()) as Envelope))
  for (let n = 0; n < 9; n++) await slack.control.person({ user: 'ada', statusText: `status ${n}` })
  await until(() => (sockets.flatMap((socket) => events(socket.envelopes)).length >= 9 ? true : undefined))
  const ids = sockets
    .flatMap((socket) => events(socket.envelopes))
    .map((envelope) => envelope.payload.event_id)
  assert.equal(ids.length, 9)
  assert.equal(new Set(ids).size, 9)
})

test('an event nobody acknowledges comes again at once, after a minute and after five more', async (t) => {
  const slack = await started(t)
  const { envelopes } = await bareSocket(t, slack)
  const times = async (count: number) => until(() => (events(envelopes).length >= count ? true : undefined))
  await slack.control.join(joined('hedy'))
  // team_join, and member_joined_channel for #general.
  await times(2)
  await slack.control.clock({ advanceMs: 3_000 })
  await times(4)
  await slack.control.clock({ advanceMs: 3_000 })
  await until(async () => {
    const tried = (await slack.control.deliveries()).filter((delivery) => delivery.attempts === 2)
    return tried.length === 2 ? true : undefined
  })
  await slack.control.clock({ advanceMs: 60_000 })
  await times(6)
  await slack.control.clock({ advanceMs: 3_000 })
  await until(async () => {
    const tried = (await slack.control.deliveries()).filter((delivery) => delivery.attempts === 3)
    return tried.length === 2 ? true : undefined
  })
  await slack.control.clock({ advanceMs: 300_000 })
  await times(8)
  const attempts = events(envelopes).filter(isJoin)
  assert.deepEqual(
    attempts.map((each) => each.retry_attempt),
    [0, 1, 2, 3],
  )
  assert.equal(attempts.at(-1)?.retry_reason, 'timeout')
  assert.equal(new Set(attempts.map((each) => each.payload.event_id)).size, 1)
})

test('what a lost socket had not acknowledged goes to the next one', async (t) => {
  const slack = await started(t)
  const first = await bareSocket(t, slack)
  const command = slack.control.command({ user: 'ada', channel: '#general', text: '/workflow help' })
  await until(() => first.envelopes.find((envelope) => envelope.type === 'slash_commands'))
  first.socket.terminate()
  const second = await bareSocket(t, slack)
  const again = await until(() => second.envelopes.find((envelope) => envelope.type === 'slash_commands'))
  assert.equal(again.accepts_response_payload, true)
  second.acknowledge(again, { text: 'Here I am' })
  const { delivery } = await command
  assert.equal(delivery.outcome, 'answered')
  const { messages } = await slack.control.messages({ channel: '#general', as: 'ada' })
  assert.equal(messages.at(-1)?.text, 'Here I am')
})

test('a person is told when the app does not answer within three seconds, or is not there', async (t) => {
  const slack = await started(t)
  const call = { user: 'ada', channel: '#general', text: '/workflow help' }
  const alone = await slack.control.command(call)
  assert.equal(alone.delivery.outcome, 'no_app')
  assert.match(alone.delivery.shown ?? '', /did not respond/)
  const { envelopes } = await bareSocket(t, slack)
  const silent = slack.control.command(call)
  await until(() => envelopes.find((envelope) => envelope.type === 'slash_commands'))
  await slack.control.clock({ advanceMs: 3_000 })
  const { delivery } = await silent
  assert.equal(delivery.outcome, 'timed_out')
  assert.equal(delivery.shown, '/workflow failed with the error "operation_timeout"')
})

test('a socket that was asked to go gets nothing more beside another, and is closed', async (t) => {
  const slack = await started(t)
  const old = await bareSocket(t, slack)
  const closed = new Promise((resolve) => old.socket.once('close', resolve))
  await slack.control.refresh({ reason: 'refresh_requested' })
  const frame = await until(() => old.envelopes.find((envelope) => envelope.type === 'disconnect'))
  assert.partialDeepStrictEqual(frame, { reason: 'refresh_requested' })
  const fresh = await bareSocket(t, slack)
  for (let n = 0; n < 4; n++) await slack.control.person({ user: 'ada', statusText: `status ${n}` })
  await until(() => (events(fresh.envelopes).length === 4 ? true : undefined))
  assert.deepEqual(events(old.envelopes), [])
  await slack.control.clock({ advanceMs: 10_000 })
  await closed
  assert.equal((await slack.control.state()).app.sockets, 1)
})

test("Slack's own client reconnects when it is dropped or asked to", async (t) => {
  const slack = await started(t)
  const client = new SocketModeClient({
    appToken: slack.credentials.appToken,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
    // How long it waits before it connects again, too.
    clientPingTimeout: 300,
  })
  let connected = 0
  client.on('connected', () => connected++)
  await client.start()
  t.after(() => client.disconnect())
  await slack.control.refresh({})
  await until(() => (connected >= 2 ? true : undefined))
  await until(async () => ((await slack.control.state()).app.sockets === 1 ? true : undefined))
  client.on(
    'slash_commands',
    ({ ack }: { ack: (payload: object) => Promise<void> }) => void ack({ text: 'back' }),
  )
  const { delivery } = await slack.control.command({
    user: 'ada',
    channel: '#general',
    text: '/workflow help',
  })
  assert.equal(delivery.outcome, 'answered')
})
