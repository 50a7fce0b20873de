// Whatever reaches Slack's endpoint, rightly signed: it gets an answer, and the process goes on. The same for what a socket
// brings. A rejection that nobody handles would fail this file, as it would end the bot.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { App } from '@slack/bolt'
import fc from 'fast-check'
import { type WebSocket, WebSocketServer } from 'ws'
import { fixedId } from '../../src/local-slack/workspace/ids.ts'
import { makeLog } from '../../src/log.ts'
import { makeReception } from '../../src/slack/app/receiver.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const inForm = (value: unknown) => `payload=${encodeURIComponent(JSON.stringify(value))}`

// Of a member, so that the door lets it in and the listeners meet it.
const USER = fixedId('U', 'ada')
const TEAM = fixedId('T', 'signalbox-demo')

const user = { id: USER, team_id: TEAM }
const press = {
  type: 'block_actions',
  user,
  team: { id: TEAM },
  trigger_id: '1.1',
  container: { type: 'message', message_ts: '1.1', channel_id: 'C1' },
  channel: { id: 'C1' },
  message: { ts: '1.1' },
  actions: [{ type: 'button', action_id: 'approve', block_id: 'b', value: 'exc_1:1', action_ts: '1' }],
}
const submission = {
  type: 'view_submission',
  user,
  team: { id: TEAM },
  view: {
    id: 'V1',
    hash: 'h',
    callback_id: 'note',
    private_metadata: '{"exceptionId":"e"}',
    state: { values: { text: { value: { type: 'plain_text_input', value: 'x' } } } },
  },
}
const shortcut = {
  type: 'shortcut',
  callback_id: 'start_workflow',
  trigger_id: '1.1',
  user,
  team: { id: TEAM },
}
const messageShortcut = {
  ...shortcut,
  type: 'message_action',
  callback_id: 'make_run',
  channel: { id: 'C1' },
  message: { ts: '1.1', text: 'x' },
}
const event = {
  type: 'event_callback',
  event_id: 'Ev1',
  team_id: TEAM,
  event: { type: 'app_home_opened', user: USER, tab: 'home', channel: 'D1' },
  authorizations: [{ is_enterprise_install: false }],
}
const command = {
  command: '/workflow',
  text: 'help',
  user_id: USER,
  team_id: TEAM,
  channel_id: 'C1',
  trigger_id: '1.1',
  response_url: '',
}

/** Every path into a value, the value itself left out. */
const pathsOf = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => [[key], ...pathsOf(part).map((path) => [key, ...path])])
    : []

/** The same with what stands at `path` replaced; undefined takes it out. */
const replaced = (value: unknown, [key, ...rest]: string[], by: unknown): unknown => {
  if (key === undefined) return by
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  const parts = copy as Record<string, unknown>
  const part = replaced(parts[key], rest, by)
  if (part === undefined) delete parts[key]
  else parts[key] = part
  return copy
}

const anything = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    'x',
    [],
    {},
    [null],
    { id: null },
    '__proto__',
    'disconnect',
  ),
  fc.jsonValue(),
)
const nearlyRight = (template: unknown) =>
  fc
    .array(fc.tuple(fc.constantFrom(...pathsOf(template)), anything), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>((value, [path, by]) => {
        try {
          return replaced(value, path, by)
        } catch {
          return value
        }
      }, template),
    )
const payload = fc.oneof(
  ...[press, submission, shortcut, messageShortcut, event].map((template) => nearlyRight(template)),
  fc.jsonValue(),
)
const form = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(command), 'payload', 'ssl_check', 'x'), fc.string()), {
    maxLength: 8,
  })
  .map((pairs) => new URLSearchParams([...Object.entries(command), ...pairs].slice(pairs.length)).toString())
const body = fc.oneof(
  { weight: 4, arbitrary: payload.map((value) => Buffer.from(inForm(value))) },
  { weight: 3, arbitrary: payload.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
  { weight: 2, arbitrary: form.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.string().map((text) => Buffer.from(`payload=${text}`)) },
)
const type = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(FORM, JSON_TYPE) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', `${FORM}; charset=utf-8`, 'multipart/form-data', ''),
  },
)

