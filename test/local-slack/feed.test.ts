// What the page reads: the state as one person sees it, and the live feed that goes on from it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { FeedEvent } from '../../src/local-slack/page-contract.ts'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { started, until, webClient } from './start.ts'

/** Collects a person's feed from now on. */
const listen = async (t: TestContext, slack: LocalSlack, as: string) => {
  const over = new AbortController()
  t.after(() => over.abort())
  const events: FeedEvent[] = []
  const feed = slack.control.feed(as, over.signal)
  const collect = async () => {
    try {
      for await (const event of feed) events.push(event)
    } catch (error) {
      if (!over.signal.aborted) throw error
    }
  }
  void collect()
  await slack.control.clock({ advanceMs: 0 })
  // The clock's own event tells that the feed is open.
  await until(async () => {
    if (events.length > 0) return true
    await slack.control.clock({ advanceMs: 0 })
    return undefined
  })
  return events
}

const textsIn = (events: FeedEvent[]) =>
  events.flatMap((event) => (event.kind === 'message' ? [event.message.text] : []))

test('a person hears of their channels and their own ephemeral messages, and of nothing else', async (t) => {
  const slack = await started(t)
  const events = await listen(t, slack, 'ada')
  const client = webClient(slack)
  const { people, channels } = await slack.control.state()
  const idOf = (handle: string) => people.find((person) => person.handle === handle)?.id ?? ''
  const general = channels.find((channel) => channel.name === 'general')?.id ?? ''
  await slack.control.channel({ name: 'vault', isPrivate: true, members: ['grace', 'signalbox'] })
  await client.chat.postMessage({ channel: 'vault', text: 'not for ada' })
  await client.chat.postMessage({ channel: idOf('grace'), text: 'nor this' })
  await client.chat.postEphemeral({ channel: general, user: idOf('grace'), text: 'nor that' })
  await client.chat.postEphemeral({ channel: general, user: idOf('ada'), text: 'for ada alone' })
  await client.chat.postMessage({ channel: general, text: 'for all' })
  await until(() => (textsIn(events).includes('for all') ? true : undefined))
  assert.deepEqual(textsIn(events), ['for ada alone', 'for all'])
  assert.equal(
    events.some((event) => event.kind === 'channel' && event.channel.name === 'vault'),
    false,
  )
  assert.equal(
    (await slack.control.state('ada')).channels.some((channel) => channel.name === 'vault'),
    false,
  )
})

test('who is taken out of a private channel is told so, and of nothing after', async (t) => {
  const slack = await started(t)
  const events = await listen(t, slack, 'ada')
  await slack.control.channel({ name: 'vault', isPrivate: true, members: ['ada', 'grace'] })
  await slack.control.channel({ channel: 'vault', members: ['grace'] })
  await slack.control.channel({ channel: 'vault', topic: 'secret' })
  await slack.control.message({ user: 'grace', channel: '#general', text: 'done' })
  await until(() => (textsIn(events).includes('done') ? true : undefined))
  const told = events.flatMap((event) => (event.kind === 'channel' ? [event.channel.members.length] : []))
  assert.deepEqual(told, [2, 1])
})

test('a reply sends its thread’s first message again with the new count', async (t) => {
  const slack = await started(t)
  const { message } = await slack.control.message({ user: 'ada', channel: '#general', text: 'first' })
  const events = await listen(t, slack, 'grace')
  await slack.control.message({ user: 'ada', channel: '#general', text: 'reply', thread: message.ts })
  const again = await until(() =>
    events.find((event) => event.kind === 'message' && event.message.ts === message.ts),
  )
  assert.equal(again.kind === 'message' && again.message.replyCount, 1)
  assert.equal(again.kind === 'message' && again.isNew, false)
})

test('unread messages are counted until they are read', async (t) => {
  const slack = await started(t)
  const unread = async () =>
    (await slack.control.state('grace')).channels.find((channel) => channel.name === 'general')?.unread
  await slack.control.message({ user: 'ada', channel: '#general', text: 'one' })
  const { message } = await slack.control.message({ user: 'ada', channel: '#general', text: 'two' })
  assert.equal(await unread(), 2)
  await slack.control.read({ user: 'grace', channel: '#general', ts: message.ts })
  assert.equal(await unread(), 0)
})

test('a feed that was away too long is told to read the state again', async (t) => {
  const slack = await started(t)
  const over = new AbortController()
  t.after(() => over.abort())
  const response = await fetch(`${slack.url}/page/feed?after=1`, { signal: over.signal })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes('data:')) break
  }
  assert.match(text, /"kind":"reset"/)
})

test('a feed for nobody, and calls that make no sense, are refused in words', async (t) => {
  const slack = await started(t)
  const cases: [path: string, body: object | null, status: number, error: string][] = [
    ['/page/feed?as=nobody', null, 404, 'person_not_found'],
    ['/page/feed?after=soon', null, 400, 'bad_call'],
    ['/control/messages?channel=nowhere', null, 404, 'channel_not_found'],
    ['/control/dance', {}, 404, 'control_call_not_found'],
    ['/control/command', { user: 'ada' }, 400, 'bad_call'],
    ['/control/command', { user: 'ada', channel: '#general', text: '/dance' }, 404, 'no_such_command'],
    ['/control/message', { user: 'signalbox', channel: '#general', text: 'x' }, 400, 'person_is_bot'],
    ['/control/message', { user: 'ada', channel: '#general', text: ' ' }, 400, 'bad_text'],
    ['/control/submit', { user: 'ada', values: {} }, 404, 'view_not_found'],
    ['/control/person', { user: 'ada', tz: 'Mars/Olympus' }, 400, 'bad_call'],
    ['/control/channel', { name: 'Not A Name' }, 400, 'invalid_name'],
  ]
  for (const [path, body, status, error] of cases) {
    const answer = await fetch(`${slack.url}${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    assert.equal(answer.status, status, path)
    assert.equal(((await answer.json()) as { error: string }).error, error, path)
  }
})

test('an ephemeral message is dismissed by the one who sees it, and nothing else is', async (t) => {
  const slack = await started(t)
  const { message } = await slack.control.message({ user: 'grace', channel: '#general', text: 'for all' })
  const { people } = await slack.control.state()
  const ada = people.find((person) => person.handle === 'ada')?.id ?? ''
  const { message_ts: ts = '' } = await webClient(slack).chat.postEphemeral({
    channel: message.channel,
    user: ada,
    text: 'for ada',
  })
  const dismiss = (user: string, which: string) =>
    slack.control.dismiss({ user, channel: '#general', ts: which })
  await assert.rejects(dismiss('ada', message.ts), /not_ephemeral/)
  await assert.rejects(dismiss('grace', ts), /message_not_found/)
  await dismiss('ada', ts)
  const { messages } = await slack.control.messages({ channel: '#general', as: 'ada' })
  assert.deepEqual(
    messages.map(({ text }) => text),
    ['for all'],
  )
})

test('messages are read page by page, newest page first', async (t) => {
  const slack = await started(t)
  for (let n = 0; n < 12; n++)
    await slack.control.message({ user: 'grace', channel: '#general', text: `${n}` })
  const read: string[][] = []
  let before: string | null | undefined
  while (before !== null) {
    const page = await slack.control.messages({ channel: '#general', limit: 5, ...(before && { before }) })
    read.push(page.messages.map(({ text }) => text))
    before = page.before
  }
  assert.deepEqual(
    read.map((page) => page.map(Number)),
    [
      [7, 8, 9, 10, 11],
      [2, 3, 4, 5, 6],
      [0, 1],
    ],
  )
})
