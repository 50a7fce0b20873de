// The local Slack goes away and comes back: the page says so, and is true again without a reload.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startLocalSlack } from '../../../src/local-slack/server.ts'
import { openBrowser, visit } from './browser.ts'

test('a page that lost its connection takes up what happened meanwhile', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'local-slack-page-'))
  t.after(() => rm(dataDir, { recursive: true }))
  let slack = await startLocalSlack({ dataDir })
  t.after(() => slack.stop())
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page, picture } = await visit(browser, slack.url, { size: 'wide' })
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /general/ })
    .click()
  await slack.control.message({ user: 'grace', channel: '#general', text: 'Before the break' })
  await page.locator('.main').getByText('Before the break').waitFor()

  await slack.stop()
  await page.getByText('connection lost, trying again').waitFor()
  await picture('connection-lost')
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /finance/ })
    .click()

  slack = await startLocalSlack({ dataDir, port: Number(new URL(slack.url).port) })
  await slack.control.message({ user: 'grace', channel: '#finance', text: 'After the break' })
  await page.locator('.main').getByText('After the break').waitFor()
  await page.getByText('connection lost').waitFor({ state: 'detached' })
})
