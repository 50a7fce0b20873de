// The rest of the page's controls, each used once at both widths: direct messages, reactions, shortcuts,
// overflow menus, example events, every fault, people, clock, archived channels.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { until } from '../../until.ts'
import { assertFits, assertNamed, goTo, openPanel, sizes, visit } from './browser.ts'
import { textBlocks } from './gallery.ts'
import { startSampleApp } from './sample-app.ts'
import { onStage } from './stage.ts'

const hooks: string[] = []
const product = createServer((request, response) => {
  hooks.push(request.url ?? '')
  request.resume()
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"run":"run_1","duplicate":false}')
})

const stage = onStage({
  options: async () => {
    await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', resolve))
    const { port } = product.address() as AddressInfo
    return { webhookUrl: `http://127.0.0.1:${port}` }
  },
})
after(() => product.close())

const faults = [
  'Rate limited (429)',
  'Server error (500)',
  'Error after success (500)',
  'Slow',
  'Outage',
  'Deliver twice',
  'Expired trigger',
]

for (const size of ['wide', 'phone'] as const satisfies (keyof typeof sizes)[])
  describe(`controls at ${sizes[size].width} pixels`, () => {
    test('a direct message is opened and written in', async () => {
      const { page, errors } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /Alan Turing/)
      await page.getByText('just between the two of you').waitFor()
      await page.getByRole('combobox', { name: 'Message Alan Turing' }).fill(`Hi at ${size}`)
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page
        .locator('.main .message')
        .filter({ hasText: `Hi at ${size}` })
        .waitFor()
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('a message takes reactions, replies and shortcuts; an overflow menu reaches the app', async () => {
      await stage.app.post('#ops-exceptions', 'Words', textBlocks)
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /ops-exceptions/)
      const message = page.locator('.main .message').last()
      await message.hover()
      await message.getByRole('button', { name: 'Message actions' }).click()
      await page.getByRole('menuitem', { name: /eyes/ }).click()
      const reaction = message.getByRole('button', { name: /^eyes: Ada/ })
      await reaction.waitFor()
      await reaction.click()
      await reaction.waitFor({ state: 'detached' })

      await message.getByRole('button', { name: 'Message actions' }).click()
      await picture('message-actions')
      await page.getByRole('menuitem', { name: /Make this a run/ }).click()
      await until('the message shortcut reached the app', () => stage.app.heard.includes('make_run'))

      await message.getByRole('button', { name: 'More options' }).click()
      await page.getByRole('menuitem', { name: 'Two' }).click()
      await until('the overflow menu reached the app', () => stage.app.heard.includes('more'))

      await message.getByRole('button', { name: 'Reply in thread' }).click()
      const reply = page.getByRole('combobox', { name: 'Message this thread' })
      await reply.fill('/workflow help')
      await page.keyboard.press('Enter')
      await page.getByText('/workflow is not supported in threads').waitFor()
      await reply.fill('A reply')
      await page.keyboard.press('Enter')
      const thread = page.getByRole('complementary', { name: 'Thread' })
      await thread.locator('.message').filter({ hasText: 'A reply' }).waitFor()
      await thread.getByRole('button', { name: 'Close thread' }).click()
      await message.getByRole('button', { name: /1 reply/ }).waitFor()
      stage.app.heard.length = 0
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('a global shortcut is started beside the composer', async () => {
      const { page } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /general/)
      await page.getByRole('button', { name: 'Shortcuts' }).first().click()
      await page.getByRole('menuitem', { name: /Start a workflow/ }).click()
      await until('the shortcut reached the app', () => stage.app.heard.includes('start_workflow'))
      const form = page.getByRole('dialog', { name: 'Every input' })
      await form.waitFor()
      await page.keyboard.press('Escape')
      await form.waitFor({ state: 'detached' })
      stage.app.heard.length = 0
      await page.context().close()
    })

    test('the first steps lead from an empty channel to a card and to Home', async () => {
      const { channel } = await stage.slack.control.channel({
        name: `new-${size}`,
        members: ['ada', 'signalbox'],
      })
      const { page, errors, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, new RegExp(channel.name))
      const steps = page.getByRole('region', { name: 'First steps' })
      await steps.getByRole('button', { name: 'Send it' }).click()
      await steps.getByText('Answered 202: run_1').waitFor()
      await stage.app.post('#customer-care', 'Here is a card', [])
      await assertNamed(page)
      await assertFits(page)
      await picture('first-steps')
      await steps.getByRole('button', { name: 'Go to #customer-care' }).click()
      await page.getByText('Here is a card').last().waitFor()
      await goTo(page, new RegExp(channel.name))
      await steps.getByRole('button', { name: /Home of/ }).click()
      await page.getByRole('region', { name: /Home of/ }).waitFor()
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('an example event is sent to the product, as it is and changed', async () => {
      const { page, picture } = await visit(stage.browser, stage.slack.url, { size })
      const panel = await openPanel(page)
      const example = panel
        .locator('.example-group', { hasText: '/hooks/order-delivery' })
        .locator('.example')
        .filter({ hasText: 'Apologise' })
      await example.getByRole('button', { name: /^Send/ }).click()
      await example.getByText('Answered 202: run_1').waitFor()
      assert.ok(hooks.includes('/hooks/order-delivery'))
      await example.getByText('View or edit').click()
      await example.getByRole('textbox').fill('{not json')
      await example.getByRole('button', { name: /^Send/ }).click()
      await example.getByText('This is not JSON.').waitFor()
      await picture('example')
      await page.context().close()
    })

    test('every fault is thrown and cleared', async () => {
      const { page, errors } = await visit(stage.browser, stage.slack.url, { size })
      const panel = await openPanel(page)
      for (const fault of faults) {
        await panel.getByRole('button', { name: fault, exact: true }).click()
        await panel.getByRole('button', { name: `Clear ${fault}` }).click()
        await panel.getByRole('button', { name: `Clear ${fault}` }).waitFor({ state: 'detached' })
      }
      await panel.getByRole('button', { name: 'Drop the sockets' }).click()
      await until('the app came back', async () => (await stage.slack.control.state()).app.sockets > 0)
      assert.deepEqual((await stage.slack.control.state()).faults, [])
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('somebody leaves and comes back; the clock is moved and set right', async () => {
      const { page, picture } = await visit(stage.browser, stage.slack.url, { size })
      const panel = await openPanel(page)
      await panel.getByText('People', { exact: true }).click()
      const left = panel.getByRole('listitem', { name: 'Mary Jackson' }).getByRole('switch', { name: 'left' })
      const isGone = async () =>
        (await stage.slack.control.state()).people.find((one) => one.handle === 'mary')?.isDeleted
      await left.check()
      await until('she left', async () => (await isGone()) === true)
      await picture('people')
      await left.uncheck()
      await until('she is back', async () => (await isGone()) === false)

      await panel.getByText('Clock', { exact: true }).click()
      await panel.getByRole('button', { name: '+1 day' }).click()
      const ahead = async () => (await stage.slack.control.state()).nowMs - Date.now()
      await until('the clock moved', async () => (await ahead()) > 80_000_000)
      await panel.getByRole('button', { name: 'Back to now' }).click()
      await until('the clock is right', async () => (await ahead()) < 60_000)
      await panel.getByText('What went to the app').click()
      await panel.locator('.deliveries li').first().waitFor()
      await assertFits(page)
      await page.context().close()
    })

    test('an archived channel says so and takes no more words', async () => {
      await stage.slack.control.channel({ name: `old-${size}`, members: ['ada', 'grace'] })
      await stage.slack.control.message({ user: 'grace', channel: `#old-${size}`, text: 'Last words' })
      await stage.slack.control.channel({ channel: `#old-${size}`, isArchived: true })
      const { page, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, new RegExp(`old-${size}`))
      await page.getByText('Last words').waitFor()
      await page.getByText('This channel is archived').waitFor()
      await picture('archived')
      await page.context().close()
    })

    test('an app that does not answer is told in Slack’s words', async () => {
      await stage.app.stop()
      const { page, picture } = await visit(stage.browser, stage.slack.url, { size })
      await goTo(page, /general/)
      await page.getByRole('combobox', { name: 'Message #general' }).fill('/workflow list')
      await page.keyboard.press('Enter')
      await page
        .getByRole('status')
        .getByText(/workflow/)
        .waitFor()
      await picture('no-answer')
      await page.context().close()
      stage.app = await startSampleApp(stage.slack)
    })
  })
