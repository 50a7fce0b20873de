// The digest and the explained run as people see them, light and dark: nothing sticks out, a digest fits one tall
// screen, and its buttons open lists. With DOCS_PICTURES=1 it also takes the pictures of docs/images.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { listAudit } from '../../src/db/audit/audit.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { targetsOf } from '../../src/domain/digest/digest-targets.ts'
import { windowNamed } from '../../src/domain/digest/digest-window.ts'
import { explainPage } from '../../src/explain/page.ts'
import { submitDigest } from '../../src/pipeline/digest/submit.ts'
import { type Bot, startBot } from '../bot.ts'
import { assertFits, openBrowser, visit } from '../local-slack/page/browser.ts'
import { type RunHistory, writeHistory, writeWorkflows } from './history.ts'

const IMAGES = join(import.meta.dirname, '../../docs/images')
const keeps = process.env['DOCS_PICTURES'] === '1'
const HOUR = 3_600_000
const MOST_HEIGHT = 1600
const week = windowNamed('2026-W47', 'Europe/Berlin') ?? assert.fail()

const stop = (n: number): RunHistory['stops'][number] => ({
  reason: n % 3 === 0 ? 'action_failed' : 'approval_required',
  afterMs: 1000,
  dueAfterMs: 4 * HOUR,
  acknowledgedAfterMs: null,
  tookMs: n % 7 === 0 ? null : (n % 11) * HOUR,
  as: 'approved',
  by: n % 2 === 0 ? 'UADA0001' : 'UGRACE01',
  comesBack: false,
  handOffs: n % 5 === 0 ? [HOUR / 2] : [],
})
/** Eight weeks that slowly get better. */
const histories: RunHistory[] = Array.from({ length: 320 }, (_, n) => ({
  workflow: n % 3 === 0 ? 'orders' : n % 3 === 1 ? 'leads' : 'refunds',
  offsetMs: Math.round((n * 8 * 168 * HOUR) / 320) - 7 * 168 * HOUR,
  stops: n % Math.ceil(2 + n / 60) === 0 ? [stop(n)] : [],
  endedAfterMs: 2000 + (n % 13) * 700,
  kind: n % 40 === 0 ? 'failed' : 'achieved',
  route: n % 2 === 0 ? 'ship' : 'refund',
  owner: n % 4 === 0 ? 'UGRACE01' : 'UADA0001',
  worth: n % 3 === 1 ? null : { currency: 'EUR', thousandths: BigInt(20_000 + n * 1730) },
}))

const closing: (() => Promise<void>)[] = []
let bot: Bot
let browser: Browser
before(async () => {
  const t = { after: (clean: () => Promise<void>) => void closing.unshift(clean) }
  bot = await startBot(t, { roles: ['web', 'notifier'] })
  const { db, slack } = bot.app
  await writeWorkflows(db)
  await writeHistory(db, histories, { start: week.start, until: week.end })
  const deps = { db, clock: () => new Date(week.end.getTime() + HOUR), cardsChanged: () => {} }
  const { channels } = await bot.control.state()
  const channel = channels.find(({ name }) => name === 'leadership')?.id ?? ''
  const targets = targetsOf({ automation_rate: '80%', resolution_time: '6h', sla: '95%', error_rate: '5%' })
  await db.prisma.person.create({
    data: { id: 'UGRACE01', handle: 'grace', name: 'Grace', teamId: 'TOURS', syncedAt: week.start },
  })
  await submitDigest(deps, { name: 'weekly', window: week, channel, by: 'schedule', targets })
  // Only the digest is looked at: the cards of a made-up history stay where they are.
  await db.prisma.$executeRaw`UPDATE card SET posted_revision = wanted_revision WHERE kind <> 'digest'`
  await slack.notifier.drain()
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  for (const clean of closing) await clean()
})

for (const scheme of ['light', 'dark'] as const) {
  describe(`in ${scheme}`, () => {
    test('a weekly digest is one screen, and its buttons open the lists of its numbers', async () => {
      const { people, channels } = await bot.control.state()
      const as = people.find(({ handle }) => handle === 'katherine')?.id
      const channel = channels.find(({ name }) => name === 'leadership')?.id
      const origin = new URL(bot.credentials.apiUrl).origin
      const { page, errors } = await visit(browser, `${origin}/#as=${as}&c=${channel}`, {
        size: 'wide',
        scheme,
      })
      await page.setViewportSize({ width: 1440, height: MOST_HEIGHT + 200 })
      const digest = page.locator('.main .message').filter({ hasText: 'Weekly digest' }).last()
      await digest.waitFor()
      await assertFits(page)
      const { height = Infinity } = (await digest.boundingBox()) ?? {}
      assert.ok(height < MOST_HEIGHT, `${height} px`)
      if (keeps) await digest.screenshot({ path: join(IMAGES, `slack-digest-${scheme}.png`) })
      await digest.getByRole('button', { name: 'Needs attention' }).click()
      await page.getByRole('dialog').getByText('--list open').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.deepEqual(errors, [])
      await page.context().close()
    })

    test('an explained run stands in one file that loads and runs nothing', async () => {
      const { prisma } = bot.app.db
      const { runId } = await prisma.outcome.findFirstOrThrow({
        where: { manualSteps: 2 },
        orderBy: { endedAt: 'desc' },
      })
      const run = await readRun(prisma, runId)
      assert.ok(run)
      const audit = (await listAudit(prisma, { runId, most: 100 })).toReversed()
      const context = await browser.newContext({
        viewport: { width: 1000, height: 900 },
        colorScheme: scheme,
      })
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', ({ url }) => asked.push(url()))
      await page.setContent(explainPage({ run, audit, writtenAt: week.end }))
      await assertFits(page)
      for (const part of ['1. Event', '2. Record', '3. Decisions', '4. Exceptions', '5. Outcome'])
        await page.getByRole('heading', { name: part }).waitFor()
      assert.deepEqual(asked, [])
      await context.close()
    })
  })
}
