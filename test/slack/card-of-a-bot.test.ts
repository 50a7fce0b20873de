// What people read on the cards and in the answers of a whole bot: pipeline, notifier and Slack together.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { openCircuit } from '../../src/db/open-circuits.ts'
import { readException } from '../../src/db/exceptions/exception-view.ts'
import { exceptionCard } from '../../src/slack/cards/exception-card.ts'
import { watchHandovers } from '../../src/pipeline/watch/handovers.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'
import { waitForReply } from './waiting.ts'

const flow = `
workflow: payouts
title: Payouts
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order_id
fields:
  order_id: { type: string }
  amount: { type: number, from: sum(event.parts) }
  asked: { type: timestamp, title: Asked for }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: "@ada" }
    actions:
      - { action: pay back, http: { url: "\${vars.shop}/orders/\${record.order_id}?key=x" }, retry: { attempts: 1 } }
    outcome: achieved
`
const standards = (url: string) =>
  `roles: { operators: ["@ada"] }\nchannels: { exceptions: "#ops-exceptions" }\nvars: { shop: "${url}" }`
const payout = { order_id: 'A_1_b', parts: [3.3, 3.3, 3.3999999999999995], asked: '2026-03-31T09:00:00Z' }
const textOf = (message: Message) => JSON.stringify(message.blocks)

const cardWith = ({ control }: Bot, fits: RegExp) =>
  control.waitForMessage(
    { channel: '#ops-exceptions' },
    (one) => one.ephemeralTo === null && fits.test(textOf(one)),
  )
const press = async (bot: Bot, on: Message, actionId: string) =>
  bot.control.press({
    user: '@ada',
    container: { channel: on.channel, ts: on.ts },
    actionId,
    confirmed: true,
  })

test('a card says values as people write them, and where approving goes; resolved, it ends with the outcome', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ payouts: flow }, standards(target.url))
  await bot.send('payouts', payout)
  await bot.untilIdle()
  const card = await cardWith(bot, /Approval needed: Payouts/)
  const text = textOf(card)
  assert.ok(text.includes('<!date^1774947600^'), text)
  assert.ok(text.includes('*Amount*  10 · ') && !text.includes('9.99'), text)
  assert.ok(!text.includes('"plan"'), 'one action needs no steps')
  const place = `POST ${target.url}/orders/A_1_b?key=x`
  assert.ok(text.includes(place), `${place} in ${text}`)
  await press(bot, card, 'approve')
  await cardWith(bot, /\*Approved\* by .*The run ended as \*achieved\*/)
  await waitForReply(bot, card, (line) => /<@U\w+> approved it · <!date/.test(textOf(line)))
})

const stepsOn = ({ blocks }: Message) => {
  const plan = blocks.find(({ type }) => type === 'plan') as unknown as {
    tasks: { title: string; status: string }[]
  }
  return plan.tasks.map(({ title, status }) => `${status} ${title}`)
}

test("the run stands on its card as steps, in Slack's own plan and in a line of text for who refuses that", async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const book = '      - { action: book, http: { url: "${vars.shop}/book" } }\n    outcome: achieved'
  await bot.publish({ payouts: flow.replace('    outcome: achieved', book) }, standards(target.url))
  await bot.send('payouts', payout)
  await bot.untilIdle()
  const card = await cardWith(bot, /Approval needed: Payouts/)
  assert.deepEqual(stepsOn(card), [
    'complete Rule “all” decided: pay',
    'in_progress Approval',
    'pending Run “pay back”',
    'pending Run “book”',
    'pending End: achieved',
  ])
  const { id } = await bot.app.db.prisma.exception.findFirstOrThrow()
  const view = await readException(bot.app.db.prisma, id)
  const classic = JSON.stringify(view && exceptionCard(view).classic)
  assert.match(
    classic,
    /✓ Rule “all” decided: pay {3}▸ Approval {3}○ Run “pay back” {3}○ Run “book” {3}○ End: achieved/,
  )
  target.answerWith(404)
  await press(bot, card, 'approve')
  const failed = await cardWith(bot, /Action refused: Payouts/)
  assert.deepEqual(stepsOn(failed).slice(1, 3), ['complete Approved', 'error Run “pay back”'])
  assert.match(textOf(failed), /try 1: .*404/)
  await press(bot, failed, 'retry')
  const ended = await cardWith(bot, /\*Retried\* by .*The run ended as \*achieved\*/)
  assert.ok(
    stepsOn(ended).every((step) => step.startsWith('complete ')),
    stepsOn(ended).join(', '),
  )
})

test('a card whose run stopped again says so', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ payouts: flow }, standards(target.url))
  target.answerWith(404)
  await bot.send('payouts', payout)
  await bot.untilIdle()
  await press(bot, await cardWith(bot, /Approval needed/), 'approve')
  await cardWith(bot, /\*Approved\* by .*The run stopped again for another reason/)
  await cardWith(bot, /Action refused/)
})

test('the id of a run in an answer can be copied into the next command', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ payouts: flow }, standards('https://shop.example'))
  const { body } = await bot.send('payouts', payout)
  await bot.untilIdle()
  const ask = async (text: string, fits: RegExp) => {
    await bot.control.command({ user: '@ada', channel: '#ops-exceptions', text })
    const told = await bot.control.waitForMessage(
      { channel: '#ops-exceptions', as: '@ada' },
      (one) => one.ephemeralTo !== null && fits.test(textOf(one)),
    )
    return textOf(told)
  }
  const status = await ask('/workflow status A_1_b', /State:/)
  assert.ok(status.includes(`\`${body.run}\``), status)
  assert.ok(status.includes(`\`/workflow explain ${body.run}\``), status)
  // Copied from an older answer, with the marks that kept its text from being formatted.
  await ask(`/workflow explain ${body.run.replace('_', '\u200b_')}`, /1\. Event/)
})

