// Calls every method of the local Slack's Web API once, over bare HTTP, and collects what it answered.
import assert from 'node:assert/strict'
import { until } from './start.ts'
import type { LocalSlack } from '../../src/local-slack/server.ts'

type Json = Record<string, unknown>

const SCOPES = ['reactions:write', 'files:read', 'files:write', 'team:read', 'dnd:read']

const plain = (text: string) => ({ type: 'plain_text', text })
const modal = { type: 'modal', title: plain('Fix'), blocks: [{ type: 'divider' }] }

const callerOf = (slack: LocalSlack, answers: Map<string, unknown>) => {
  const { appToken, botToken } = slack.credentials
  return async (method: string, args: Json = {}): Promise<Json> => {
    const response = await fetch(new URL(method, slack.apiUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${method === 'apps.connections.open' ? appToken : botToken}`,
      },
      body: JSON.stringify(args),
    })
    const answer = (await response.json()) as Json
    assert.equal(answer.ok, true, `${method}: ${JSON.stringify(answer)}`)
    answers.set(method, answer)
    return answer
  }
}

/** A trigger of a person's command, which nobody answers: the payload goes to a bare socket. */
const triggersOf = async (slack: LocalSlack, url: string) => {
  const seen: string[] = []
  const socket = new WebSocket(url)
  socket.addEventListener('message', ({ data }) => {
    const { envelope_id: id, payload } = JSON.parse(String(data)) as { envelope_id?: string; payload?: Json }
    if (id === undefined) return
    socket.send(JSON.stringify({ envelope_id: id }))
    if (typeof payload?.trigger_id === 'string') seen.push(payload.trigger_id)
  })
  await until(async () => ((await slack.control.state()).app.sockets > 0 ? true : undefined))
  const next = async (act: () => Promise<unknown>) => {
    await act()
    return until(() => seen.shift())
  }
  return { next, close: () => socket.close() }
}

const people = async (slack: LocalSlack, call: ReturnType<typeof callerOf>) => {
  const { people: everyone, groups } = await slack.control.state()
  const ada = everyone.find((one) => one.handle === 'ada')?.id
  await slack.control.person({ user: 'ada', dndUntil: 4_000_000_000, statusText: 'at lunch' })
  await call('api.test', { foo: 'bar' })
  await call('auth.test')
  await call('team.info')
  await call('bots.info')
  await call('users.info', { user: ada })
  await call('users.list')
  await call('users.getPresence', { user: ada })
  await call('users.lookupByEmail', { email: 'ada@signalbox-demo.example' })
  await call('usergroups.list', { include_users: true, include_count: true })
  await call('usergroups.users.list', { usergroup: groups[0]?.id })
  await call('dnd.info', { user: ada })
  return ada
}

const files = async (call: ReturnType<typeof callerOf>, channel: string) => {
  const { upload_url: address, file_id: id } = await call('files.getUploadURLExternal', {
    filename: 'a.txt',
    length: 3,
  })
  await fetch(String(address), { method: 'POST', body: 'abc' })
  await call('files.completeUploadExternal', { files: [{ id, title: 'A' }], channel_id: channel })
  await call('files.info', { file: id })
}

const messages = async (call: ReturnType<typeof callerOf>, channel: string, user: unknown) => {
  const metadata = { event_type: 'card', event_payload: { id: 'run_1' } }
  const blocks = [{ type: 'section', text: plain('Hello') }]
  const { ts } = await call('chat.postMessage', { channel, text: 'Hello', blocks, metadata })
  await call('chat.postMessage', { channel, text: 'A reply', thread_ts: ts })
  await call('reactions.add', { channel, timestamp: ts, name: 'eyes' })
  await files(call, channel)
  await call('conversations.replies', { channel, ts })
  await call('chat.postMessage', { channel, text: 'For all', thread_ts: ts, reply_broadcast: true })
  await call('conversations.history', { channel, include_all_metadata: true, limit: 3 })
  const { ts: alone } = await call('chat.postMessage', { channel, text: 'Alone', metadata })
  await call('chat.update', { channel, ts: alone, text: 'Changed' })
  await call('chat.getPermalink', { channel, message_ts: ts })
  await call('reactions.remove', { channel, timestamp: ts, name: 'eyes' })
  await call('chat.postEphemeral', { channel, user, text: 'For you' })
  await call('chat.delete', { channel, ts })
  await call('blocks.validate', { blocks })
}

const conversations = async (slack: LocalSlack, call: ReturnType<typeof callerOf>, user: unknown) => {
  await call('conversations.open', { users: user, return_im: true })
  await call('conversations.list', { types: 'public_channel,private_channel' })
  const { channel: made } = await slack.control.channel({ name: 'quiet', members: ['ada'] })
  await call('conversations.join', { channel: made.id })
  await call('conversations.info', { channel: made.id })
  await call('conversations.members', { channel: made.id })
}

const views = async (slack: LocalSlack, call: ReturnType<typeof callerOf>, user: unknown) => {
  const { url } = await call('apps.connections.open')
  const { next, close } = await triggersOf(slack, String(url))
  const opening = await next(() =>
    slack.control.command({ user: 'ada', channel: '#general', text: '/workflow help' }),
  )
  const button = { type: 'button', action_id: 'more', text: plain('More') }
  const blocks = [{ type: 'actions', elements: [button] }]
  const { view } = await call('views.open', { trigger_id: opening, view: { ...modal, blocks } })
  const { id } = view as { id: string }
  const pushing = await next(() =>
    slack.control.press({ user: 'ada', container: { viewId: id }, actionId: 'more' }),
  )
  await call('views.push', { trigger_id: pushing, view: modal })
  await call('views.update', { view_id: id, view: { ...modal, submit: plain('Save') } })
  await call('views.publish', { user_id: user, view: { type: 'home', blocks: [{ type: 'divider' }] } })
  close()
}

/** By method; of a method called twice, the last answer. */
export const everyAnswer = async (slack: LocalSlack): Promise<Map<string, unknown>> => {
  const answers = new Map<string, unknown>()
  const call = callerOf(slack, answers)
  const { scopes } = await slack.control.scopes({})
  await slack.control.scopes({ scopes: [...new Set([...scopes, ...SCOPES])] })
  const user = await people(slack, call)
  await conversations(slack, call, user)
  const { channels } = await slack.control.state()
  await messages(call, channels.find(({ name }) => name === 'general')?.id ?? '', user)
  await views(slack, call, user)
  return answers
}
