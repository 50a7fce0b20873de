// The journey of a newcomer, in a browser: the bot as `npm start` runs it, a webhook in, the card on the page, its
// buttons pressed, the outcome in the database. At a wide and a narrow screen.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { signatureHeaders } from './senders/senders.ts'
import { freePort } from './free-port.ts'
import { openBrowser, type sizes, visit } from './local-slack/page/browser.ts'

const ROOT = join(import.meta.dirname, '..')
const PORT = await freePort()
const PAGE_PORT = await freePort()
const HOOK = `whsec_${Buffer.from('a secret nobody guesses').toString('base64')}`
const STARTS_WITHIN_MS = 60_000

async function until<T>(what: string, look: () => Promise<T | undefined>, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const found = await look().catch(() => undefined)
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const send = async (body: object): Promise<{ run: string }> => {
  const text = JSON.stringify(body)
  const signature = signatureHeaders({ preset: 'standard-webhooks' }, HOOK, { body: text, at: new Date() })
  const response = await fetch(`http://127.0.0.1:${PORT}/hooks/order-delivery`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signature },
    body: text,
  })
  assert.equal(response.status, 202)
  return (await response.json()) as { run: string }
}
const canceled = (id: string) => ({
  order_id: id,
  order_status: 'canceled',
  order_estimated_delivery_date: '10/18/2017 0:00',
  order_delivered_customer_date: '',
})

const card = (page: Page, id: string) =>
  page.locator('.main .message:not(.message-ephemeral)').filter({ hasText: id }).last()

describe('a newcomer in a browser', () => {
  let bot: ChildProcess
  let browser: Browser
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-journey-'))

  before(async () => {
    bot = spawn(process.execPath, ['src/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        DATABASE_URL: '',
        DATA_DIR: dataDir,
        PORT: String(PORT),
        LOCAL_SLACK_PORT: String(PAGE_PORT),
        ORDER_HOOK: HOOK,
      },
    })
    await until(
      'the bot is ready',
      async () => ((await fetch(`http://127.0.0.1:${PORT}/readyz`)).ok ? true : undefined),
      STARTS_WITHIN_MS,
    )
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    bot.kill('SIGTERM')
    await new Promise((resolve) => bot.once('exit', resolve))
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function openChannel(size: keyof typeof sizes) {
    const visited = await visit(browser, `http://127.0.0.1:${PAGE_PORT}/`, { size })
    const { page } = visited
    if (size === 'phone') await page.getByRole('button', { name: 'Channels and people' }).click()
    await page.getByRole('navigation').getByRole('button', { name: 'ops-exceptions' }).click()
    return visited
  }

  for (const size of ['wide', 'phone'] as const) {
    test(`Approve is pressed and the order ends (${size})`, async () => {
      const id = `journey-${size}`
      const { page, picture } = await openChannel(size)
      await send(canceled(id))
      await card(page, id).getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click()
      await until('the card says who approved', async () =>
        /approved/i.test(await card(page, id).innerText()) &&
        (await card(page, id).getByRole('button', { name: 'Approve' }).count()) === 0
          ? true
          : undefined,
      )
      await picture('journey-approved')
      await page.close()
    })

    test(`Decline asks for a reason and says it on the card (${size})`, async () => {
      const id = `rejected-${size}`
      const { page, picture } = await openChannel(size)
      await send(canceled(id))
      await card(page, id).getByRole('button', { name: 'Decline' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox').fill('paid back by hand')
      await picture('journey-decline')
      await dialog.getByRole('button', { name: /^decline/i }).click()
      await until('the card says why', async () =>
        (await card(page, id).innerText()).includes('paid back by hand') ? true : undefined,
      )
      await page.close()
    })
  }

  test('Why? shows the rules that were tried, and /workflow status the outcome', async () => {
    const { page, picture } = await openChannel('wide')
    await send({
      ...canceled('on-time-1'),
      order_status: 'delivered',
      order_delivered_customer_date: '10/10/2017 9:00',
    })
    await send(canceled('why-1'))
    await card(page, 'why-1').getByRole('button', { name: 'Why?' }).click()
    const dialog = page.getByRole('dialog')
    await until('the trace is there', async () =>
      (await dialog.innerText()).includes('gone') ? true : undefined,
    )
    await picture('journey-why')
    await page.keyboard.press('Escape')
    await page
      .getByRole('combobox', { name: /^Message / })
      .first()
      .fill('/workflow status on-time-1')
    await page.keyboard.press('Enter')
    const answer = page.locator('.main .message').filter({ hasText: 'Only visible to you' }).last()
    await until('the status is told', async () =>
      /Outcome:\s*achieved/i.test(await answer.innerText()) ? true : undefined,
    )
    await picture('journey-status')
    await page.close()
  })
})
