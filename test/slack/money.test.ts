// Money on its way: without its currency a person is asked for both, the card reads it as people do, the target gets what it asked for.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { waitForModal } from './waiting.ts'

const CHANNEL = '#ops-exceptions'
const flow = (url: string) => `
workflow: refunds
title: Refunds
owner: "@ada"
channel: "${CHANNEL}"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
card: { title: "Refund \${record.total} for \${record.order}" }
fields:
  order: { type: string }
  total: { type: money, from: event.cents, currency: event.currency, unit: minor }
rules: [{ rule: all, when: "true", route: refund }]
routes:
  refund:
    review: { by: "@ada", when: 'record.total > money(500, record.total.currency)' }
    actions:
      - action: refund
        http:
          url: "${url}/refunds"
          json: { cents: "\${record.total.minor}", currency: "\${record.total.currency}", whole: "\${record.total}", note: "Refund of \${record.total}" }
    outcome: achieved
`

const values = (amount: string, currency: string) => ({
  'field:total': { value: amount },
  'currency:total': { value: currency },
})

describe('money in Slack', () => {
  let bot: Bot
  let target: Awaited<ReturnType<typeof startTarget>>
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    const t = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
    target = await startTarget(t)
    bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    await bot.publish({ refunds: flow(target.url) })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const cardOf = (fits: RegExp) =>
    bot.control.waitForMessage({ channel: CHANNEL }, ({ blocks }) => fits.test(JSON.stringify(blocks)))

  test('its number and its currency are asked for, approved as €900.00 and sent as the target wants it', async () => {
    await bot.send('refunds', { order: 'R-1', cents: 90000 })
    await bot.untilIdle()
    const missing = await cardOf(/its currency is missing/)
    const place = { channel: missing.channel, ts: missing.ts }
    await bot.control.press({ user: '@ada', container: place, actionId: 'fix', confirmed: true })
    const modal = await waitForModal(bot, '@ada', 'Fix')
    const inputs = modal.blocks.flatMap(({ block_id: id, element }) => {
      const { type, initial_value: shown } = (element ?? {}) as { type?: string; initial_value?: string }
      return type === undefined ? [] : [[id, type, shown]]
    })
    // 90000 counts cents: a person reads euros, so it is not offered.
    assert.deepEqual(inputs, [
      ['field:total', 'number_input', undefined],
      ['currency:total', 'plain_text_input', undefined],
    ])
    const refused = await bot.control.submit({ user: '@ada', values: values('900', 'EUX') })
    assert.match(JSON.stringify(refused.errors), /money, like 12\.50 EUR/)
    await bot.control.submit({ user: '@ada', values: values('900', 'eur') })

    const card = await cardOf(/Refund €900\.00 for R-1/)
    await bot.control.press({
      user: '@ada',
      container: { channel: card.channel, ts: card.ts },
      actionId: 'approve',
      confirmed: true,
    })
    await bot.untilIdle()
    assert.deepEqual(
      target.requests.map(({ body }) => body),
      [
        {
          cents: 90000,
          currency: 'EUR',
          whole: { amount: '900.00', currency: 'EUR' },
          note: 'Refund of €900.00',
        },
      ],
    )
  })
})
