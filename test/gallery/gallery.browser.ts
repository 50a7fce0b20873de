// What every card, window and page of the samples must hold: a card is read at a glance, nothing sticks out, and a screen reader
// finds its way. `npm run gallery` shows them all.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { type LocalSlack, startLocalSlack } from '../../src/local-slack/server.ts'
import { assertFits, openBrowser, sizes } from '../local-slack/page/browser.ts'
import { openGallery, type Gallery } from './shown.ts'
import { pagesOf } from './pages.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** The whole card with its buttons, at 390 px, that of an approval with what will be sent. */
const MOST_HEIGHT = 380
const cards = new Set<string>([...reasons.map((reason) => `card of ${reason}`), 'card of a refund'])

interface Violation {
  id: string
  impact: string
  nodes: { html: string }[]
}

/** What axe finds serious or critical. */
async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const violations = await page.evaluate(
    async () =>
      (await (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run())
        .violations,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

const closing: (() => Promise<unknown>)[] = []
let slack: LocalSlack
let browser: Browser
let gallery: Gallery
before(async () => {
  slack = await startLocalSlack({ rateLimits: false })
  closing.unshift(() => slack.stop())
  browser = await openBrowser()
  closing.unshift(() => browser.close())
  gallery = await openGallery(slack, { after: (close) => void closing.unshift(close) })
})
after(async () => {
  for (const close of closing) await close()
})

describe('the gallery', () => {
  test('shows cards that are read at a glance on a phone', async () => {
    const tall: string[] = []
    const errors = await gallery.each(
      browser,
      { size: 'phone', scheme: 'light' },
      async ({ name, element }) => {
        const height = (await element.boundingBox())?.height ?? Infinity
        if (cards.has(name) && height > MOST_HEIGHT) tall.push(`${name}: ${Math.round(height)} px`)
      },
    )
    assert.deepEqual(tall, [])
    assert.deepEqual(errors, [])
  })

  for (const size of ['wide', 'phone'] as const)
    test(`has nothing that axe finds serious, and nothing that sticks out, at ${sizes[size].width} px`, async () => {
      const found: string[] = []
      let hasMessages = false
      await gallery.each(browser, { size, scheme: 'light' }, async ({ name, kind, page }) => {
        await assertFits(page)
        // One look at the channel: all messages are on it.
        if (kind === 'message' && hasMessages) return
        hasMessages ||= kind === 'message'
        for (const one of await seriousIn(page)) found.push(`${name}: ${one}`)
      })
      for (const [name, html] of pagesOf()) {
        const page = await browser.newPage({ viewport: sizes[size] })
        await page.setContent(html)
        await assertFits(page)
        for (const one of await seriousIn(page)) found.push(`${name}: ${one}`)
        await page.close()
      }
      assert.deepEqual(found, [])
    })
})
