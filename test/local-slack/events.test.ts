// Events of the workspace, options of external selects, addresses that a modal asks for, and limits by tier.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { parse, stringify } from 'yaml'
import type { App } from '@slack/bolt'
import { ErrorCode } from '@slack/web-api'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { boltOverSocket, started, until, webClient } from './start.ts'

type Heard = { type: string } & Record<string, unknown>

const plain = (text: string) => ({ type: 'plain_text' as const, text })

const TYPES = [
  'user_change',
  'team_join',
  'subteam_created',
  'subteam_updated',
  'subteam_members_changed',
  'channel_created',
  'channel_rename',
  'channel_archive',
  'channel_unarchive',
  'group_rename',
  'group_archive',
  'member_joined_channel',
  'app_uninstalled',
  'tokens_revoked',
] as const

const listening = async (
  t: TestContext,
  manifest?: string,
): Promise<{ slack: LocalSlack; heard: Heard[] }> => {
  const slack = await started(t, manifest === undefined ? {} : { manifest })
  const heard: Heard[] = []
  await boltOverSocket(slack, (app: App) => {
    for (const type of TYPES) app.event(type, async ({ event }) => void heard.push({ ...event }))
  })
  return { slack, heard }
}

test('the app hears of everything its manifest asks for', async (t) => {
  const { slack, heard } = await listening(t)
  const { control } = slack
  const next = (type: string) => until(() => heard.find((event) => event.type === type))

  const { person } = await control.join({ handle: 'hedy', name: 'Hedy Lamarr', tz: 'Europe/Vienna' })
  assert.partialDeepStrictEqual(await next('team_join'), { user: { id: person.id, tz: 'Europe/Vienna' } })
  assert.partialDeepStrictEqual(await next('member_joined_channel'), { user: person.id, channel_type: 'C' })
  await control.group({ group: 'night-shift', members: ['hedy'] })
  assert.partialDeepStrictEqual(await next('subteam_created'), { subteam: { handle: 'night-shift' } })
  await control.group({ group: 'night-shift', members: ['ada'] })
  assert.partialDeepStrictEqual(await next('subteam_updated'), { subteam: { user_count: 1 } })
  const changed = await until(() =>
    heard.find((event) => event.type === 'subteam_members_changed' && event.removed_users_count === '1'),
  )
  assert.deepEqual(changed.removed_users, [person.id])
  const made = await control.channel({ name: 'night' })
  assert.partialDeepStrictEqual(await next('channel_created'), { channel: { id: made.channel.id } })
  const { channel } = await control.channel({ channel: '#sales', name: 'sold', isArchived: true })
  assert.partialDeepStrictEqual(await next('channel_rename'), { channel: { id: channel.id, name: 'sold' } })
  assert.partialDeepStrictEqual(await next('channel_archive'), { channel: channel.id })
  await control.channel({ channel: channel.id, isArchived: false })
  assert.partialDeepStrictEqual(await next('channel_unarchive'), { channel: channel.id })
  const vault = await control.channel({ name: 'vault', isPrivate: true, members: ['ada', 'signalbox'] })
  await control.channel({ channel: vault.channel.id, name: 'safe', isArchived: true })
  assert.partialDeepStrictEqual(await next('group_rename'), { channel: { id: vault.channel.id } })
  assert.partialDeepStrictEqual(await next('group_archive'), { channel: vault.channel.id })
})

test('an app that asks for it hears that it was uninstalled', async (t) => {
  const { slack, heard } = await listening(t, manifestWith(t, ['app_uninstalled', 'tokens_revoked']))
  await slack.control.install({ isInstalled: false })
  for (const type of ['app_uninstalled', 'tokens_revoked'])
    await until(() => heard.find((event) => event.type === type))
})

test('an app that is not installed hears nothing more', async (t) => {
  const { slack } = await listening(t)
  await slack.control.install({ isInstalled: false })
  const { delivery } = await slack.control.command({ user: 'ada', channel: '#general', text: '/workflow' })
  assert.equal(delivery.outcome, 'no_app')
})

test('what happens within a channel is heard by an app that is in it', async (t) => {
  const { slack, heard } = await listening(t)
  const { channel } = await slack.control.channel({ name: 'quiet', members: ['ada'] })
  await slack.control.channel({ channel: 'quiet', members: ['ada', 'grace'] })
  await webClient(slack).conversations.join({ channel: channel.id })
  const joined = await until(() => heard.find((event) => event.type === 'member_joined_channel'))
  assert.equal(joined.user, (await slack.control.state()).bot)
  assert.equal(joined.channel, channel.id)
  assert.equal('inviter' in joined, false, 'nobody invited it')
})

