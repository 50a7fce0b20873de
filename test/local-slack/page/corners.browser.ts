// The rarer controls of the page, each used once at both widths: every input of a modal, blocks the product does not
// use and one that nobody knows, the tabs of the app, and what closes, jumps and dismisses.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertFits, assertNamed, goTo, openMenuIfSmall, openPanel, sizes, visit } from './browser.ts'
import { actingBlocks, lineCharts, rarerBlocks } from './gallery.ts'
import { onStage } from './stage.ts'

const stage = onStage()

const openForm = async (page: Page) => {
  await page.getByRole('button', { name: 'Shortcuts' }).first().click()
  await page.getByRole('menuitem', { name: /Start a workflow/ }).click()
  const form = page.getByRole('dialog', { name: 'Every input' })
  await form.waitFor()
  return form
}

const choose = async (page: Page, label: string, words: string): Promise<void> => {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(`^${label}`) })
    .click()
  await page.getByRole('combobox', { name: /^Search/ }).fill(words)
  await page
    .getByRole('option', { name: new RegExp(words) })
    .first()
    .click()
}

/** As if the server had sent a block that this page was not written for. */
const smuggleUnknownBlock = async (page: Page): Promise<void> => {
  await page.route('**/control/messages?**', async (route) => {
    const answer = await route.fetch()
    const body = (await answer.json()) as { messages: { blocks: object[] }[] }
    body.messages.at(-1)?.blocks.push({ type: 'hologram', text: 'from the future' })
    await route.fulfill({ response: answer, json: body })
  })
}

