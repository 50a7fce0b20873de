// The Web API through @slack/web-api: what each method answers, and each of its refusals.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WebClient } from '@slack/web-api'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { started, webClient } from './start.ts'

const errorOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    const { data } = error as { data?: { error?: string } }
    return data?.error ?? String(error)
  }
  return 'ok'
}

const channelId = async (slack: LocalSlack, name: string): Promise<string> => {
  const { channels } = await slack.control.state()
  return channels.find((channel) => channel.name === name)?.id ?? ''
}

const personId = async (slack: LocalSlack, handle: string): Promise<string> => {
  const { people } = await slack.control.state()
  return people.find((person) => person.handle === handle)?.id ?? ''
}

const refusals = async (cases: [refusal: string, call: () => Promise<unknown>][]) => {
  for (const [refusal, call] of cases) assert.equal(await errorOf(call()), refusal, call.toString())
}

describe('who may call', () => {
  test('says who the bot is', async (t) => {
    const slack = await started(t)
    const answer = await webClient(slack).auth.test()
    assert.equal(answer.user, 'signalbox')
    assert.equal(answer.team, 'Signalbox Demo')
    assert.match(answer.user_id ?? '', /^U[A-Z0-9]+$/)
    assert.ok(answer.response_metadata?.scopes?.includes('chat:write'))
  })

  test('refuses no token, a wrong one, the wrong kind, unknown methods', async (t) => {
    const slack = await started(t)
    const { appToken } = slack.credentials
    await refusals([
      ['not_authed', () => webClient(slack, '').auth.test()],
      ['invalid_auth', () => webClient(slack, 'xoxb-local-wrong').auth.test()],
      ['not_allowed_token_type', () => webClient(slack, appToken).users.list({})],
      ['not_allowed_token_type', () => webClient(slack).apps.connections.open({})],
      ['unknown_method', () => webClient(slack).apiCall('chat.shout')],
      ['unknown_method', () => webClient(slack).apiCall('constructor')],
    ])
  })

  test('names the scope that is missing', async (t) => {
    const slack = await started(t, { scopes: ['chat:write', 'im:write'] })
    const client = webClient(slack)
    await assert.rejects(client.users.list({}), (error: { data: Record<string, unknown> }) => {
      assert.equal(error.data.error, 'missing_scope')
      assert.equal(error.data.needed, 'users:read')
      assert.equal(error.data.provided, 'chat:write,im:write')
      return true
    })
    assert.equal(await errorOf(client.auth.test()), 'ok')
  })

  test('revokes the tokens of an app that was uninstalled', async (t) => {
    const slack = await started(t)
    await slack.control.install({ isInstalled: false })
    assert.equal(await errorOf(webClient(slack).auth.test()), 'token_revoked')
    assert.equal(
      await errorOf(webClient(slack, slack.credentials.appToken).apps.connections.open({})),
      'account_inactive',
    )
    await slack.control.install({ isInstalled: true })
    assert.equal(await errorOf(webClient(slack).auth.test()), 'ok')
  })

  test('refuses the token of a bot that was deactivated', async (t) => {
    const slack = await started(t)
    await slack.control.person({ user: 'signalbox', isDeleted: true })
    assert.equal(await errorOf(webClient(slack).auth.test()), 'account_inactive')
    await slack.control.person({ user: 'signalbox', isDeleted: false })
    assert.equal(await errorOf(webClient(slack).auth.test()), 'ok')
  })

  test('takes arguments as form, JSON, multipart and query', async (t) => {
    const slack = await started(t)
    const channel = await channelId(slack, 'general')
    const address = `${slack.apiUrl}chat.postMessage`
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'hello' } }]
    const authorization = `Bearer ${slack.credentials.botToken}`
    const form = new FormData()
    form.set('channel', channel)
    form.set('blocks', JSON.stringify(blocks))
    const query = new URLSearchParams({ channel, text: 'q', token: slack.credentials.botToken })
    const calls: [string, RequestInit][] = [
      [
        address,
        {
          method: 'POST',
          headers: { authorization },
          body: new URLSearchParams({ channel, blocks: JSON.stringify(blocks) }),
        },
      ],
      [
        address,
        {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({ channel, blocks }),
        },
      ],
      [address, { method: 'POST', headers: { authorization }, body: form }],
      [`${address}?${query.toString()}`, {}],
    ]
    for (const [url, init] of calls) {
      const answer = (await (await fetch(url, init)).json()) as { ok: boolean }
      assert.equal(answer.ok, true)
    }
    const broken = await fetch(address, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{',
    })
    assert.equal(((await broken.json()) as { error: string }).error, 'invalid_json')
  })
})

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