test('Home of a bot that runs is filled', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ payouts: flow }, standards('https://shop.example'))
  await bot.send('payouts', payout)
  await bot.untilIdle()
  await bot.control.home({ user: '@ada' })
  await until('her Home', async () => {
    const text = JSON.stringify((await bot.control.views('@ada')).home?.blocks ?? [])
    return /Assigned to you.*A_1_b.*Approve.*All workflows.*Payouts/.test(text) ? text : undefined
  })
})

test('pause, resume and replay answer owners and operators, and tell everybody else who may', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ payouts: flow }, standards(target.url))
  const { body } = await bot.send('payouts', payout)
  await bot.untilIdle()
  const ask = async (user: string, text: string, fits: RegExp) => {
    await bot.control.command({ user, channel: '#ops-exceptions', text })
    await bot.control.waitForMessage(
      { channel: '#ops-exceptions', as: user, timeoutMs: 5000 },
      (one) => one.ephemeralTo !== null && fits.test(`${one.text} ${textOf(one)}`),
    )
  }
  await ask('@ada', '/workflow pause', /^Nothing is paused\. .*\nAll targets are healthy\./)
  await openCircuit(
    bot.app.db.prisma,
    { target: 'erp.example.com', shown: 'erp.example.com', workflows: ['payouts'] },
    60_000,
  )
  await ask('@ada', '/workflow pause', /\n• `erp\.example\.com` is failing, paused until .+ at most/)
  await ask('@grace', '/workflow pause payouts', /You can't do this. Ask @ada, role:operators/)
  await ask('@grace', '/workflow replay A_1_b', /You can't do this/)
  await ask(
    '@ada',
    '/workflow pause payout',
    /`payout` is neither a workflow nor a host.*Did you mean `payouts`/,
  )
  await ask('@ada', '/workflow pause payouts too much', /Payouts is paused: events are taken/)
  await ask('@ada', '/workflow pause', /`workflow:payouts` since/)
  const { body: waiting } = await bot.send('payouts', { ...payout, order_id: 'B-2' })
  const state = async (id: string) => (await bot.app.db.prisma.run.findUniqueOrThrow({ where: { id } })).state
  await until(
    'it waits',
    async () =>
      (await bot.app.db.prisma.run.findUniqueOrThrow({ where: { id: waiting.run } })).parkedBy ?? undefined,
  )
  await ask('@ada', '/workflow replay B-2', /on its way/)
  await ask('@ada', '/workflow resume payouts', /Payouts continues/)
  const resumed = await bot.app.db.prisma.run.findUniqueOrThrow({ where: { id: waiting.run } })
  assert.equal(resumed.parkedBy, null, 'the next sweep takes it up')
  await ask('@ada', '/workflow replay nothing-there', /Nothing here is called/)
  await ask('@grace', '/workflow replay workflow=payouts since=1d', /You can't do this/)
  await ask('@ada', '/workflow replay workflow=payouts since=1d name=fix', /`fix`: \d+ runs? .*starts it/)
  await ask('@ada', '/workflow replay list', /`fix` \(payouts\): planned; 0 of \d+ done/)
  await ask('@grace', '/workflow replay start fix', /You can't do this/)
  await ask('@ada', '/workflow replay cancel fix', /`fix` is cancelled/)
  await ask('@ada', '/workflow replay start fix', /`fix` is cancelled\./)
  await ask('@ada', `/workflow replay ${body.run}`, /runs again as `run_/)
  await until('the old run ended', async () => ((await state(body.run)) === 'ended' ? true : undefined))
})

test('who leaves and is still named stands in one exception with all places, until nothing names them', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'worker', 'notifier'] })
  const named = flow.replace('owner: "@ada"', 'owner: "@grace"').replace('by: "@ada"', 'by: "@grace"')
  await bot.publish(
    { payouts: named },
    'roles: { operators: ["@ada"], leads: ["@grace", "@ada"] }\nvars: { shop: https://shop.example }',
  )
  const { db, catalog } = bot.app
  const look = () => watchHandovers({ db, catalog, clock: () => new Date(), cardsChanged: () => {} })
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  await db.prisma.person.updateMany({ where: { handle: 'grace' }, data: { isDeleted: true } })
  assert.deepEqual(await look(), { opened: 1, closed: 0 })
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  const { detail, ownerId } = await db.prisma.exception.findFirstOrThrow({ where: { state: 'open' } })
  for (const place of ['roles.leads', 'payouts: owner.0', 'payouts: routes.pay.review.by.0'])
    assert.ok(detail.includes(place), `${place} in ${detail}`)
  assert.equal(ownerId, (await db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })).id)
  await db.prisma.person.updateMany({ where: { handle: 'grace' }, data: { isDeleted: false } })
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
  await db.prisma.person.updateMany({ where: { handle: 'grace' }, data: { isDeleted: true } })
  assert.deepEqual(await look(), { opened: 1, closed: 0 }, 'who leaves again is told of again')
  await bot.publish({ payouts: flow }, 'roles: { operators: ["@ada"] }\nvars: { shop: https://shop.example }')
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
})
