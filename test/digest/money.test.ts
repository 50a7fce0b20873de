// Money in digests: what a workflow says its cases are worth, from the event to the lines that leaders read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { windowOf } from '../../src/domain/digest/digest-window.ts'
import { byCurrency, moneyLines, type MoneySum, noMoney } from '../../src/domain/digest/digest-money.ts'
import { startBot } from '../bot.ts'
import { waitForModal } from '../slack/waiting.ts'

const CHANNEL = '#ops-exceptions'
const refunds = `
workflow: refunds
title: Refunds
owner: "@ada"
channel: "${CHANNEL}"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
value: record.total
fields:
  order: { type: string }
  total: { type: money, from: event.total, currency: event.currency }
rules:
  - { rule: nothing, when: 'record.total.minor == 0', route: drop }
  - { rule: large, when: 'record.total > money(500, record.total.currency)', route: ask }
  - { rule: rest, when: 'true', route: refund }
routes:
  drop: { outcome: ignored }
  refund: { title: Refund it, outcome: achieved }
  ask: { review: { by: "@ada" }, outcome: achieved }
`

const moneyNow = async (bot: Awaited<ReturnType<typeof startBot>>) => {
  const now = new Date()
  const window = { ...windowOf(now, 'UTC', 'day'), end: new Date(now.getTime() + 1000) }
  return (await readDigestFigures(bot.app.db, window, window.end)).money
}

test('open cases are at stake and achieved runs move money, in their own currency and as corrected', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ refunds })
  const events = [
    { order: 'R-1', total: '0.10', currency: 'EUR' },
    { order: 'R-2', total: '0.20', currency: 'EUR' },
    { order: 'R-3', total: '900', currency: 'JPY' },
    { order: 'R-4', total: '1900.55', currency: 'EUR' },
    { order: 'R-5', total: '0', currency: 'EUR' },
    { order: 'R-6', total: '70', currency: '' },
  ]
  for (const event of events) await bot.send('refunds', event)
  await bot.untilIdle()
  const open = await moneyNow(bot)
  const of = { workflow: 'refunds', title: 'Refunds' }
  const refunded = { ...of, route: 'Refund it', currency: 'EUR', amount: '0.30', count: 2 }
  assert.deepEqual(open.moved, [refunded])
  assert.deepEqual(open.atStake, [
    { currency: 'EUR', amount: '1900.55', count: 1 },
    { currency: 'JPY', amount: '900', count: 1 },
  ])

  const card = await bot.control.waitForMessage({ channel: CHANNEL }, ({ blocks }) =>
    /its currency is missing/.test(JSON.stringify(blocks)),
  )
  const container = { channel: card.channel, ts: card.ts }
  await bot.control.press({ user: '@ada', container, actionId: 'fix', confirmed: true })
  await waitForModal(bot, '@ada', 'Fix')
  const values = { 'field:total': { value: '7' }, 'currency:total': { value: 'USD' } }
  assert.deepEqual((await bot.control.submit({ user: '@ada', values })).errors ?? {}, {})
  await bot.untilIdle()
  const corrected = await moneyNow(bot)
  assert.deepEqual(corrected.moved, [refunded, { ...refunded, currency: 'USD', amount: '7.00', count: 1 }])
})

const sum = (amount: string, currency = 'EUR', count = 1): MoneySum => ({ amount, currency, count })

test('sums are exact, and stay in their currency', () => {
  assert.deepEqual(byCurrency([sum('0.1'), sum('0.2'), sum('5', 'JPY', 2), sum('-0.3')]), [
    sum('0.00', 'EUR', 3),
    sum('5', 'JPY', 2),
  ])
  assert.deepEqual(byCurrency([sum(`1${'0'.repeat(40)}.01`), sum('0.005')]), [
    sum(`1${'0'.repeat(40)}.015`, 'EUR', 2),
  ])
})

test('the lines say how much, in how many, against the week before, and by which routes', () => {
  const route = (name: string, amount: string) => ({
    ...sum(amount, 'EUR', 2),
    workflow: 'refunds',
    title: 'Refunds',
    route: name,
  })
  const money = {
    atStake: [sum('1900.55'), sum('400', 'JPY', 3)],
    atStakeBefore: [sum('2000')],
    moved: [route('a', '1.50'), route('b', '20.00'), route('c', '3.00'), route('d', '4.00')],
    movedBefore: [sum('28.50')],
  }
  assert.deepEqual(moneyLines({ money, period: 'week', isSoFar: false }), [
    'At stake: €1,900.55 in 1 open case (last week: €2,000.00) ▼',
    'At stake: ¥400 in 3 open cases (last week: ¥0) ▲',
    'Moved: €28.50 in 8 completed runs (last week: €28.50). Refunds, b: €20.00; Refunds, d: €4.00; Refunds, c: €3.00; and 1 more',
  ])
  assert.deepEqual(moneyLines({ money: noMoney, period: 'week', isSoFar: false }), [])
})
