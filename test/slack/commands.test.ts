// What the words of a command mean: which of several, whose, and until when.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Bot, startBot } from '../bot.ts'
import { CHANNEL, heldFlow } from './held-flow.ts'

describe('the words of a command', () => {
  let bot: Bot
  const stop: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean) => void stop.unshift(clean) })
    await bot.publish({ payouts: heldFlow('payouts'), orders: heldFlow('orders') })
    for (const workflow of ['payouts', 'orders']) await bot.send(workflow, { order: '1042', amount: 'many' })
    await bot.untilIdle()
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  /** Types it and resolves with the private answer that fits. */
  const says = async (user: string, text: string, expected: RegExp) => {
    await bot.control.command({ user, channel: CHANNEL, text })
    return bot.control.waitForMessage(
      { channel: CHANNEL, as: user, timeoutMs: 5000 },
      (one) => one.ephemeralTo !== null && expected.test(`${one.text} ${JSON.stringify(one.blocks)}`),
    )
  }

  test('where several that wait are called the same, none is taken by chance: they are named', async () => {
    for (const text of ['/workflow retry 1042', '/workflow reassign 1042 @grace'])
      await says('@ada', text, /Several that are called “1042” wait.*payouts.*orders|orders.*payouts/s)
    const open = await bot.app.db.prisma.exception.findMany({ where: { state: 'open' } })
    assert.deepEqual(
      open.map(({ revision }) => revision),
      [1, 1],
    )
    const one = open.find(({ workflowKey }) => workflowKey === 'payouts')?.runId ?? ''
    await says('@ada', `/workflow reassign ${one} @grace`, /is now with/)
  })

  test('the queue of somebody who is away is theirs, not that of who covers for them', async () => {
    const { prisma } = bot.app.db
    const { people } = await bot.control.state()
    const id = (name: string) => people.find(({ handle }) => handle === name)?.id ?? ''
    await says('@ada', '/workflow away until Friday cover @alan', /You are away until/)
    await says('@grace', '/workflow queue @ada', new RegExp(`open exceptions? for <@${id('ada')}>`))
    const until = async () => (await prisma.person.findUniqueOrThrow({ where: { id: id('ada') } })).awayUntil
    const friday = await until()
    assert.ok(friday)
    await says('@ada', '/workflow away cover @grace', /stands in for you.*You stay away until/s)
    assert.deepEqual(await until(), friday, 'another cover does not bring her back')
    await says('@ada', '/workflow away cover @grace until', /Write until when/)
    await says(
      '@ada',
      '/workflow away until tomorrow',
      new RegExp(`You are away until.*<@${id('grace')}> gets`),
    )
    await says('@ada', '/workflow away back', /Welcome back/)
    await says('@joan', '/workflow away until tomorrow', /Write until when and who covers/)
  })

  test('a page beyond the last is the last', async () => {
    await says(
      '@grace',
      '/workflow queue all page 7',
      /2 open exceptions.*payouts.*orders|2 open exceptions.*orders.*payouts/s,
    )
  })

  test('a slip in a flag does not do what is done without it; a name may have a = in it', async () => {
    await bot.send('payouts', { order: 'a=b==', amount: 3 })
    await bot.untilIdle()
    await says('@ada', '/workflow status a=b==', /payouts a=b==: completed/)
    await says(
      '@ada',
      '/workflow replay a=b== --orignal',
      /There is no `--orignal` here\. Did you mean `--original`/,
    )
    assert.equal(await bot.app.db.prisma.event.count({ where: { source: 'replay' } }), 0)
    await says('@ada', '/workflow replay a=b== --original', /a=b== runs again as/)
    await says('@ada', '/workflow status "--odd"', /Nothing here is called “--odd”/)
    await says('@ada', '/workflow queue ALL', /open exceptions?.*soonest due first/s)
    await says('@joan', '/workflow away until friday, cover grace', /You are away until/)
  })
})
