// What an approver reads before they approve: everything that would be sent, what is not covered, and what has changed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'
import { waitForModal } from '../slack/waiting.ts'

const flow = `
workflow: payouts
owner: "@joan"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields:
  order: { type: string }
  amount: { type: number }
  iban: { type: string, personal: true }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: role:leads, except: [pay back.body.at] }
    actions:
      - action: pay back
        http:
          url: "\${vars.shop}/refunds"
          headers: { X-Key: "\${secret.SHOP_KEY}" }
          body: { order: "\${record.order}", lines: [{ amount: "\${record.amount}" }], to: "\${record.iban}", at: "\${now}" }
        retry: { attempts: 1 }
      - action: tell
        slack: { channel: "#finance", text: "Paid back \${record.amount} <!channel>" }
    outcome: achieved
`
const cardOf = ({ control }: Bot, fits: RegExp): Promise<Message> =>
  control.waitForMessage(
    { channel: '#ops-exceptions' },
    (one) => one.ephemeralTo === null && fits.test(JSON.stringify(one.blocks)),
  )

test('the card and the windows of a review say what will be sent, what is not covered, and what has changed since', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { SHOP_KEY: 'hush-hush' } })
  await bot.publish({ payouts: flow }, `roles: { leads: ["@ada"] }\nvars: { shop: "${target.url}" }`)
  const iban = 'DE02120300000000202051'
  const otherIban = 'GB33BUKB20201555555555'
  const { body } = await bot.send('payouts', { order: 'S-1', amount: 120, iban })
  await bot.untilIdle()
  const card = await cardOf(bot, /What will be sent/)
  const texts = card.blocks.map((block) => (block as { text?: { text?: string } }).text?.text ?? '')
  const will = texts.find((text) => text.startsWith('What will be sent'))
  assert.equal(
    will?.replaceAll(target.url, 'URL'),
    `What will be sent
1. pay back: POST URL/refunds
    headers.X-Key: \${secret.SHOP_KEY}
    body.order: S-1
    body.lines.0.amount: 120
    body.to: ●●●
    not covered by the approval: body.at
2. tell: message in #finance
    text: Paid back 120 <!channel>`,
  )
  assert.doesNotMatch(JSON.stringify(card), /hush-hush|DE0212/)
  const on = { channel: card.channel, ts: card.ts }
  await bot.control.press({ user: '@ada', container: on, actionId: 'why' })
  const why = await waitForModal(bot, '@ada', 'Why?')
  assert.match(JSON.stringify(why.blocks), /What will be sent.*body\.lines\.0\.amount: 120/)
  await bot.control.close({ user: '@ada', all: true })

  target.answerWith(422)
  await bot.control.press({ user: '@ada', container: on, actionId: 'approve' })
  await cardOf(bot, /Action refused/)
  const { id: exceptionId } = await bot.app.db.prisma.exception.findFirstOrThrow({
    where: { runId: body.run, state: 'open' },
  })
  await bot.app.resolve({
    exceptionId,
    actor: { id: 'cli:joan', surface: 'cli' },
    resolution: { do: 'retry', input: { body: { order: 'S-1', lines: [{ amount: 5000 }], to: otherIban } } },
  })
  const again = await cardOf(bot, /What has changed/)
  const shown = JSON.stringify(again.blocks)
  assert.match(shown, /pay back, body\.lines\.0\.amount: 120 → 5000/)
  assert.match(shown, /What is about to be sent is not what was approved/)
  assert.match(shown, /pay back, body\.to: ●●● → ●●●/)
  assert.match(shown, /“Show masked values”, shows it to its approvers/)
  assert.doesNotMatch(shown, /hush-hush|DE0212|GB33/)
  const onAgain = { channel: again.channel, ts: again.ts }

  // Nobody approves blind: what is masked is shown to those who may, and the audit keeps that they looked.
  await bot.control.press({ user: '@ada', container: onAgain, actionId: 'why' })
  const whyAgain = await waitForModal(bot, '@ada', 'Why?')
  await bot.control.press({ user: '@ada', container: { viewId: whyAgain.id }, actionId: 'reveal' })
  const revealed = JSON.stringify((await waitForModal(bot, '@ada', 'Masked values')).blocks)
  assert.match(revealed, new RegExp(`pay back, body\\.to: ${iban} → ${otherIban}`))
  assert.match(revealed, new RegExp(`What will be sent.*body\\.to: ${otherIban}`))
  assert.equal(await bot.app.db.prisma.audit.count({ where: { action: 'run.revealed' } }), 1)

  await bot.control.press({ user: '@ada', container: onAgain, actionId: 'approve' })
  await until('the second call', async () => (target.requests.length > 1 ? true : undefined))
  assert.deepEqual(
    target.requests.map((one) => (one.body as { lines: unknown }).lines),
    [[{ amount: 120 }], [{ amount: 5000 }]],
  )
})
