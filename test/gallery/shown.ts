// Every message and view of the samples, put into a local Slack and drawn by its page.
import type { App } from '@slack/bolt'
import type { View } from '@slack/types'
import type { Browser, Locator, Page } from 'playwright-core'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { makeSamples } from '../../src/slack/samples/samples.ts'
import { boltOverSocket, webClient } from '../local-slack/start.ts'
import { sizes, visit } from '../local-slack/page/browser.ts'

export type Size = keyof typeof sizes
export type Scheme = 'light' | 'dark'
export interface Look {
  size: Size
  scheme: Scheme
}

export interface Shown {
  name: string
  kind: 'message' | 'modal' | 'home'
  element: Locator
  page: Page
}

export interface Gallery {
  /** Draws each sample in turn; what `look` does with it is awaited. Resolves with the errors of the page's scripts. */
  each(browser: Browser, as: Look, look: (shown: Shown) => Promise<void>): Promise<string[]>
}

const USER = '@ada'
const CHANNEL = 'ops-exceptions'
const TALL = 6000

/** Asks for a dialog until it is there: what opens one is good for three seconds, which a busy machine may miss. */
async function opened(dialog: Locator, ask: () => Promise<unknown>): Promise<void> {
  for (let left = 3; ; left -= 1) {
    await ask()
    try {
      return await dialog.waitFor({ timeout: 10_000 })
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

/** Posts the messages at once; views are opened as they are looked at, one on another is no picture. */
export async function openGallery(
  slack: LocalSlack,
  t: { after(close: () => Promise<unknown>): void },
): Promise<Gallery> {
  const { samples } = makeSamples()
  const views = new Map(
    samples.flatMap((sample): [string, View][] => ('view' in sample ? [[sample.name, sample.view]] : [])),
  )
  const bolt = await boltOverSocket(slack, (app: App) => {
    app.command('/workflow', async ({ ack, client, command }) => {
      await ack()
      const view = views.get(command.text)
      if (view) await client.views.open({ trigger_id: command.trigger_id, view })
    })
  })
  t.after(() => bolt.stop())
  const client = webClient(slack)
  const state = await slack.control.state()
  const channel = state.channels.find(({ name }) => name === CHANNEL)?.id ?? ''
  const user = state.people.find(({ handle }) => `@${handle}` === USER)?.id ?? ''
  const messages = samples.filter((sample) => 'blocks' in sample)
  for (const { name, blocks } of messages) await client.chat.postMessage({ channel, text: name, blocks })
  const at = (place: string) => `${new URL(slack.apiUrl).origin}/#as=${user}&${place}`

  return {
    async each(browser, { size, scheme }, look) {
      const { page, errors } = await visit(browser, at(`c=${channel}`), { size, scheme })
      // Taken as a whole: what scrolls is not in a picture.
      await page.setViewportSize({ width: sizes[size].width, height: TALL })
      const drawn = page.locator('.main .message')
      await drawn.nth(messages.length - 1).waitFor()
      for (const [index, { name }] of messages.entries())
        await look({ name, kind: 'message', element: drawn.nth(index), page })
      for (const [name, view] of views) {
        if (view.type === 'home') {
          await client.views.publish({ user_id: user, view })
          await page.goto(at('home=1'))
          await page.locator('.main').waitFor()
          await look({ name, kind: 'home', element: page.locator('.main'), page })
          await page.goto(at(`c=${channel}`))
        } else {
          const dialog = page.getByRole('dialog')
          await opened(dialog, () =>
            slack.control.command({ user: USER, channel: `#${CHANNEL}`, text: `/workflow ${name}` }),
          )
          await look({ name, kind: 'modal', element: dialog, page })
          await slack.control.close({ user: USER, all: true })
          await dialog.waitFor({ state: 'detached' })
        }
      }
      await page.context().close()
      return errors
    },
  }
}
