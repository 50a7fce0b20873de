// The choices of a file and the ways of manual decisions in Slack: on the card, in its windows and in /workflow resolve.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { waitForModal } from './waiting.ts'

const CHANNEL = '#ops-exceptions'
const flow = (url: string) => `
workflow: returns
title: Returns
owner: "@ada"
channel: "${CHANNEL}"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }, plain: { type: boolean, missing: default, default: false } }
enrich: { customer: { lookup: customers, key: record.order, missing: ask } }
rules:
  - { rule: plain, when: record.plain, route: plain }
  - { rule: gold, when: 'record.customer.tier == "gold"', route: close }
  - { rule: rest, when: 'true', route: decide }
routes:
  close: { outcome: achieved }
  plain: { exception: { reason: needs_judgement } }
  decide:
    exception:
      reason: needs_judgement
      text: "What do we do about \${record.order}?"
      choices:
        - label: Refund
          route: refund
          style: primary
          form:
            required: [refund_amount, by_when]
            properties:
              refund_amount: { type: number, title: Amount, description: In euros, minimum: 1 }
              by_when: { format: date, title: By when }
              why: { enum: [damaged, late] }
        - { label: Keep it, outcome: ignored }
        - { label: Decline, outcome: declined, style: danger }
  refund:
    actions:
      - { action: pay, http: { url: "${url}/refunds", json: { amount: "\${record.refund_amount}", by: "\${record.by_when}" } } }
    outcome: achieved
`

const buttonsOf = ({ blocks }: Message) =>
  blocks
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => elements as { text?: { text: string }; style?: string }[])
    .flatMap(({ text, style }) => (text ? [`${text.text}${style === undefined ? '' : ` (${style})`}`] : []))