const posted = async (client: WebClient, channel: string, over: object = {}) => {
  const { ts } = await client.chat.postMessage({ channel, text: 'hello', ...over })
  return ts ?? ''
}

describe('messages', () => {
  test('have times that only grow', async (t) => {
    const slack = await started(t, { now: () => 1_767_225_600_000 })
    const client = webClient(slack)
    const all = await Promise.all(Array.from({ length: 30 }, () => posted(client, '#general')))
    assert.equal(new Set(all).size, 30)
    const { messages } = await slack.control.messages({ channel: '#general' })
    assert.deepEqual(
      messages.map((message) => message.ts),
      messages.map((message) => message.ts).toSorted(),
    )
  })

  test('keep their metadata when an update leaves it out, and lose blocks to an update of text alone', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const channel = await channelId(slack, 'general')
    const metadata = { event_type: 'card', event_payload: { id: 'x1' } }
    const ts = await posted(client, channel, { metadata, blocks: [{ type: 'divider' }] })
    await client.chat.update({ channel, ts, text: 'changed' })
    const { messages } = await client.conversations.history({ channel, include_all_metadata: true })
    assert.equal(messages?.[0]?.text, 'changed')
    assert.deepEqual(messages?.[0]?.metadata, metadata)
    assert.equal(messages?.[0]?.blocks, undefined)
    assert.equal((await client.conversations.history({ channel })).messages?.[0]?.metadata, undefined)
  })

  test('go to a person as a direct message', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const ada = await personId(slack, 'ada')
    const answer = await client.chat.postMessage({ channel: ada, text: 'for you' })
    assert.match(answer.channel ?? '', /^D/)
    const opened = await client.conversations.open({ users: ada })
    assert.equal(opened.channel?.id, answer.channel)
    assert.equal(opened.already_open, true)
  })

  test('count their replies', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const channel = await channelId(slack, 'general')
    const ts = await posted(client, channel)
    await posted(client, channel, { thread_ts: ts, text: 'one' })
    await slack.control.message({ user: 'ada', channel, text: 'two', thread: ts })
    const history = await client.conversations.history({ channel })
    assert.equal(history.messages?.length, 1)
    assert.equal(history.messages?.[0]?.reply_count, 2)
    assert.equal(history.messages?.[0]?.reply_users_count, 2)
    const replies = await client.conversations.replies({ channel, ts })
    assert.deepEqual(
      replies.messages?.map((message) => message.text),
      ['hello', 'one', 'two'],
    )
  })

  test('for one person are seen by that person and stand in no history', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const channel = await channelId(slack, 'general')
    await client.chat.postEphemeral({ channel, user: await personId(slack, 'ada'), text: 'psst' })
    assert.equal((await slack.control.messages({ channel, as: 'ada' })).messages.length, 1)
    assert.equal((await slack.control.messages({ channel, as: 'grace' })).messages.length, 0)
    assert.deepEqual((await client.conversations.history({ channel })).messages, [])
  })

  test('come page by page, newest first, between two times', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const channel = await channelId(slack, 'general')
    const all: string[] = []
    for (let n = 0; n < 7; n++) all.push(await posted(client, channel, { text: String(n) }))
    const first = await client.conversations.history({ channel, limit: 4 })
    assert.equal(first.has_more, true)
    const second = await client.conversations.history({
      channel,
      limit: 4,
      cursor: first.response_metadata?.next_cursor ?? '',
    })
    const texts = [...(first.messages ?? []), ...(second.messages ?? [])].map((message) => message.text)
    assert.deepEqual(texts, ['6', '5', '4', '3', '2', '1', '0'])
    assert.equal(second.has_more, false)
    const between = await client.conversations.history({
      channel,
      oldest: all[2] ?? '',
      latest: all[4] ?? '',
    })
    assert.deepEqual(
      between.messages?.map((message) => message.text),
      ['3'],
    )
    const inclusive = await client.conversations.history({
      channel,
      oldest: all[2] ?? '',
      latest: all[4] ?? '',
      inclusive: true,
    })
    assert.equal(inclusive.messages?.length, 3)
  })

  test('are refused as Slack refuses them', async (t) => {
    const slack = await started(t, {
      scopes: ['chat:write', 'channels:read', 'channels:history', 'im:write'],
    })
    const client = webClient(slack)
    const general = await channelId(slack, 'general')
    const joan = (await slack.control.join({ handle: 'hedy', name: 'Hedy Lamarr' })).person.id
    await slack.control.channel({ channel: general, members: ['ada', 'signalbox'] })
    const mine = await posted(client, general)
    const { message } = await slack.control.message({ user: 'ada', channel: general, text: 'hers' })
    const away = (await slack.control.channel({ name: 'away', members: ['ada'] })).channel.id
    const secret = (await slack.control.channel({ name: 'secret', members: ['ada'], isPrivate: true }))
      .channel.id
    await slack.control.channel({ channel: '#sales', isArchived: true })
    const { chat, conversations } = client
    const tooLong = 'x'.repeat(3001)
    await refusals([
      ['channel_not_found', () => chat.postMessage({ channel: 'C0NOSUCH', text: 'x' })],
      ['channel_not_found', () => chat.postMessage({ channel: secret, text: 'x' })],
      ['not_in_channel', () => chat.postMessage({ channel: away, text: 'x' })],
      ['is_archived', () => chat.postMessage({ channel: '#sales', text: 'x' })],
      ['no_text', () => chat.postMessage({ channel: general, text: '' })],
      ['msg_too_long', () => chat.postMessage({ channel: general, text: 'x'.repeat(40_001) })],
      ['invalid_blocks', () => chat.postMessage({ channel: general, text: 'x', blocks: [section(tooLong)] })],
      [
        'msg_blocks_too_long',
        () =>
          chat.postMessage({
            channel: general,
            text: 'x',
            blocks: Array.from({ length: 6 }, () => section('y'.repeat(2900))),
          }),
      ],
      [
        'invalid_blocks_format',
        () => client.apiCall('chat.postMessage', { channel: general, blocks: '{no' }),
      ],
      [
        'invalid_metadata_format',
        () =>
          client.apiCall('chat.postMessage', { channel: general, text: 'x', metadata: { event_type: 3 } }),
      ],
      ['message_not_found', () => chat.update({ channel: general, ts: '1.000001', text: 'x' })],
      ['cant_update_message', () => chat.update({ channel: general, ts: message.ts, text: 'x' })],
      ['cant_delete_message', () => chat.delete({ channel: general, ts: message.ts })],
      ['user_not_in_channel', () => chat.postEphemeral({ channel: general, user: joan, text: 'x' })],
      ['user_not_found', () => chat.postEphemeral({ channel: general, user: 'U0NOBODY', text: 'x' })],
      ['not_in_channel', () => conversations.history({ channel: away })],
      ['invalid_cursor', () => conversations.history({ channel: general, cursor: 'nonsense' })],
      ['thread_not_found', () => conversations.replies({ channel: general, ts: '1.000001' })],
      ['invalid_arguments', () => client.apiCall('chat.update', { channel: general, text: 'x' })],
    ])
    assert.equal(await errorOf(chat.delete({ channel: general, ts: mine })), 'ok')
    assert.equal(await errorOf(chat.delete({ channel: general, ts: mine })), 'message_not_found')
  })

  test('are read back only where the app is: it joins a public channel, and no other', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const { control } = slack
    const made = async (name: string, isPrivate = false) =>
      (await control.channel({ name, members: ['ada'], isPrivate })).channel.id
    const [away, secret, closed] = [await made('away'), await made('secret', true), await made('closed')]
    await control.channel({ channel: closed, isArchived: true })
    const ts = await posted(client, away)
    const { conversations } = client
    await refusals([
      ['not_in_channel', () => conversations.history({ channel: away })],
      ['not_in_channel', () => conversations.replies({ channel: away, ts })],
      ['channel_not_found', () => conversations.join({ channel: secret })],
      ['channel_not_found', () => conversations.join({ channel: '#away' })],
      ['is_archived', () => conversations.join({ channel: closed })],
    ])
    assert.equal((await conversations.join({ channel: away })).channel?.is_member, true)
    const { messages = [] } = await conversations.history({ channel: away })
    assert.deepEqual(
      messages.map((message) => message.ts),
      [ts],
    )
    const again = await conversations.join({ channel: away })
    assert.deepEqual(again.response_metadata?.warnings, ['already_in_channel'])
  })

  test('say which part of which block is wrong', async (t) => {
    const slack = await started(t)
    const call = webClient(slack).chat.postMessage({
      channel: '#general',
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    })
    await assert.rejects(call, (error: { data: { response_metadata: { messages: string[] } } }) => {
      assert.match(error.data.response_metadata.messages[0] ?? '', /json-pointer:\/blocks\/0\/text/)
      return true
    })
  })
})

