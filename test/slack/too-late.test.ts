// Too late: whoever comes after somebody resolved it hears who did and when, whichever way they came.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { claimException } from '../../src/db/exceptions/exceptions.ts'
import { type Bot, startBot } from '../bot.ts'
import { CHANNEL, heldFlow } from './held-flow.ts'
import { waitForModal } from './waiting.ts'

describe('too late', () => {
  let bot: Bot
  const stop: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean) => void stop.unshift(clean) })
    // One for each, or they would become a storm.
    const names = ['l-1', 'l-2', 'l-3', 'l-4']
    await bot.publish(Object.fromEntries(names.map((name) => [name, heldFlow(name, 'Payouts')])))
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  /** An exception and its card, and how somebody else resolves it while the card still shows its buttons. */
  const opened = async (order: string) => {
    await bot.send(order.toLowerCase(), { order, amount: 'many' })
    await bot.untilIdle()
    const card = await bot.control.waitForMessage({ channel: CHANNEL }, ({ blocks }) =>
      JSON.stringify(blocks).includes(`Payouts ${order}`),
    )
    const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { run: { subject: order } } })
    return {
      choose: (name: string) =>
        bot.control.press({
          user: '@ada',
          container: { channel: card.channel, ts: card.ts },
          actionId: 'more',
          value: `${name}:${id}:1`,
        }),
      resolvedBy: (by: string) =>
        bot.app.db.transaction((tx) =>
          claimException(tx, { id, as: 'retried', by, at: new Date(), note: null }),
        ),
    }
  }
  const told = (text: RegExp) =>
    bot.control.waitForMessage(
      { channel: CHANNEL, as: '@ada', timeoutMs: 5000 },
      (one) => one.ephemeralTo !== null && text.test(one.text),
    )

  test("I'm on it", async () => {
    const { choose, resolvedBy } = await opened('L-1')
    await resolvedBy('cli:grace')
    await choose('onit')
    await told(/cli:grace has already retried this/)
  })

  for (const [order, text] of [
    ['L-3', '/workflow retry L-3'],
    ['L-4', '/workflow reassign L-4 @grace'],
  ] as const) {
    test(text, async () => {
      const { resolvedBy } = await opened(order)
      await resolvedBy(`cli:${order.toLowerCase()}`)
      await bot.control.command({ user: '@ada', channel: CHANNEL, text })
      await told(new RegExp(`cli:${order.toLowerCase()} has already retried this`))
    })
  }

  test('Snooze', async () => {
    const { choose, resolvedBy } = await opened('L-2')
    await choose('snooze')
    const modal = await waitForModal(bot, '@ada', 'Snooze')
    const [, value = ''] = /"value":"(\d{4}-[^"]+Z)"/.exec(JSON.stringify(modal.blocks)) ?? []
    await resolvedBy('cli:grace')
    await bot.control.submit({ user: '@ada', values: { until: { value } } })
    const view = await waitForModal(bot, '@ada', "Couldn't snooze")
    assert.match(JSON.stringify(view.blocks), /cli:grace has already retried this/)
  })
})
