// The explained run as a page: everything that is known of it, for readers without Signalbox, and nothing obeyed.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listAudit } from '../../src/db/audit/audit.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { explainPage } from '../../src/explain/page.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(2)> " ' & \u202egnp.exe <!channel>`

const workflow = (target: string) => `
workflow: refunds
title: Refund <b>review</b>
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.order } }
subject: event.order
fields:
  order: { type: string }
  amount: { type: number, minimum: 0, title: Amount in EUR }
  reason: { type: string, from: event.why }
  email: { type: string, from: event.customer.email, personal: true }
rules:
  - { rule: tiny, when: 'record.amount < 5.0', route: refund }
  - { rule: large, when: 'record.amount >= 100.0', route: checked }
  - { rule: rest, when: 'true', route: refund }
routes:
  refund: { actions: [{ action: refund, http: { url: "${target}/refunds" } }], outcome: achieved }
  checked: { review: { by: "@ada" }, actions: [{ action: refund, http: { url: "${target}/refunds" }, retry: { attempts: 2, first: 1s } }], outcome: achieved }
`

describe('explain as a page', () => {
  test('tells the whole run to a reader without Signalbox, loads nothing, runs nothing, masks what is personal', async (t) => {
    const target = await startTarget(t)
    const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    const { prisma } = bot.app.db
    await bot.publish(
      { refunds: workflow(target.url) },
      'channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }',
    )
    const event = { order: 'R-1042', amount: -120, why: HOSTILE, customer: { email: 'grace@navy.example' } }
    const { body } = await bot.send('refunds', event)
    await bot.untilIdle()
    const ada = await prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
    const resolve = async (resolution: Parameters<typeof bot.app.resolve>[0]['resolution']) => {
      const { id } = await prisma.exception.findFirstOrThrow({ where: { runId: body.run, state: 'open' } })
      const actor = { id: ada.id, surface: 'slack' as const }
      const answer = await bot.app.resolve({ exceptionId: id, actor, resolution })
      assert.equal(answer.kind, 'resolved')
      await bot.untilIdle()
    }
    await resolve({ do: 'fix', corrections: { amount: 120 } })
    target.answerWith(503)
    await resolve({ do: 'approve', note: `fine ${HOSTILE}` })
    const run = await readRun(prisma, body.run)
    assert.ok(run)
    const audit = (await listAudit(prisma, { runId: run.id, most: 100 })).toReversed()
    const page = explainPage({ run, audit, writtenAt: new Date('2026-11-23T12:00:00Z') })

    for (const part of [
      'R-1042',
      'Amount in EUR',
      'record.amount &lt; 5.0 is false: record.amount is 120',
      `“refund” (${run.attempts[0]?.target}), try 1, began`,
      '… failed',
      'Fixed in Slack',
      'Approved in Slack',
      '@ada',
      ', message 1',
      'Ended: achieved',
      '&lt;script&gt;alert(1)&lt;/script&gt;',
    ])
      assert.ok(page.includes(part), `the page says ${part}`)
    assert.ok(!page.includes('grace@navy.example'), 'personal values are masked')
    assert.doesNotMatch(
      page,
      /<(script|img|b|link|iframe|object|base)\b|<[^>]*\s(src|href|on\w+)=|url\(|@import|\u202e/i,
    )
    assert.match(page, /default-src 'none'/)
  })
})
