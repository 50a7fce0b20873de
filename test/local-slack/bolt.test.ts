// A Bolt app in both delivery modes: commands, presses, modals, Home, shortcuts, events.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { App } from '@slack/bolt'
import type { KnownBlock, View } from '@slack/types'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { boltOverHttp, boltOverSocket, started, until } from './start.ts'

const plain = (text: string) => ({ type: 'plain_text' as const, text })

const card: KnownBlock[] = [
  { type: 'section', text: plain('Order 1042 stopped') },
  {
    type: 'actions',
    block_id: 'choices',
    elements: [
      { type: 'button', action_id: 'approve', text: plain('Approve'), value: '1042' },
      {
        type: 'button',
        action_id: 'reject',
        text: plain('Reject'),
        confirm: {
          title: plain('Reject?'),
          text: plain('It ends the run.'),
          confirm: plain('Yes'),
          deny: plain('No'),
        },
      },
      { type: 'users_select', action_id: 'owner', placeholder: plain('Owner') },
    ],
  },
]

const reason: View = {
  type: 'modal',
  callback_id: 'reason',
  private_metadata: '1042',
  notify_on_close: true,
  title: plain('Why?'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'text', min_length: 3 },
    },
    {
      type: 'input',
      block_id: 'who',
      optional: true,
      label: plain('Who'),
      element: {
        type: 'static_select',
        action_id: 'pick',
        options: [
          { text: plain('Ada'), value: 'ada' },
          { text: plain('Grace'), value: 'grace' },
        ],
      },
    },
  ],
}

interface Heard {
  what: string
  detail: unknown
}

/** The app under test: what it heard is looked at afterwards. */
const listeners = (heard: Heard[]) => (app: App) => {
  app.command('/workflow', async ({ ack, command, respond, client }) => {
    heard.push({ what: 'command', detail: command })
    await ack(`You said ${command.text}`)
    await respond({ text: 'And later this', response_type: 'in_channel' })
    await client.chat.postMessage({ channel: command.channel_id, text: 'A card', blocks: card })
  })
  app.action('approve', async ({ ack, body, client, respond }) => {
    await ack()
    heard.push({ what: 'approve', detail: body })
    await respond({ text: 'Approved', replace_original: true })
    if (body.type === 'block_actions') await client.views.open({ trigger_id: body.trigger_id, view: reason })
  })
  app.action('reject', async ({ ack, body }) => {
    await ack()
    heard.push({ what: 'reject', detail: body })
  })
  app.action('owner', async ({ ack, action }) => {
    await ack()
    heard.push({ what: 'owner', detail: action })
  })
  app.view('reason', async ({ ack, view }) => {
    heard.push({ what: 'submitted', detail: view })
    const { value } = view.state.values.why?.text ?? {}
    if (value === 'because') await ack({ response_action: 'errors', errors: { why: 'Say more' } })
    else if (value === 'next')
      await ack({ response_action: 'push', view: { ...reason, title: plain('Next') } })
    else if (value === 'end') await ack({ response_action: 'clear' })
    else await ack()
  })
  app.view({ callback_id: 'reason', type: 'view_closed' }, async ({ ack, body }) => {
    await ack()
    heard.push({ what: 'closed', detail: body })
  })
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text: plain('Your exceptions') }] },
    })
  })
  app.shortcut('start_workflow', async ({ ack, shortcut }) => {
    await ack()
    heard.push({ what: 'shortcut', detail: shortcut })
  })
  app.shortcut('make_run', async ({ ack, shortcut }) => {
    await ack()
    heard.push({ what: 'message shortcut', detail: shortcut })
  })
  app.event('user_change', async ({ event }) => {
    heard.push({ what: 'user_change', detail: event.user })
  })
}

const heardOf = (heard: Heard[], what: string) =>
  until(() => heard.findLast((each) => each.what === what)?.detail)

const postedCard = async ({ control }: LocalSlack) => {
  await control.command({ user: 'ada', channel: '#general', text: '/workflow status 1042' })
  return control.waitForMessage({ channel: '#general', as: 'ada' }, (message) => message.text === 'A card')
}

const openedModal = (slack: LocalSlack) => until(async () => (await slack.control.views('ada')).views.at(-1))

const begunIn = async (mode: 'Socket Mode' | 'HTTP', t: TestContext) => {
  const heard: Heard[] = []
  if (mode === 'HTTP') return { heard, slack: (await boltOverHttp(t, listeners(heard))).slack }
  const slack = await started(t)
  await boltOverSocket(slack, listeners(heard))
  return { heard, slack }
}