describe('people and places', () => {
  test('are listed page by page', async (t) => {
    const slack = await started(t)
    const names: string[] = []
    for await (const page of webClient(slack).paginate('users.list', { limit: 4 }))
      names.push(...((page as { members?: { name: string }[] }).members ?? []).map((member) => member.name))
    assert.deepEqual(names, [
      'ada',
      'grace',
      'katherine',
      'ops-lead',
      'margaret',
      'alan',
      'mary',
      'joan',
      'signalbox',
    ])
  })

  test('tell time zone, status and who has left', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    const ada = await personId(slack, 'ada')
    await slack.control.person({
      user: 'ada',
      tz: 'Asia/Kolkata',
      statusText: 'On holiday',
      statusEmoji: ':palm_tree:',
    })
    const { user } = await client.users.info({ user: ada })
    assert.equal(user?.tz_offset, 19_800)
    assert.equal(user?.profile?.status_text, 'On holiday')
    assert.equal((await client.users.lookupByEmail({ email: user?.profile?.email ?? '' })).user?.id, ada)
    await slack.control.person({ user: 'ada', isDeleted: true })
    assert.equal((await client.users.info({ user: ada })).user?.deleted, true)
    assert.equal(
      await errorOf(client.users.lookupByEmail({ email: user?.profile?.email ?? '' })),
      'users_not_found',
    )
    assert.equal(await errorOf(client.users.info({ user: 'U0NOBODY' })), 'user_not_found')
  })

  test('tell groups and who may not be disturbed', async (t) => {
    const slack = await started(t, { scopes: ['users:read', 'usergroups:read', 'dnd:read'] })
    const client = webClient(slack)
    const groups = await client.usergroups.list({ include_users: true })
    const support = groups.usergroups?.find((group) => group.handle === 'support')
    assert.equal(support?.users?.length, 3)
    await slack.control.group({ group: 'support', members: ['joan'] })
    const members = await client.usergroups.users.list({ usergroup: support?.id ?? '' })
    assert.deepEqual(members.users, [await personId(slack, 'joan')])
    assert.equal(await errorOf(client.usergroups.users.list({ usergroup: 'S0NONE' })), 'no_such_subteam')
    const until = Math.floor(Date.now() / 1000) + 600
    await slack.control.person({ user: 'joan', dndUntil: until })
    const dnd = await client.dnd.info({ user: await personId(slack, 'joan') })
    assert.partialDeepStrictEqual(dnd, { dnd_enabled: true, next_dnd_end_ts: until })
  })

  test('hide the email without its scope', async (t) => {
    const slack = await started(t, { scopes: ['users:read'] })
    const { members } = await webClient(slack).users.list({})
    assert.equal(members?.[0]?.profile?.email, undefined)
  })

  test('list channels by kind, with members', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    await slack.control.channel({ name: 'vault', isPrivate: true, members: ['ada', 'signalbox'] })
    await slack.control.channel({ channel: '#finance', isArchived: true })
    const names = async (args: { types?: string; exclude_archived?: boolean }) =>
      (await client.conversations.list(args)).channels?.map((channel) => channel.name)
    assert.equal((await names({}))?.length, 7)
    assert.equal((await names({ exclude_archived: true }))?.includes('finance'), false)
    assert.deepEqual(await names({ types: 'private_channel' }), ['vault'])
    const general = await channelId(slack, 'general')
    assert.equal((await client.conversations.members({ channel: general })).members?.length, 9)
    assert.equal((await client.conversations.info({ channel: general })).channel?.is_member, true)
  })
})