describe('over HTTP', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, { mode: 'http' })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })

  async function post(bytes: Buffer | string, contentType: string): Promise<number> {
    const sent = Buffer.from(bytes)
    const at = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', bot.credentials.signingSecret).update(`v0:${at}:`).update(sent)
    const response = await fetch(`${bot.app.url}/slack/events`, {
      method: 'POST',
      headers: {
        ...(contentType === '' ? {} : { 'content-type': contentType }),
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': `v0=${signature.digest('hex')}`,
      },
      body: new Uint8Array(sent),
    })
    await response.arrayBuffer()
    return response.status
  }

  const table: [what: string, bytes: Buffer | string, contentType: string, status: number][] = [
    ['payload=null', 'payload=null', FORM, 400],
    ['null', 'null', JSON_TYPE, 400],
    ['a number', '1', JSON_TYPE, 400],
    ['a text', '"x"', JSON_TYPE, 400],
    ['a list', inForm([press]), FORM, 400],
    ['an empty body', '', JSON_TYPE, 400],
    ['an empty form', '', FORM, 400],
    ['half a form', 'payload=%7B', FORM, 400],
    ['a form that is no text', 'payload=%FF%FE', FORM, 400],
    ['two payloads', `${inForm(press)}&${inForm(press)}`, FORM, 400],
    ['a command in two pieces', `${new URLSearchParams(command).toString()}&user_id=U2`, FORM, 400],
    ['a command without a text', new URLSearchParams({ command: '/workflow' }).toString(), FORM, 400],
    ['a press without actions', inForm({ ...press, actions: null }), FORM, 400],
    ['a press with no action in it', inForm({ ...press, actions: [] }), FORM, 400],
    ['a press by nobody', inForm({ ...press, user: null }), FORM, 400],
    ['a press whose action has no name', inForm({ ...press, actions: [{ type: 'button' }] }), FORM, 400],
    ['a view without a state', inForm({ ...submission, view: { id: 'V' } }), FORM, 400],
    ['an event that is null', JSON.stringify({ ...event, event: null }), JSON_TYPE, 400],
    ['an event that is a text', JSON.stringify({ ...event, event: 'x' }), JSON_TYPE, 400],
    [
      'an event about an item that is a text',
      JSON.stringify({ ...event, event: { type: 'x', item: 'y' } }),
      JSON_TYPE,
      400,
    ],
    ['an event in a form', inForm(event), FORM, 200],
    [
      'a challenge that is none',
      JSON.stringify({ type: 'url_verification', challenge: { a: 1 } }),
      JSON_TYPE,
      400,
    ],
    ['an unknown command', new URLSearchParams({ ...command, command: '/other' }).toString(), FORM, 404],
    [
      'an unknown action',
      inForm({ ...press, actions: [{ ...press.actions[0], action_id: 'sudo' }] }),
      FORM,
      404,
    ],
    ['100,000 lists in each other', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, JSON_TYPE, 400],
    [
      'a press nested 50,000 deep',
      `payload={"type":"block_actions","actions":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      FORM,
      400,
    ],
    ['2 MB of text', JSON.stringify({ type: 'x'.repeat(2_000_000) }), JSON_TYPE, 400],
    ['more than 3 MB', 'x'.repeat(3_000_001), JSON_TYPE, 413],
    ['a body that is not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), JSON_TYPE, 401],
    ['JSON under the type of text', JSON.stringify({ type: 'x' }), 'text/plain', 400],
    ['a prototype', '{"__proto__":{"type":"block_actions"},"constructor":1}', JSON_TYPE, 400],
  ]
  for (const [what, bytes, contentType, status] of table)
    test(`${what} → ${status}`, async () => assert.equal(await post(bytes, contentType), status))

  test('whatever else is signed is answered, and people are served as before', async () => {
    await fc.assert(
      fc.asyncProperty(body, type, async (bytes, contentType) => {
        const status = await post(bytes, contentType)
        assert.ok([200, 400, 401, 404].includes(status), String(status))
      }),
      { numRuns: 400 },
    )
    assert.equal((await fetch(`${bot.app.url}/healthz`)).status, 200)
    assert.equal(await post(new URLSearchParams(command).toString(), FORM), 200)
    assert.equal(({} as Record<string, unknown>)['type'], undefined)
  })

  test('ssl_check needs no signature, and nothing that comes with it is read', async () => {
    const response = await fetch(`${bot.app.url}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': FORM },
      body: `ssl_check=1&${new URLSearchParams({ ...command, text: 'away until friday' }).toString()}`,
    })
    assert.deepEqual([response.status, await response.text()], [200, ''])
  })
})

test('over a socket: what cannot be read is passed over, and the next envelope is served', async (t) => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(sockets, 'listening')
  const api = createServer((_request, response) => {
    const url = `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/`
    response.writeHead(200, { 'content-type': JSON_TYPE }).end(JSON.stringify({ ok: true, url }))
  }).listen(0, '127.0.0.1')
  await once(api, 'listening')
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/`
  const reception = makeReception(
    { botToken: 'xoxb-local-1', appToken: 'xapp-local-1', apiUrl },
    makeLog('silent'),
    () => new Date(),
  )
  const app = new App({ receiver: reception.receiver, authorize: async () => ({ botToken: 'xoxb-local-1' }) })
  const heard: string[] = []
  app.command('/workflow', async ({ ack, command: { text } }) => {
    heard.push(text)
    await ack()
  })
  app.error(async () => {})
  const connecting = once(sockets, 'connection')
  reception.start()
  const [socket] = (await connecting) as [WebSocket]
  t.after(async () => {
    await reception.stop()
    for (const client of sockets.clients) client.terminate()
    sockets.close()
    api.close()
  })
  const acknowledged: string[] = []
  socket.on('message', (data: Buffer) => {
    acknowledged.push((JSON.parse(data.toString()) as { envelope_id: string }).envelope_id)
  })
  const send = (value: unknown) => socket.send(typeof value === 'string' ? value : JSON.stringify(value))
  send({ type: 'hello' })
  for (const text of ['null', '1', '"x"', '[]', '{', '', '{"type":null}', '{"type":"events_api"}']) send(text)
  for (const one of [null, 1, 'x', [], {}, { event: null }, { event: 'x' }, { event: { type: null } }])
    send({ type: 'events_api', envelope_id: 'events', payload: one })
  const kinds = ['interactive', 'slash_commands', 'made_up']
  const odd = fc.sample(payload, { numRuns: 200, seed: 7 })
  for (const one of [null, ...odd]) {
    for (const kind of kinds) send({ type: kind, envelope_id: 'odd', payload: one ?? null })
  }
  send({ type: 'slash_commands', envelope_id: 'good', payload: { ...command, text: 'good' } })
  await until('the good command is acknowledged', () => acknowledged.includes('good'))
  assert.ok(heard.includes('good'))
})
