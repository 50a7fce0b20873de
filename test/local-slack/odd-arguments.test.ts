// Whatever an app sends, a method answers: it does it or refuses, and never breaks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { methods } from '../../src/local-slack/api/methods.ts'
import { started } from './start.ts'

const plain: unknown[] = [null, '', 0, -1, 1.5, true, [], {}, 'x', '[', '{"a":1}', '9'.repeat(400), '\u0000']
const nested: unknown[] = [[null], [{}], [[]], { toString: 1 }, '__proto__', 'constructor', { type: 'modal' }]
const odd: unknown[] = [
  plain,
  nested,
  { type: 'home', blocks: [null] },
  { type: 'modal', title: null, blocks: {} },
  [[{ type: 'section', text: null }]],
  [[{ type: 'actions', elements: [{ type: 'static_select', options: null, initial_option: {} }] }]],
  [[{ type: 'data_visualization', title: 'x', chart: { type: 'bar', series: [null], axis_config: {} } }]],
  [[{ type: 'table', rows: [null] }]],
  [[{ type: 'plan', title: 'x', tasks: [null] }]],
].flat(1)

const words = (text: string) => text.split(' ')
const named = [
  ...words('channel channels channel_id user users user_id usergroup email types bot'),
  ...words('ts thread_ts message_ts timestamp oldest latest cursor limit text name'),
  ...words('view_id external_id hash trigger_id file filename length'),
]
const structured = words('blocks view files metadata message attachments')

const all = (names: string[], value: unknown) => Object.fromEntries(names.map((name) => [name, value]))

test('a method takes or refuses whatever it is given', async (t) => {
  const slack = await started(t)
  const { scopes } = await slack.control.scopes({})
  await slack.control.scopes({
    scopes: [...scopes, 'reactions:write', 'files:read', 'team:read'],
  })
  const { channels, people } = await slack.control.state()
  const usual = { channel: channels[0]?.id, user: people[0]?.id, users: people[0]?.id, text: 'x', ts: '1.0' }
  const statusOf = async (method: string, args: object): Promise<number> => {
    const response = await fetch(new URL(method, slack.apiUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${slack.credentials.botToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(args),
    })
    await response.text()
    return response.status
  }
  for (const method of Object.keys(methods))
    for (const value of odd)
      for (const args of [all(named, value), { ...usual, ...all(structured, value) }])
        assert.equal(await statusOf(method, args), 200, `${method} ${JSON.stringify(args)}`)
})
