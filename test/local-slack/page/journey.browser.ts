// A person's way through the page, in a real browser, with a Bolt app behind it. With controls.browser.ts and
// corners.browser.ts beside it every control is used once, at both widths; pictures go to test/artifacts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../../until.ts'
import { assertFits, assertNamed, goTo, openMenuIfSmall, openPanel, sizes, visit } from './browser.ts'
import { actingBlocks, charts, plannedBlocks, textBlocks } from './gallery.ts'
import { onStage } from './stage.ts'

const stage = onStage()

const composer = (page: Page) => page.getByRole('combobox', { name: /^Message / }).first()

/** The newest message that has this text. */
const messageWith = (page: Page, text: string) =>
  page.locator('.main .message').filter({ hasText: text }).last()

for (const size of ['wide', 'phone'] as const satisfies (keyof typeof sizes)[])
  describe(`the page at ${sizes[size].width} pixels`, () => {
    test('says that nothing leaves this machine, and draws every block', async () => {
      await stage.app.post('#ops-exceptions', 'Words', textBlocks)
      await stage.app.post('#ops-exceptions', 'Plan', plannedBlocks)
      await stage.app.post('#ops-exceptions', 'Charts', charts)
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      await page.getByText('Local Slack: nothing leaves this machine').waitFor()
      await goTo(page, /ops-exceptions/)
      await page.getByRole('heading', { name: 'Refund of €1,240.00 needs an approval' }).last().waitFor()
      for (const text of ['Marta <Keller>', 'a quotation', 'A heading', 'Run 1042', 'invoices', 'Outcomes'])
        await page.getByText(text).last().scrollIntoViewIfNeeded()
      assert.equal(await page.locator('.unknown-block, .unknown-element').count(), 0)
      await assertNamed(page)
      await assertFits(page)
      await picture('charts')
      await page.locator('.block-header').last().scrollIntoViewIfNeeded()
      await picture('words')
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('buttons, menus and pickers reach the app; a confirm dialog asks first', async () => {
      await stage.app.post('#ops-exceptions', 'Choose', [
        { type: 'section', text: { type: 'mrkdwn', text: `Choose at ${size}` } },
        ...actingBlocks,
      ])
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /ops-exceptions/)
      const message = messageWith(page, `Choose at ${size}`)
      await message.waitFor()
      await assertNamed(page)
      stage.app.heard.length = 0

      await message.getByRole('button', { name: 'Approve' }).click()
      await stage.heard('approve')
      await message.getByRole('button', { name: '1 reply' }).click()
      const thread = page.getByRole('complementary', { name: 'Thread' })
      await thread.getByText('Approved by Ada').waitFor()
      await picture('thread')
      await thread.getByRole('button', { name: 'Close thread' }).click()

      await message.getByRole('button', { name: 'Reject' }).click()
      const dialog = page.getByRole('dialog', { name: 'Reject this refund?' })
      await picture('confirm')
      await dialog.getByRole('button', { name: 'Keep it' }).click()
      await dialog.waitFor({ state: 'detached' })
      assert.ok(!stage.app.heard.includes('reject'))
      await message.getByRole('button', { name: 'Reject' }).click()
      await dialog.getByRole('button', { name: 'Reject it' }).click()
      await stage.heard('reject')

      await message.getByRole('button', { name: /Reassign to/ }).click()
      await page.getByRole('combobox', { name: /Search/ }).fill('grace')
      await picture('picker')
      await page.keyboard.press('Enter')
      const { people } = await stage.slack.control.state()
      await stage.heard(`owner ${people.find((one) => one.handle === 'grace')?.id}`)
      await message.getByRole('button', { name: /: Grace Hopper/ }).waitFor()

      await message.getByRole('button', { name: /Kinds/ }).click()
      await page.getByRole('option', { name: 'Two' }).click()
      await page.getByRole('button', { name: 'Done' }).click()
      await stage.heard('kinds')
      await message.locator('input[type=date]').fill('2026-12-01')
      await stage.heard('day')
      await message.getByRole('radio', { name: 'Three' }).check()
      await stage.heard('one')
      await message.getByRole('checkbox', { name: 'One' }).check()
      await stage.heard('some')
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('a modal shows what is wrong, pushes a second view, and is cleared', async () => {
      await stage.app.post('#ops-exceptions', 'Fix', [
        { type: 'section', text: { type: 'mrkdwn', text: `Fix at ${size}` } },
        ...actingBlocks,
      ])
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size, scheme: 'dark' })
      await goTo(page, /ops-exceptions/)
      await messageWith(page, `Fix at ${size}`).getByRole('button', { name: 'Fix and resume' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('heading', { name: 'Fix and resume' }).waitFor()

      await dialog.getByRole('button', { name: 'Resume' }).click()
      await dialog.getByText('Please complete this required field.').first().waitFor()
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('inputmode')), 'decimal')

      await dialog.getByLabel('Amount').fill('5000')
      await dialog.getByLabel('Reason').fill('Typed by hand')
      await dialog.getByRole('button', { name: 'Resume' }).click()
      await dialog.getByText('The limit is 1,000 euros.').waitFor()
      await assertNamed(page)
      await picture('modal')
      assert.equal(await dialog.getByLabel('Reason').inputValue(), 'Typed by hand')

      await dialog.getByLabel('Amount').fill('12.5')
      await dialog.getByRole('button', { name: 'Resume' }).click()
      await dialog.getByRole('heading', { name: 'Are you sure?' }).waitFor()
      await dialog.getByRole('button', { name: 'Yes, resume' }).click()
      await dialog.waitFor({ state: 'detached' })
      await stage.heard('sure')
      await assertFits(page)
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('the keyboard stays within a modal, and Escape closes it', async () => {
      await stage.app.post('#ops-exceptions', 'Keys', [
        { type: 'section', text: { type: 'mrkdwn', text: `Keys at ${size}` } },
        ...actingBlocks,
      ])
      const { page } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /ops-exceptions/)
      const button = messageWith(page, `Keys at ${size}`).getByRole('button', { name: 'Fix and resume' })
      await button.focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      for (let step = 0; step < 12; step++) {
        await page.keyboard.press('Tab')
        assert.ok(
          await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null),
          `Tab ${step + 1} left the dialog`,
        )
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await page.context().close()
    })

    test('the composer completes a command, and its answer is for one person only', async () => {
      const { page, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /general/)
      await composer(page).fill('/work')
      await page.getByRole('option', { name: /\/workflow status/ }).waitFor()
      await picture('suggestions')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Tab')
      assert.equal(await composer(page).inputValue(), '/workflow status ')
      await page.keyboard.type('1042')
      await page.keyboard.press('Enter')
      await stage.heard('command status 1042')
      await messageWith(page, 'You asked for status 1042').getByText('Only visible to you').waitFor()
      await picture('ephemeral')
      await messageWith(page, 'You asked for status 1042')
        .getByRole('button', { name: 'Dismiss message' })
        .click()
      await page.getByText('You asked for status 1042').waitFor({ state: 'detached' })
      await page.context().close()
    })

    test('what somebody else writes appears without a reload, counted as unread elsewhere', async () => {
      const { page, errors } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /general/)
      await composer(page).fill(`Hello <b>from</b> ${size}`)
      await page.keyboard.press('Enter')
      await messageWith(page, `Hello <b>from</b> ${size}`).waitFor()
      await stage.slack.control.message({ user: 'grace', channel: '#general', text: `Live at ${size}` })
      await messageWith(page, `Live at ${size}`).waitFor()
      await stage.slack.control.message({ user: 'grace', channel: '#sales', text: 'Elsewhere' })
      await openMenuIfSmall(page)
      const place = page.getByRole('navigation').getByRole('button', { name: /sales/ })
      if (await place.isVisible()) await place.getByLabel(/unread/).waitFor()
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('Home is drawn and its button works; one can act as somebody else', async () => {
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /Signalbox|signalbox/)
      await page.getByText('2 open').waitFor()
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByText('1 open').waitFor()
      await picture('home')
      await openMenuIfSmall(page)
      await page.getByRole('button', { name: /acting as/ }).click()
      await picture('acting-as')
      await page.getByRole('menuitemradio', { name: /Grace/ }).click()
      await openMenuIfSmall(page)
      await page.getByRole('button', { name: /acting as.*Grace/ }).waitFor()
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('the panel throws a fault, clears it, and sets somebody away', async () => {
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      const panel = await openPanel(page)
      await panel.getByRole('button', { name: 'Rate limited (429)' }).click()
      await panel.getByRole('button', { name: /^Clear Rate limited/ }).waitFor()
      await picture('faults')
      await panel.getByRole('button', { name: 'Clear all' }).click()
      await panel.getByRole('button', { name: 'Clear all' }).waitFor({ state: 'detached' })
      await panel.getByText('People', { exact: true }).click()
      const joan = panel.getByRole('listitem', { name: 'Joan Clarke' })
      await joan.getByRole('switch', { name: 'away' }).check()
      await until('she is away', async () => {
        const { people } = await stage.slack.control.state()
        return people.find((one) => one.handle === 'joan')?.isAway === true
      })
      await joan.getByRole('switch', { name: 'away' }).uncheck()
      await assertFits(page)
      assert.deepEqual(errors, [])
      await page.context().close()
    })
  })
