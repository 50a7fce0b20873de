// Approve with a change, and edit and retry: what a person changes is what is sent, checked, and kept.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { resolve } from '../../src/pipeline/exception/resolve.ts'
import type { ReplayDeps } from '../../src/pipeline/resume/replay.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const flow = (approvals: number, review = true) => `
workflow: payouts
title: Payouts
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order_id
fields:
  order_id: { type: string }
  amount: { type: number, maximum: 500, title: Amount }
  iban: { type: string, personal: true, missing: ignore }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
${review ? `    review: { by: role:leads, approvals: ${approvals} }` : ''}
    actions:
      - action: pay back
        http:
          url: "\${vars.shop}/refunds"
          json: { order: "\${record.order_id}", amount: "\${record.amount}", key: "\${secret.SHOP_KEY}" }
        retry: { attempts: 1 }
    outcome: achieved
`
const standards = (url: string) => `roles: { leads: ["@ada", "@grace"] }\nvars: { shop: "${url}" }`
const textOf = (message: Message) => JSON.stringify(message.blocks)

async function start(t: Parameters<typeof startBot>[0], source: string) {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { SHOP_KEY: 'hush' } })
  await bot.publish({ payouts: source }, standards(target.url))
  return { bot, target }
}
const cardWith = ({ control }: Bot, fits: RegExp) =>
  control.waitForMessage(
    { channel: '#ops-exceptions' },
    (one) => one.ephemeralTo === null && fits.test(textOf(one)),
  )
const choose = async ({ control }: Bot, user: string, on: Message, option: string, title: string) => {
  const actions = on.blocks.find(({ type }) => type === 'actions') as unknown as {
    elements: { action_id: string; options?: { value: string }[] }[]
  }
  const menu = actions.elements.find(({ action_id: id }) => id === 'more')
  const value = menu?.options?.find((one) => one.value.startsWith(`${option}:`))?.value
  assert.ok(value, `${option} in the menu`)
  await control.press({ user, container: { channel: on.channel, ts: on.ts }, actionId: 'more', value })
  return until(`the modal ${title}`, async () => {
    const top = (await control.views(user)).views.at(-1)
    return top?.title === title && !JSON.stringify(top.blocks).includes('One moment') ? top : undefined
  })
}
const changed = (amount: string) => ({
  'field:amount': { value: amount },
  'field:order_id': { value: 'C-1' },
})
const decisionOf = (bot: Bot, runId: string, reason: string) =>
  bot.app.db.prisma.decision.findFirstOrThrow({ where: { runId, reason } })

test('approving with a change sends what was changed, keeps before and after, and is checked by the schema', async (t) => {
  const { bot, target } = await start(t, flow(1))
  const { body } = await bot.send('payouts', { order_id: 'C-1', amount: 120, iban: 'DE02120300000000202051' })
  await bot.untilIdle()
  const modal = await choose(bot, '@ada', await cardWith(bot, /C-1/), 'change', 'Approve with a change')
  assert.doesNotMatch(JSON.stringify(modal.blocks), /field:iban|DE0212/)
  const refused = await bot.control.submit({ user: '@ada', values: changed('501') })
  assert.match(refused.errors['field:amount'] ?? '', /500/)
  await bot.control.submit({ user: '@ada', values: changed('100') })
  await cardWith(bot, /\*Approved with a change\*.*Amount: 120 → 100/)
  await bot.untilIdle()
  assert.deepEqual(
    target.requests.map((one) => (one.body as { amount: number }).amount),
    [100],
  )
  const { inputs } = await decisionOf(bot, body.run, 'approved')
  assert.deepEqual((inputs as { changes: unknown }).changes, [{ field: 'amount', before: 120, after: 100 }])
  const event = await bot.app.db.prisma.event.findUniqueOrThrow({ where: { id: body.event } })
  assert.match(Buffer.from(event.body).toString(), /"amount":120/)
})

test('a change begins the approvals anew, and an approval of what stood before it does not count', async (t) => {
  const { bot, target } = await start(t, flow(2))
  const { body } = await bot.send('payouts', { order_id: 'C-2', amount: 120 })
  await bot.untilIdle()
  const { control } = bot
  const first = await cardWith(bot, /C-2/)
  const approve = async (user: string, on: Message) =>
    control.press({
      user,
      container: { channel: on.channel, ts: on.ts },
      actionId: 'approve',
      confirmed: true,
    })
  const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  const people = (await control.state()).people
  const grace = people.find(({ handle }) => handle === 'grace')?.id ?? ''
  await approve('@grace', first)
  await cardWith(bot, /1 of 2 approvals/)
  const opened = await choose(bot, '@ada', await cardWith(bot, /C-2/), 'change', 'Approve with a change')
  assert.ok(opened)
  await control.submit({ user: '@ada', values: { 'field:amount': { value: '80' } } })
  const { revision } = await until('the change', async () => {
    const row = await bot.app.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    return (row.approvals as string[]).includes(grace) ? undefined : row
  })
  for (const change of [undefined, { amount: 90 }]) {
    const stale = await bot.app.resolve({
      exceptionId: id,
      actor: { id: grace, surface: 'slack' },
      resolution: { do: 'approve', ...(change && { change }) },
      revision: revision - 1,
    })
    assert.equal(stale.kind, 'not_applicable')
  }
  await bot.untilIdle()
  await approve('@grace', await cardWith(bot, /C-2/))
  await cardWith(bot, /\*Approved\* by/)
  await bot.untilIdle()
  assert.deepEqual(
    target.requests.map((one) => (one.body as { amount: number }).amount),
    [80],
  )
})

test('nothing is paid that fewer approved than it needs: a change beside the last approval wins or comes too late', async (t) => {
  const { bot, target } = await start(t, flow(2))
  const { db } = bot.app
  const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
  const approve = (who: string, change?: { amount: number }, where = db) =>
    resolve(
      { ...deps, db: where },
      {
        exceptionId: id,
        actor: { id: `cli:${who}`, surface: 'cli' },
        resolution: { do: 'approve', ...(change && { change }) },
      },
    )
  let id = ''
  for (const nth of [1, 2]) {
    const { body } = await bot.send('payouts', { order_id: `C-${nth}`, amount: 10 })
    await bot.untilIdle()
    id = (await db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })).id
    assert.equal((await approve('ada')).kind, 'counted')
    let begun = 0
    await approve('grace', undefined, {
      ...db,
      async transaction(work) {
        begun += 1
        if (begun === nth) assert.equal((await approve('ada', { amount: 400 })).kind, 'counted')
        return db.transaction(work)
      },
    })
    await bot.untilIdle()
  }
  const amounts = target.requests.map((one) => (one.body as { amount: number }).amount)
  assert.deepEqual(
    amounts,
    [10],
    'changed before the approval was counted: it waits; after: there is no after',
  )
})

test('edit and retry sends what was edited under a key of its own, once, and its replay does not send it again', async (t) => {
  const { bot, target } = await start(t, flow(1, false))
  target.answerWith(422)
  const { body } = await bot.send('payouts', { order_id: 'C-3', amount: 120 })
  await bot.untilIdle()
  const modal = await choose(bot, '@ada', await cardWith(bot, /Action refused/), 'edit', 'Edit and retry')
  const shown = JSON.stringify(modal.blocks)
  assert.ok(shown.includes('${secret.SHOP_KEY}') && !shown.includes('hush'), shown)
  const wrong = await bot.control.submit({ user: '@ada', values: { 'input:json': { value: '{"order": ' } } })
  assert.match(wrong.errors['input:json'] ?? '', /no JSON/)
  const edited = '{"order": "C-3", "amount": 7, "key": "${secret.SHOP_KEY}", "other": "${secret.OTHER}"}'
  await bot.control.submit({ user: '@ada', values: { 'input:json': { value: edited } } })
  await cardWith(bot, /\*Retried with a change\*/)
  await bot.untilIdle()
  assert.deepEqual(target.requests[1]?.body, {
    order: 'C-3',
    amount: 7,
    key: 'hush',
    other: '${secret.OTHER}',
  })
  const attempts = await bot.app.db.prisma.attempt.findMany({
    where: { runId: body.run },
    orderBy: { number: 'asc' },
  })
  const [before, after] = attempts.map(({ idempotencyKey: key }) => key)
  assert.ok(after?.startsWith(`${before}.edited-`), `${before} ${after}`)
  assert.match(JSON.stringify(attempts[1]?.request), /"amount":7/)
  const deps: ReplayDeps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
  const actor = { id: 'cli:ada', surface: 'cli' } as const
  assert.equal((await replay(deps, { runId: body.run, version: 'original', actor })).kind, 'replayed')
  await bot.untilIdle()
  assert.equal(target.requests.length, 2)
})

test('an edit that changes nothing keeps the key', async (t) => {
  const { bot, target } = await start(t, flow(1, false))
  target.answerWith(422)
  const { body } = await bot.send('payouts', { order_id: 'C-4', amount: 5 })
  await bot.untilIdle()
  const { prisma } = bot.app.db
  const { id } = await prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  const input = { json: { key: '${secret.SHOP_KEY}', amount: 5, order: 'C-4' } }
  const actor = { id: 'engine', surface: 'engine' } as const
  const bad = await bot.app.resolve({
    exceptionId: id,
    actor,
    resolution: { do: 'retry', input: { url: 'x' } },
  })
  assert.equal(bad.kind, 'invalid')
  const answer = await bot.app.resolve({ exceptionId: id, actor, resolution: { do: 'retry', input } })
  assert.equal(answer.kind, 'resolved')
  await bot.untilIdle()
  const keys = new Set(
    (await prisma.attempt.findMany({ where: { runId: body.run } })).map((one) => one.idempotencyKey),
  )
  assert.equal(keys.size, 1)
  assert.equal(target.requests.length, 2)
})

test('after an edit the card speaks of what was edited, and counts the tries of the last retry', async (t) => {
  const file = `${flow(1, false).slice(0, flow(1, false).indexOf('        http:'))}        slack: { channel: "#nowhere", text: "Paid." }
        retry: { attempts: 1 }
    outcome: achieved
`
  const { bot } = await start(t, file)
  const { body } = await bot.send('payouts', { order_id: 'C-5', amount: 5 })
  await bot.untilIdle()
  await cardWith(bot, /a message in #nowhere.*\*Attempt\* 1 of 1/)
  const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  const answer = await bot.app.resolve({
    exceptionId: id,
    actor: { id: 'cli:ada', surface: 'cli' },
    resolution: { do: 'retry', input: { channel: '#elsewhere', text: 'Paid.' } },
  })
  assert.equal(answer.kind, 'resolved')
  await bot.untilIdle()
  await cardWith(bot, /a message in #elsewhere.*\*Attempt\* 1 of 1/)
})