/** What a screen reader would call the control that has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim()
  })

for (const size of ['wide', 'phone'] as const satisfies (keyof typeof sizes)[])
  describe(`corners at ${sizes[size].width} pixels`, () => {
    test('every input of a modal is filled in and handed in; Cancel tells the app', async () => {
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size, scheme: 'dark' })
      await goTo(page, /general/)
      stage.app.heard.length = 0
      const closed = await openForm(page)
      await closed.getByRole('button', { name: 'Cancel' }).click()
      await stage.heard('form closed')
      stage.app.heard.length = 0
      await (await openForm(page)).getByRole('button', { name: 'Close', exact: true }).click()
      await stage.heard('form closed')

      const form = await openForm(page)
      await form.getByText('Nothing here is real.').waitFor()
      await form.getByLabel('The email').fill('ada@example')
      await form.getByLabel('The url').fill('https://example.com')
      await form.getByLabel('The time').fill('09:30')
      await form.getByLabel('The moment').fill('2026-12-01T09:30')
      await choose(page, 'The channel', 'sales')
      await choose(page, 'The conversation', 'finance')
      await choose(page, 'The people', 'Grace')
      await page.getByRole('button', { name: 'Done' }).click()
      await choose(page, 'The found', 'order')
      await form.getByLabel('The words').fill('As they are')
      await form.getByRole('button', { name: 'Hand in' }).click()
      await form.getByText('valid email').waitFor()
      await assertNamed(page)
      await assertFits(page)
      await picture('every-input')
      await form.getByLabel('The email').fill('ada@example.com')
      await form.getByRole('button', { name: 'Hand in' }).click()
      await stage.heard('form email url time moment channel conversation people found words')
      await form.waitFor({ state: 'detached' })
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('rarer blocks are drawn, and one that nobody knows is a box that says so', async () => {
      await stage.app.post('#finance', 'Lines', lineCharts)
      await stage.app.post('#finance', 'Rarer', rarerBlocks)
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      await smuggleUnknownBlock(page)
      await goTo(page, /finance/)
      for (const text of ['Second card', 'Inside the container', 'A task alone', 'How it works'])
        await page.getByText(text).last().waitFor()
      await page.getByRole('table', { name: 'A data table' }).last().waitFor()
      await page.getByRole('figure', { name: 'Backlog (area)' }).last().waitFor()
      await page.getByRole('button', { name: 'Good' }).last().click()
      await stage.heard('feedback')
      const unknown = page.getByText('A block of type “hologram”')
      await unknown.click()
      await page.getByText('from the future').waitFor()
      await assertNamed(page)
      await assertFits(page)
      await picture('rarer')
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('without a mouse: to a channel, to a press with its confirm dialog, to a command', async () => {
      await stage.app.post('#ops-alerts', 'Keys', actingBlocks)
      const { page, errors } = await visit(stage.browser, stage.slack.url, { size })
      const tabTo = async (name: RegExp): Promise<void> => {
        for (let step = 0; step < 100; step++) {
          await page.keyboard.press('Tab')
          if (name.test(await focused(page))) return
        }
        assert.fail(`Tab never came to ${name}`)
      }
      stage.app.heard.length = 0
      if (size === 'phone') {
        await tabTo(/^Channels and people/)
        await page.keyboard.press('Enter')
      }
      await tabTo(/ops-alerts/)
      await page.keyboard.press('Enter')
      await page.getByRole('region', { name: 'Messages in #ops-alerts' }).waitFor()
      await tabTo(/^Reject/)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Reject this refund?' })
      await dialog.waitFor()
      await page.keyboard.press('Enter')
      await stage.heard('reject')
      await dialog.waitFor({ state: 'detached' })
      await tabTo(/^Message #ops-alerts/)
      await page.keyboard.type('/work')
      await page.keyboard.press('Enter')
      await page.keyboard.type('help')
      await page.keyboard.press('Enter')
      await stage.heard('command help')
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('what closes, jumps, dismisses and turns over does', async () => {
      for (let at = 0; at < 130; at++)
        await stage.slack.control.message({
          user: 'grace',
          channel: '#leadership',
          text: `Line ${at} at ${size}`,
        })
      const { page, errors } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /leadership/)
      await page.getByText(`Line 129 at ${size}`).waitFor()
      const list = page.getByRole('region', { name: 'Messages in #leadership' })
      await list.evaluate((box) => box.scrollTo(0, 300))
      // a click would scroll there, which reads on by itself
      await page.getByRole('button', { name: 'Show older messages' }).dispatchEvent('click')
      await page.getByText(`Line 10 at ${size}`).waitFor({ state: 'attached' })
      await page.getByRole('button', { name: 'Jump to the end' }).click()
      await page.getByText(`Line 129 at ${size}`).waitFor()

      const field = page.getByRole('combobox', { name: 'Message #leadership' })
      await field.fill('/nothing')
      await page.keyboard.press('Enter')
      await page.getByText('/nothing is not a valid command.').waitFor()
      await page.getByRole('button', { name: 'Dismiss' }).click()
      assert.equal(await field.inputValue(), '/nothing')
      await field.fill('to @gra')
      await page.getByRole('option', { name: /Grace Hopper/ }).click()
      assert.equal(await field.inputValue(), 'to @grace ')

      await goTo(page, /Signalbox/)
      await page.getByRole('button', { name: 'Messages', exact: true }).click()
      await page.getByText('just between the two of you').waitFor()
      await page.getByRole('button', { name: 'Home', exact: true }).click()
      await page.getByRole('region', { name: /Home of/ }).waitFor()

      const panel = await openPanel(page)
      await panel.getByText('Clock', { exact: true }).click()
      for (const step of ['+15 minutes', '+1 hour', 'Back to now'])
        await panel.getByRole('button', { name: step }).click()
      await panel.getByRole('button', { name: 'Close the panel' }).click()
      await panel.waitFor({ state: 'detached' })
      if (size === 'phone') {
        await openMenuIfSmall(page)
        await page.getByRole('button', { name: 'Close the menu' }).click({ position: { x: 380, y: 400 } })
        await page.getByRole('navigation').waitFor({ state: 'hidden' })
      }
      assert.deepEqual(errors, [])
      await page.context().close()
    })
  })