for (const mode of ['Socket Mode', 'HTTP'] as const) {
  describe(`a Bolt app over ${mode}`, () => {
    test('answers a command to the person alone and then to the channel', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      await postedCard(slack)
      const texts = async (as: string) =>
        (await slack.control.messages({ channel: '#general', as })).messages.map((message) => message.text)
      assert.deepEqual(await texts('ada'), ['You said status 1042', 'And later this', 'A card'])
      assert.deepEqual(await texts('grace'), ['And later this', 'A card'])
      const command = (await heardOf(heard, 'command')) as Record<string, string>
      assert.equal(command.user_name, 'ada')
      assert.equal(command.channel_name, 'general')
    })

    test('hears a press with its message, answers by response_url and opens a modal', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      const { channel, ts } = await postedCard(slack)
      const { delivery } = await slack.control.press({
        user: 'ada',
        container: { channel, ts },
        actionId: 'approve',
      })
      assert.equal(delivery.outcome, 'answered')
      const view = await openedModal(slack)
      assert.equal(view.privateMetadata, '1042')
      const { messages } = await slack.control.messages({ channel, as: 'grace' })
      assert.equal(messages.find((message) => message.ts === ts)?.text, 'Approved')
      const body = (await heardOf(heard, 'approve')) as Record<string, Record<string, unknown>>
      assert.equal(body.container?.message_ts, ts)
      assert.equal(body.message?.text, 'A card')
      assert.deepEqual(body.enterprise, null)
    })

    test('gets a press with a confirm dialog only once it is confirmed', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      const { channel, ts } = await postedCard(slack)
      const press = { user: 'ada', container: { channel, ts }, actionId: 'reject' }
      await assert.rejects(slack.control.press(press), {
        refusal: {
          ok: false,
          error: 'needs_confirmation',
          detail: 'It ends the run.',
          confirm: { title: 'Reject?', text: 'It ends the run.', confirm: 'Yes', deny: 'No', style: null },
        },
      })
      assert.equal(heard.filter((each) => each.what === 'reject').length, 0)
      await slack.control.press({ ...press, confirmed: true })
      await heardOf(heard, 'reject')
    })

    test('gets the person chosen in a select', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      const { channel, ts } = await postedCard(slack)
      const { people } = await slack.control.state()
      const grace = people.find((person) => person.handle === 'grace')?.id ?? ''
      await slack.control.press({ user: 'ada', container: { channel, ts }, actionId: 'owner', value: grace })
      const action = (await heardOf(heard, 'owner')) as Record<string, unknown>
      assert.equal(action.selected_user, grace)
      assert.equal(action.type, 'users_select')
    })

    test('refuses a modal with errors, pushes onto it, clears the stack', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      const { channel, ts } = await postedCard(slack)
      await slack.control.press({ user: 'ada', container: { channel, ts }, actionId: 'approve' })
      await openedModal(slack)
      const submit = (text: string | null) =>
        slack.control.submit({ user: 'ada', values: { why: { text }, who: { pick: 'grace' } } })

      assert.deepEqual((await submit(null)).errors, { why: 'Please complete this required field.' })
      assert.deepEqual((await submit('no')).errors, { why: 'Please use at least 3 characters.' })
      assert.equal(heard.filter((each) => each.what === 'submitted').length, 0)
      assert.deepEqual((await submit('because')).errors, { why: 'Say more' })
      const view = (await heardOf(heard, 'submitted')) as { state: { values: Record<string, unknown> } }
      assert.deepEqual(view.state.values, {
        why: { text: { type: 'plain_text_input', value: 'because' } },
        who: {
          pick: {
            type: 'static_select',
            selected_option: { text: { type: 'plain_text', text: 'Grace' }, value: 'grace' },
          },
        },
      })
      await submit('next')
      const stack = (await slack.control.views('ada')).views
      assert.deepEqual(
        stack.map((each) => [each.title, each.rootViewId === stack[0]?.id]),
        [
          ['Why?', true],
          ['Next', true],
        ],
      )
      await submit('end')
      assert.deepEqual((await slack.control.views('ada')).views, [])
    })

    test('hears of a modal that is closed', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      const { channel, ts } = await postedCard(slack)
      await slack.control.press({ user: 'ada', container: { channel, ts }, actionId: 'approve' })
      await openedModal(slack)
      await slack.control.close({ user: 'ada' })
      const body = (await heardOf(heard, 'closed')) as Record<string, unknown>
      assert.equal(body.is_cleared, false)
      assert.deepEqual((await slack.control.views('ada')).views, [])
    })

    test('publishes the Home that a person opens', async (t) => {
      const { slack } = await begunIn(mode, t)
      await slack.control.home({ user: 'grace' })
      const home = await until(async () => (await slack.control.views('grace')).home ?? undefined)
      assert.equal(home.blocks[0]?.type, 'section')
      assert.equal((await slack.control.views('ada')).home, null)
    })

    test('hears shortcuts, global and on a message', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      const { message } = await slack.control.message({
        user: 'ada',
        channel: '#sales',
        text: 'A <lead> & more',
      })
      await slack.control.shortcut({ user: 'ada', callbackId: 'start_workflow' })
      await heardOf(heard, 'shortcut')
      const { channel, ts } = message
      await slack.control.shortcut({ user: 'ada', callbackId: 'make_run', message: { channel, ts } })
      const body = (await heardOf(heard, 'message shortcut')) as Record<string, Record<string, unknown>>
      assert.equal(body.message?.text, 'A &lt;lead&gt; &amp; more')
    })

    test('hears that a person was deactivated', async (t) => {
      const { slack, heard } = await begunIn(mode, t)
      await slack.control.person({ user: 'grace', isDeleted: true })
      const user = (await heardOf(heard, 'user_change')) as Record<string, unknown>
      assert.equal(user.name, 'grace')
      assert.equal(user.deleted, true)
    })
  })
}