/** The app's manifest, asking for these events instead. */
const manifestWith = (t: TestContext, botEvents: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'local-slack-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const manifest = parse(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')) as {
    settings: { event_subscriptions: { bot_events: string[] } }
  }
  manifest.settings.event_subscriptions.bot_events = botEvents
  const path = join(folder, 'manifest.yml')
  writeFileSync(path, stringify(manifest))
  return path
}

test('messages are asked for by the kind of conversation', async (t) => {
  const manifest = manifestWith(t, ['message.channels', 'message.groups', 'message.im'])
  const slack = await started(t, { manifest })
  const heard: unknown[] = []
  await boltOverSocket(slack, (app) => {
    app.event('message', async ({ event }) => void heard.push(event.channel_type))
  })
  const { control } = slack
  await control.channel({ name: 'vault', isPrivate: true, members: ['ada', 'signalbox'] })
  const direct = await control.dm({ user: 'ada', with: 'signalbox' })
  const channels = ['#general', 'vault', direct.channel.id]
  for (const [index, channel] of channels.entries()) {
    await control.message({ user: 'ada', channel, text: 'hello' })
    await until(() => (heard.length > index ? true : undefined))
  }
  assert.deepEqual(heard, ['channel', 'group', 'im'])
})

test('an external select is filled by the app, and one of its options can be chosen', async (t) => {
  const slack = await started(t)
  const chosen: unknown[] = []
  await boltOverSocket(slack, (app) => {
    app.options('run', async ({ ack, payload }) =>
      ack({ options: ['a', 'b'].map((each) => ({ text: plain(`${payload.value} ${each}`), value: each })) }),
    )
    app.action('run', async ({ ack, action }) => {
      await ack()
      if (action.type === 'external_select') chosen.push(action.selected_option)
    })
  })
  const { channel = '', ts = '' } = await webClient(slack).chat.postMessage({
    channel: '#general',
    text: 'x',
    blocks: [
      {
        type: 'actions',
        elements: [
          { type: 'external_select', action_id: 'run', placeholder: plain('Run'), min_query_length: 1 },
        ],
      },
    ],
  })
  const use = { user: 'ada', container: { channel, ts }, actionId: 'run' }
  const { options } = await slack.control.options({ ...use, query: 'order' })
  assert.deepEqual(options, [
    { text: 'order a', value: 'a' },
    { text: 'order b', value: 'b' },
  ])
  await slack.control.press({ ...use, value: 'b' })
  assert.deepEqual(await until(() => chosen[0]), { text: plain('order b'), value: 'b' })
  await assert.rejects(slack.control.press({ ...use, value: 'c' }), /no_such_option/)
})

test('a modal that asks for a response address gets one for the conversation chosen', async (t) => {
  const slack = await started(t)
  const { channels } = await slack.control.state()
  const sales = channels.find((channel) => channel.name === 'sales')?.id ?? ''
  await boltOverSocket(slack, (app) => {
    app.shortcut('start_workflow', async ({ ack, shortcut, client }) => {
      await ack()
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'where',
          title: plain('Where'),
          submit: plain('Tell'),
          blocks: [
            {
              type: 'input',
              block_id: 'where',
              label: plain('Channel'),
              element: { type: 'conversations_select', action_id: 'pick', response_url_enabled: true },
            },
          ],
        },
      })
    })
    app.view('where', async ({ ack, respond }) => {
      await ack()
      await respond({ text: 'Here it is', response_type: 'in_channel' })
    })
  })
  await slack.control.shortcut({ user: 'ada', callbackId: 'start_workflow' })
  await until(async () => (await slack.control.views('ada')).views[0])
  await slack.control.submit({ user: 'ada', values: { where: { pick: sales } } })
  const message = await slack.control.waitForMessage(
    { channel: '#sales' },
    ({ text }) => text === 'Here it is',
  )
  assert.equal(message.ephemeralTo, null)
})

test('a method of tier 2 is refused after its burst, and let in again as its minute goes on', async (t) => {
  const slack = await started(t, { rateLimits: true, now: () => 1_767_225_600_000 })
  const client = webClient(slack)
  const list = () =>
    client.users.list({}).then(
      () => 'ok',
      (error: { code: string; retryAfter?: number }) => `${error.code} ${error.retryAfter}`,
    )
  const answers: string[] = []
  for (let n = 0; n < 21; n++) answers.push(await list())
  assert.equal(answers.filter((answer) => answer === 'ok').length, 20)
  assert.equal(answers.at(-1), `${ErrorCode.RateLimitedError} 3`)
  await slack.control.clock({ advanceMs: 3_000 })
  assert.equal(await list(), 'ok')
})