describe('files, reactions and block checks', () => {
  test('a file uploaded in three steps stands in the channel and can be fetched', async (t) => {
    const slack = await started(t, { scopes: ['files:write', 'files:read', 'chat:write'] })
    const client = webClient(slack)
    const channel = await channelId(slack, 'finance')
    await client.filesUploadV2({
      channel_id: channel,
      filename: 'ledger.csv',
      content: 'a,b\n1,2\n',
      initial_comment: 'The ledger',
    })
    const [message] = (await slack.control.messages({ channel })).messages
    assert.equal(message?.text, 'The ledger')
    const [file] = message?.files ?? []
    assert.equal(file?.mimetype, 'text/csv')
    const page = await fetch(new URL(file?.pageUrl ?? '', slack.url))
    assert.equal(await page.text(), 'a,b\n1,2\n')
    const info = await client.files.info({ file: file?.id ?? '' })
    const headers = { authorization: `Bearer ${slack.credentials.botToken}` }
    const download = await fetch(info.file?.url_private_download ?? '', { headers })
    assert.equal(await download.text(), 'a,b\n1,2\n')
    assert.equal(await errorOf(client.files.info({ file: 'F0NONE' })), 'file_not_found')
    assert.equal(
      await errorOf(client.files.completeUploadExternal({ files: [{ id: 'F0NONE', title: 'x' }] })),
      'file_not_found',
    )
  })

  test('a reaction is put once', async (t) => {
    const slack = await started(t, { scopes: ['reactions:write', 'chat:write'] })
    const client = webClient(slack)
    const { channel = '', ts = '' } = await client.chat.postMessage({ channel: '#general', text: 'x' })
    const eyes = { channel, timestamp: ts, name: 'eyes' }
    await client.reactions.add(eyes)
    assert.equal(await errorOf(client.reactions.add(eyes)), 'already_reacted')
    await client.reactions.remove(eyes)
    assert.equal(await errorOf(client.reactions.remove(eyes)), 'no_reaction')
  })

  test('blocks.validate takes one thing and says what is wrong where', async (t) => {
    const slack = await started(t)
    const client = webClient(slack)
    assert.equal((await client.blocks.validate({ blocks: [{ type: 'divider' }] })).ok, true)
    assert.equal(await errorOf(client.blocks.validate({})), 'invalid_arguments')
    const call = client.apiCall('blocks.validate', { message: { blocks: [{ type: 'header' }] } })
    await assert.rejects(call, (error: { data: { error: string; errors: { pointer: string }[] } }) => {
      assert.equal(error.data.error, 'invalid_blocks')
      assert.match(error.data.errors[0]?.pointer ?? '', /^\/message\/blocks\/0/)
      return true
    })
  })
})
