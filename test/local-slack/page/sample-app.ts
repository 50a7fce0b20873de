// A small app that is not ours to test (Bolt in Socket Mode): it gives the page everything there is to draw.

import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import type { KnownBlock } from '@slack/types'
import type { LocalSlack } from '../../../src/local-slack/server.ts'
import { fixView, formView, homeView, sureView } from './gallery.ts'

export interface SampleApp {
  /** What it heard, in order: `approve 1042`, `fix submitted 12.5`. */
  heard: string[]
  post: (channel: string, text: string, blocks?: object[]) => Promise<string>
  stop: () => Promise<void>
}

const option = (text: string) => ({ text: { type: 'plain_text' as const, text }, value: text })

const listen = (app: App, heard: string[]): void => {
  app.command('/workflow', async ({ ack, command, respond }) => {
    await ack()
    heard.push(`command ${command.text}`)
    await respond({ text: `You asked for *${command.text}*`, response_type: 'ephemeral' })
  })
  app.action('approve', async ({ ack, client, body }) => {
    await ack()
    heard.push('approve')
    const { channel, message } = body as unknown as { channel: { id: string }; message: { ts: string } }
    await client.chat.postMessage({ channel: channel.id, thread_ts: message.ts, text: 'Approved by Ada' })
  })
  app.action('fix', async ({ ack, client, body }) => {
    await ack()
    const { trigger_id: trigger } = body as unknown as { trigger_id: string }
    await client.views.open({ trigger_id: trigger, view: fixView() })
  })
  for (const id of ['reject', 'owner', 'snooze', 'kinds', 'day', 'one', 'some', 'more'])
    app.action(id, async ({ ack, action }) => {
      await ack()
      heard.push(`${id} ${'selected_user' in action ? action.selected_user : ''}`.trim())
    })
  app.shortcut('make_run', async ({ ack }) => {
    await ack()
    heard.push('make_run')
  })
  app.shortcut('start_workflow', async ({ ack, client, shortcut }) => {
    await ack()
    heard.push('start_workflow')
    // @slack/types does not know every block that a view takes
    const view = formView as unknown as ReturnType<typeof fixView>
    await client.views.open({ trigger_id: shortcut.trigger_id, view })
  })
  app.options('value', async ({ ack, payload }) => {
    await ack({ options: ['a', 'b'].map((each) => option(`${payload.value} ${each}`)) })
  })
  app.view('form', async ({ ack, view }) => {
    heard.push(`form ${Object.keys(view.state.values).join(' ')}`)
    await ack()
  })
  app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack }) => {
    await ack()
    heard.push('form closed')
  })
  app.action('feedback', async ({ ack }) => {
    await ack()
    heard.push('feedback')
  })
  app.view('fix', async ({ ack, view }) => {
    const amount = Number(view.state.values.amount?.value?.value)
    heard.push(`fix submitted ${amount}`)
    if (amount > 1000)
      return ack({ response_action: 'errors', errors: { amount: 'The limit is 1,000 euros.' } })
    await ack({ response_action: 'push', view: sureView })
  })
  app.view('sure', async ({ ack }) => {
    heard.push('sure')
    await ack({ response_action: 'clear' })
  })
  app.event('app_home_opened', async ({ client, event }) => {
    await client.views.publish({ user_id: event.user, view: homeView('*2 open*, none late.') })
  })
  app.action('refresh', async ({ ack, client, body }) => {
    await ack()
    await client.views.publish({ user_id: body.user.id, view: homeView('*1 open* after a refresh.') })
  })
}

export const startSampleApp = async (slack: LocalSlack): Promise<SampleApp> => {
  const heard: string[] = []
  const app = new App({
    token: slack.credentials.botToken,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
    receiver: new SocketModeReceiver({
      appToken: slack.credentials.appToken,
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
      logLevel: LogLevel.ERROR,
    }),
  })
  listen(app, heard)
  await app.start()
  return {
    heard,
    post: async (channel, text, blocks = []) => {
      const posted = await app.client.chat.postMessage({ channel, text, blocks: blocks as KnownBlock[] })
      return posted.ts ?? ''
    },
    stop: async () => {
      await app.stop()
    },
  }
}
