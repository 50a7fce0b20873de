// 5,000 messages in a channel and 200 open exceptions: the page draws a window of them and stays smooth.
// How we know: it counts what stands in the document, the heap, and the longest time the page did not answer.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startLocalSlack, type LocalSlack } from '../../../src/local-slack/server.ts'
import { openBrowser, visit } from './browser.ts'
import { actingBlocks } from './gallery.ts'
import { startSampleApp, type SampleApp } from './sample-app.ts'

const messageCount = 5000
const exceptionCount = 200
/** What feed.js keeps in one list. */
const window = 300
const longestMs = 400

let slack: LocalSlack
let app: SampleApp
let browser: Browser

before(async () => {
  slack = await startLocalSlack({ rateLimits: false })
  app = await startSampleApp(slack)
  browser = await openBrowser()
  for (let at = 0; at < messageCount; at += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        slack.control.message({
          user: 'grace',
          channel: '#general',
          text: `Message ${at + index} of *many*`,
        }),
      ),
    )
  for (let at = 0; at < exceptionCount; at++) {
    const title = { type: 'section', text: { type: 'mrkdwn', text: `Exception ${at}` } }
    await app.post('#ops-exceptions', `Exception ${at}`, [title, ...actingBlocks])
  }
})
after(async () => {
  await browser?.close()
  await app?.stop()
  await slack?.stop()
})

/** Notes every stretch in which the page could not answer. */
const watchStalls = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const stalls: number[] = []
    Object.assign(globalThis, { stalls })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) stalls.push(entry.duration)
    }).observe({ type: 'longtask' })
  })

const longestStall = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, ...(globalThis as unknown as { stalls: number[] }).stalls))

const heapMb = async (page: Page): Promise<number> => {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1_000_000
}

const drawn = (page: Page): Promise<number> => page.locator('.main .message').count()

test('5,000 messages: a window is drawn, scrolling up reads on, typing stays quick', async (t) => {
  const { page, errors } = await visit(browser, `${slack.url}/`, { size: 'wide' })
  const startedAt = Date.now()
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /general/ })
    .click()
  await page.getByText('Message 4999 of').waitFor()
  t.diagnostic(`opened in ${Date.now() - startedAt} ms`)
  await watchStalls(page)

  const list = page.getByRole('region', { name: 'Messages in #general' })
  for (const expected of [4850, 4750, 4650, 4550, 4450]) {
    await list.evaluate((box) => box.scrollTo(0, 0))
    await page.getByText(`Message ${expected} of`).waitFor({ state: 'attached' })
  }
  assert.ok((await drawn(page)) <= window, `${await drawn(page)} messages are drawn`)
  await page.getByRole('button', { name: /Newest messages/ }).click()
  await page.getByText('Message 4999 of').waitFor()

  const field = page.getByRole('combobox', { name: 'Message #general' })
  await field.click()
  const typedAt = Date.now()
  await page.keyboard.type('typing while thousands stand above')
  t.diagnostic(`typed 34 letters in ${Date.now() - typedAt} ms`)
  await page.keyboard.press('Enter')
  await page.locator('.main .message').filter({ hasText: 'typing while thousands' }).waitFor()

  const stall = await longestStall(page)
  const heap = await heapMb(page)
  t.diagnostic(
    `drawn ${await drawn(page)}, longest stall ${Math.round(stall)} ms, heap ${heap.toFixed(1)} MB`,
  )
  assert.ok(stall < longestMs, `the page stood still for ${stall} ms`)
  assert.ok(heap < 60, `the page holds ${heap} MB`)
  assert.deepEqual(errors, [])
})

test('200 open exceptions with all their controls: the page answers, and stays bounded', async (t) => {
  const { page, errors } = await visit(browser, `${slack.url}/`, { size: 'phone' })
  await page.getByRole('button', { name: 'Channels and people' }).click()
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /ops-exceptions/ })
    .click()
  await page.getByText('Exception 199', { exact: true }).waitFor()
  await watchStalls(page)
  const last = page.locator('.main .message').last()
  const pressedAt = Date.now()
  await last.getByRole('button', { name: 'Approve' }).click()
  await last.getByRole('button', { name: '1 reply' }).waitFor()
  t.diagnostic(`a press was answered on the page in ${Date.now() - pressedAt} ms`)
  const stall = await longestStall(page)
  const heap = await heapMb(page)
  t.diagnostic(
    `drawn ${await drawn(page)}, longest stall ${Math.round(stall)} ms, heap ${heap.toFixed(1)} MB`,
  )
  assert.ok((await drawn(page)) <= window)
  assert.ok(stall < longestMs, `the page stood still for ${stall} ms`)
  assert.ok(heap < 60, `the page holds ${heap} MB`)
  assert.deepEqual(errors, [])
})
