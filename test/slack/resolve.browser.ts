// Every way to resolve, in a browser, at a wide and a narrow screen: what the owner presses and types is what is done.
// With DOCS_PICTURES=1 it also takes the pictures of docs/slack.md.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { type Bot, startBot } from '../bot.ts'
import { assertFits, assertNamed, openBrowser, visit } from '../local-slack/page/browser.ts'
import { startTarget, type Target } from '../target.ts'
import { until } from '../until.ts'

const IMAGES = join(import.meta.dirname, '../../docs/images')
/** A machine that does much else is slow, and nothing here is about speed. */
const PATIENCE_MS = 25_000
const keeps = process.env['DOCS_PICTURES'] === '1'

// One for each width: failures of one kind within a minute stand as one card.
const flow = (name: string) => `
workflow: ${name}
title: Refund
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields:
  order: { type: string, title: Order }
  customer: { type: string, title: Customer, missing: ignore }
  amount: { type: number, maximum: 500, title: Amount }
  currency: { type: enum, enum: [EUR, USD], title: Currency }
  ordered: { type: timestamp, title: Ordered, missing: ignore }
sla: { respond: 2h }
rules:
  - { rule: small, when: 'record.amount < 50.0', route: pay }
  - { rule: large, when: 'true', route: ask }
routes:
  pay:
    actions: [{ action: pay back, http: { url: "\${vars.shop}/refunds", json: { order: "\${record.order}", amount: "\${record.amount}" } }, retry: { attempts: 1 } }]
    outcome: achieved
  ask:
    review: { by: "@ada" }
    actions: [{ action: pay back, http: { url: "\${vars.shop}/large-refunds", json: { order: "\${record.order}", amount: "\${record.amount}" } }, retry: { attempts: 1 } }]
    outcome: achieved
`
const refund = (order: string, amount: unknown = 120) => ({
  order,
  customer: 'Mabel & Sons',
  amount,
  currency: 'EUR',
  ordered: '2026-11-20T09:30:00Z',
})

const stop: (() => Promise<void>)[] = []
let bot: Bot
let target: Target
let browser: Browser

before(async () => {
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  target = await startTarget(t)
  bot = await startBot(t)
  await bot.publish(
    Object.fromEntries(['wide', 'phone', 'storm-wide', 'storm-phone'].map((name) => [name, flow(name)])),
    `channels: { exceptions: "#ops-exceptions" }\nvars: { shop: "${target.url}" }`,
  )
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  for (const clean of stop) await clean()
})

const press = (card: Locator, name: string) => card.getByRole('button', { name, exact: true }).click()
const keep = async (what: Locator, name: string): Promise<void> => {
  if (keeps) await what.screenshot({ path: join(IMAGES, `${name}.png`) })
}