describe('choices in Slack', () => {
  let bot: Bot
  let target: Awaited<ReturnType<typeof startTarget>>
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    const t = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
    target = await startTarget(t)
    bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    await bot.publish({ returns: flow(target.url) })
    const { prisma } = bot.app.db
    const table = { name: 'customers', version: 1 }
    const at = new Date()
    await prisma.lookupTable.create({
      data: { ...table, keyColumn: 'order', rows: 1, asOf: at, importedAt: at, importedBy: 'test' },
    })
    for (let n = 1; n < 10; n += 1)
      await prisma.lookupRow.create({ data: { ...table, key: `R-${n}`, value: { tier: 'none' } } })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })

  const cardOf = (subject: string, fits: RegExp = /./) =>
    bot.control.waitForMessage(
      { channel: CHANNEL },
      (one) => JSON.stringify(one.blocks).includes(subject) && fits.test(JSON.stringify(one.blocks)),
    )
  const press = (card: Message, user: string, actionId: string) =>
    bot.control.press({ user, container: { channel: card.channel, ts: card.ts }, actionId, confirmed: true })
  const send = async (order: string, plain = false) => {
    const { body } = await bot.send('returns', { order, plain })
    await bot.untilIdle()
    return body.run
  }
  const outcomeOf = async (runId: string) =>
    (await bot.app.db.prisma.outcome.findUnique({ where: { runId } }))?.kind

  test('a manual decision offers Mark done and Dismiss, says so, and keeps what was done', async () => {
    const run = await send('R-1', true)
    const card = await cardOf('R-1')
    assert.deepEqual(buttonsOf(card), ['Mark done (primary)', 'Reassign', 'Dismiss (danger)', 'Why?'])
    assert.match(JSON.stringify(card.blocks), /Decide, then mark it done or dismiss it\./)
    await press(card, '@ada', 'done')
    await waitForModal(bot, '@ada', 'Mark done')
    await bot.control.submit({ user: '@ada', values: { reason: { text: 'sent them a new one' } } })
    await cardOf('R-1', /Done: Returns R-1.*sent them a new one/)
    assert.equal(await outcomeOf(run), 'achieved')
  })

  test("a file's choices are its card's buttons; what they ask for is asked in a window, checked and sent", async () => {
    const run = await send('R-2')
    const card = await cardOf('R-2')
    assert.deepEqual(buttonsOf(card), ['Refund (primary)', 'Keep it', 'Decline (danger)', 'Reassign', 'Why?'])
    assert.match(JSON.stringify(card.blocks), /Choose Refund, Keep it or Decline\./)
    await press(card, '@ada', 'choose_0')
    const modal = await waitForModal(bot, '@ada', 'Refund')
    const kinds = modal.blocks.flatMap(({ element }) => (element as { type: string } | undefined)?.type ?? [])
    assert.deepEqual(kinds, ['plain_text_input', 'datepicker', 'static_select'])
    const refused = await bot.control.submit({
      user: '@ada',
      values: { 'field:refund_amount': { value: '0' }, 'field:by_when': { value: '2026-12-24' } },
    })
    assert.deepEqual(refused.errors, { 'field:refund_amount': 'Amount must be at least 1, and is 0' })
    await bot.control.submit({
      user: '@ada',
      values: { 'field:refund_amount': { value: '12.5' }, 'field:by_when': { value: '2026-12-24' } },
    })
    await cardOf('R-2', /Refund: Returns R-2.*nothing → 12\.5/)
    await bot.untilIdle()
    assert.deepEqual(
      target.requests.map(({ body }) => body),
      [{ amount: 12.5, by: '2026-12-24' }],
    )
    assert.equal(await outcomeOf(run), 'achieved')
  })

  test('a choice that asks for nothing acts at once; who comes later is told what was chosen', async () => {
    const run = await send('R-3')
    const card = await cardOf('R-3')
    await press(card, '@ada', 'choose_1')
    // With a question mark it is what the button asks.
    await cardOf('R-3', /Keep it: Returns R-3(?!\?)/)
    await bot.untilIdle()
    assert.equal(await outcomeOf(run), 'ignored')
    const { id, revision } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: run } })
    assert.ok(revision > 1, id)
    const late = await bot.app.resolve({
      exceptionId: id,
      actor: { id: 'engine', surface: 'engine' },
      resolution: { do: 'choose', choice: 'Decline' },
    })
    assert.equal(late.kind === 'already_resolved' && late.choice, 'Keep it')
  })

  test('the same by /workflow resolve, which says what is possible', async () => {
    const say = async (text: string, expected: RegExp) => {
      await bot.control.command({ user: '@ada', channel: CHANNEL, text: `/workflow resolve ${text}` })
      await bot.control.waitForMessage(
        { channel: CHANNEL, as: '@ada', timeoutMs: 5000 },
        (one) => one.ephemeralTo !== null && expected.test(one.text),
      )
    }
    const first = await send('R-4')
    await say('', /Resolve what, and how/)
    await say('R-none approve', /No open exception is called/)
    await say('R-4', /Resolve it how\? You can: "Refund", "Keep it" or "Decline"\./)
    await say('R-4 burn it', /There is no “burn it” here/)
    await say('R-4 approve', /Can't approve this\. You can: /)
    await say('R-4 refund refund_amount=0 by_when=2026-12-24', /Amount must be at least 1/)
    await say('R-4 refund refund_amount=7 by_when=2026-12-24', /R-4 is resolved: Refund/)
    await bot.untilIdle()
    assert.equal(await outcomeOf(first), 'achieved')
    const second = await send('R-5', true)
    await say('R-5 dismiss', /Say why/)
    await say('R-5 dismiss they changed their mind', /R-5 is dismissed/)
    assert.equal(await outcomeOf(second), 'dismissed')
  })

  test('a failed lookup has the button that its card speaks of, and takes what is typed', async () => {
    const run = await send('L-1')
    const card = await cardOf('L-1')
    assert.deepEqual(buttonsOf(card), [
      'Retry (primary)',
      'Fill in',
      'Mark done',
      'Reassign',
      'Dismiss (danger)',
      'Why?',
    ])
    assert.match(JSON.stringify(card.blocks), /Retry the lookup, or fill in the value\./)
    await press(card, '@ada', 'fix')
    await waitForModal(bot, '@ada', 'Fill in')
    const empty = await bot.control.submit({ user: '@ada', values: {} })
    assert.match(JSON.stringify(empty), /Fill in the value/)
    await bot.control.submit({ user: '@ada', values: { 'field:customer.tier': { value: 'gold' } } })
    await cardOf('L-1', /Fixed: Returns L-1/)
    await bot.untilIdle()
    assert.equal(await outcomeOf(run), 'achieved')
  })
})