for (const size of ['wide', 'phone'] as const) {
  describe(`an owner at ${size}`, () => {
    let page: Page
    let errors: string[]
    let picture: (name: string) => Promise<void>
    before(async () => {
      ;({ page, errors, picture } = await visit(browser, new URL(bot.credentials.apiUrl).origin, { size }))
      page.setDefaultTimeout(PATIENCE_MS)
      await toChannel()
    })
    after(async () => {
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    const openSidebar = async () => {
      if (size === 'phone') await page.getByRole('button', { name: 'Channels and people' }).click()
    }
    const toChannel = async () => {
      await openSidebar()
      await page.getByRole('navigation').getByRole('button', { name: 'ops-exceptions' }).click()
    }
    const actAs = async (name: string) => {
      await openSidebar()
      await page.getByRole('button', { name: /acting as/ }).click()
      await page.getByRole('menu').getByText(name).click()
      if (size === 'phone')
        await page.getByRole('button', { name: /acting as/ }).waitFor({ state: 'detached' })
      else await page.getByRole('button', { name: `acting as ${name}` }).waitFor()
      await toChannel()
    }
    /** In a menu of the modal. */
    const choose = async (label: string, option: string | RegExp) => {
      await dialog()
        .getByRole('button', { name: new RegExp(label) })
        .click()
      await page.getByRole('option', { name: option }).click()
    }
    const message = (text: string | RegExp) =>
      page.locator('.main .message:not(.message-ephemeral)').filter({ hasText: text })
    const dialog = () => page.getByRole('dialog')
    /** Goes back once, when nothing is done, and then means it. */
    const confirm = async (card: Locator, name: string, title: RegExp) => {
      await press(card, name)
      await dialog().getByText(title).first().waitFor()
      await dialog().getByRole('button', { name: 'Go back', exact: true }).click()
      await press(card, name)
      await dialog().getByRole('button', { name, exact: true }).click()
    }
    const fromMenu = async (card: Locator, name: string) => {
      await card.getByRole('button', { name: 'More options' }).click()
      await page.getByRole('menuitem', { name }).click()
    }
    const open = async (order: string, amount?: unknown): Promise<Locator> => {
      const { status } = await bot.send(size, refund(`${order}-${size}`, amount))
      assert.equal(status, 202)
      const card = message(`${order}-${size}`).last()
      await card.waitFor()
      return card
    }
    const threadOf = async (card: Locator, text: RegExp) => {
      await card.getByRole('button', { name: /\d repl/ }).click()
      const thread = page.getByRole('complementary', { name: 'Thread' })
      await thread.getByText(text).waitFor()
      await thread.getByRole('button', { name: 'Close thread' }).click()
    }
    const says = (order: string, text: RegExp) =>
      until(`${order} says ${text}`, async () => {
        const cards = await message(`${order}-${size}`).allInnerTexts()
        return cards.some((one) => text.test(one))
      })

    test('Approve: the card says what it will do, and then who did it and how it ended', async () => {
      const card = await open('1041')
      assert.match(
        await card.innerText(),
        /Approval needed: Refund 1041.*Amount +120.*What will be sent: POST .*Approvers @Ada.*Approve\n/s,
      )
      await assertFits(page)
      await assertNamed(page)
      await picture('card')
      if (size === 'wide') await keep(card, 'slack-card')
      await confirm(card, 'Approve', /Approve: Refund 1041-.*\?/)
      await says('1041', /Approved by .*ended as achieved/s)
      if (size === 'wide') await keep(message('1041-wide').last(), 'slack-resolved')
    })

    test('Approve with a change: what was changed is what is sent', async () => {
      const card = await open('1042')
      await fromMenu(card, 'Approve with a change')
      const amount = dialog().getByRole('textbox', { name: /Amount/ })
      await amount.fill('9000')
      await dialog().getByRole('button', { name: 'Approve', exact: true }).click()
      await dialog().getByText(/500/).waitFor()
      await amount.fill('100')
      await picture('change')
      await dialog().getByRole('button', { name: 'Approve', exact: true }).click()
      await says('1042', /Approved with a change by.*Amount: 120 → 100/s)
      await until('it is sent', async () =>
        target.requests.some(({ body }) => {
          const { order, amount: sent } = body as { order: string; amount: number }
          return order === `1042-${size}` && sent === 100
        }),
      )
    })

    test('Fix: only the wrong field is asked for', async () => {
      const card = await open('1043', 'twelve')
      await press(card, 'Fix')
      const input = dialog().getByRole('textbox', { name: /Amount/ })
      await input.waitFor()
      assert.equal(await dialog().getByRole('textbox').count(), 1)
      await picture('fix')
      if (size === 'wide') await keep(dialog(), 'slack-fix')
      await input.fill('12')
      await dialog().getByRole('button', { name: 'Fix and resume' }).click()
      await says('1043', /Fixed.*ended as achieved/s)
    })

    test('Retry, and Edit and retry: the failed action goes out again, as it was or as it was edited', async () => {
      target.answerWith(404)
      const card = await open('1044', 10)
      await card.getByRole('button', { name: 'Retry', exact: true }).waitFor()
      await confirm(card, 'Retry', /Retry: Refund 1044-.*\?/)
      await says('1044', /Retried by .*ended as achieved/s)
      target.answerWith(404)
      const second = await open('1045', 10)
      await fromMenu(second, 'Edit and retry')
      await dialog().getByRole('textbox', { name: /Body/ }).fill('{ "order": "edited", "amount": 1 }')
      await picture('edit')
      await dialog().getByRole('button', { name: 'Retry with this' }).click()
      await says('1045', /Retried with a change/)
      assert.ok(target.requests.some(({ body }) => (body as { order: string }).order === 'edited'))
    })

    test('Decline asks why', async () => {
      const card = await open('1046')
      await press(card, 'Decline')
      await dialog().getByRole('textbox').fill('paid back by hand')
      await dialog()
        .getByRole('button', { name: /^decline/i })
        .click()
      await says('1046', /Declined.*paid back by hand/s)
    })

    test("Reassign: it is the new owner's, who has the whole time again", async () => {
      const card = await open('1050')
      await card.getByRole('button', { name: 'Reassign', exact: true }).waitFor()
      await press(card, 'Reassign')
      await choose('To a person', 'Grace Hopper')
      await picture('reassign')
      await dialog().getByRole('button', { name: 'Reassign', exact: true }).click()
      await says('1050', /Owner\s+@Grace Hopper/)
      await threadOf(card, /gave it to @Grace Hopper/)
    })

    test('Ask: a question to somebody in the thread, whose answer is kept', async () => {
      const card = await open('1051')
      await fromMenu(card, 'Ask somebody')
      await choose('Who do you want to ask', 'Ada Lovelace')
      await dialog().getByRole('textbox').fill('Which order is it?')
      await picture('ask')
      await dialog().getByRole('button', { name: 'Ask', exact: true }).click()
      await card.getByRole('button', { name: /\d repl/ }).click()
      const thread = page.getByRole('complementary', { name: 'Thread' })
      await thread.getByText('Which order is it?').waitFor()
      await thread.getByRole('button', { name: 'Answer' }).click()
      await dialog().getByRole('textbox').fill('The blue one')
      await dialog().getByRole('button', { name: 'Keep' }).click()
      await thread.getByText('The blue one').waitFor()
      await picture('answered')
      await thread.getByRole('button', { name: 'Close thread' }).click()
      const kept = await bot.app.db.prisma.audit.findMany({ where: { action: 'exception.answered' } })
      assert.ok(kept.some(({ note, runId }) => note === 'The blue one' && runId !== null))
    })

    test('Snooze: no reminders until then, as the card says', async () => {
      const card = await open('1052')
      await fromMenu(card, 'Snooze')
      await choose('Snooze until', /For 4 hours/)
      await picture('snooze')
      await dialog().getByRole('button', { name: 'Snooze', exact: true }).click()
      await says('1052', /Snoozed until/)
    })

    test('who may not is told who may, and nothing is asked of them', async () => {
      const card = await open('1053')
      await actAs('Alan Turing')
      await confirm(card, 'Approve', /Approve: Refund 1053-.*\?/)
      await page
        .getByText(/You can't resolve this\. Ask @ada/)
        .first()
        .waitFor()
      await press(card, 'Decline')
      await dialog()
        .getByText(/You can't resolve this\. Ask @ada/)
        .waitFor()
      await picture('refused')
      await dialog().getByRole('button', { name: 'Close', exact: true }).last().click()
      await actAs('Ada Lovelace')
    })

    test('I am on it and Note stand on the card or in its thread; the exception stays open', async () => {
      const card = await open('1047')
      await fromMenu(card, "I'm on it")
      await says('1047', /In progress since/)
      await fromMenu(card, 'Add a note')
      await dialog().getByRole('textbox').fill('asked the customer')
      await dialog().getByRole('button', { name: 'Keep' }).click()
      await card.getByRole('button', { name: /\d repl/ }).click()
      const thread = page.getByRole('complementary', { name: 'Thread' })
      await thread.getByText('asked the customer').waitFor()
      await thread.getByText(/Lovelace is working on it/).waitFor()
      await thread.getByRole('button', { name: 'Close thread' }).click()
      await confirm(card, 'Approve', /Approve: Refund 1047-.*\?/)
      await says('1047', /Approved by .*ended as achieved/s)
    })

    test('Home shows what waits, and a storm is one card with its list', async () => {
      await open('1048')
      await openSidebar()
      await page
        .getByRole('navigation')
        .getByRole('button', { name: /^signalbox/i })
        .click()
      await page.getByText('Assigned to you').waitFor()
      await page.getByText(`1048-${size}`).first().waitFor()
      await assertFits(page)
      await picture('home-filled')
      if (size === 'wide') {
        await keep(page.locator('.main .home-inner'), 'slack-home')
        await page.emulateMedia({ colorScheme: 'dark' })
        await keep(page.locator('.main .home-inner'), 'slack-home-dark')
        await page.emulateMedia({ colorScheme: 'light' })
      }
      await toChannel()
      // The first few stand as cards of their own.
      for (let n = 0; n < 8; n += 1) target.answerWith(404)
      for (let n = 0; n < 8; n += 1) await bot.send(`storm-${size}`, refund(`11${n}0-${size}`, 10))
      const storm = message(/×[5-8]/)
        .filter({ hasText: `-${size}` })
        .last()
      await storm.waitFor({ timeout: 15_000 })
      if (size === 'wide') await keep(storm, 'slack-storm')
      await assertFits(page)
      await press(storm, 'Show the list')
      for (const n of [6, 7]) await dialog().getByText(`11${n}0-${size}`).first().waitFor()
      await picture('storm-list')
      await dialog().getByRole('button', { name: 'Close' }).first().click()
    })
  })
}
