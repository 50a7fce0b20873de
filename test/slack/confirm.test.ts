// What cannot be taken back is asked first, with the case, its amount and what it does; and then who pressed is told what they did.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ConfirmationDialog } from '@slack/types'
import { caseFigure } from '../../src/slack/cards/case-figure.ts'
import { isFinal } from '../../src/slack/cards/confirm.ts'
import { exceptionCard } from '../../src/slack/cards/exception-card.ts'
import { exampleException } from '../../src/slack/samples/example.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { waysOf } from '../../src/domain/exceptions/ways.ts'
import { type Bot, startBot } from '../bot.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { resolveAs } from '../approval/acting.ts'
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
card: { title: "Refund \${record.total} to \${record.name}" }
fields:
  order: { type: string }
  name: { type: string }
  total: { type: money, currency: EUR }
rules: [{ rule: all, when: "true", route: refund }]
routes:
  refund:
    review: { by: "@ada" }
    actions:
      - { action: refund, http: { url: "${url}/refunds", json: { total: "\${record.total.amount}" } } }
    outcome: achieved
`

const at = ({ channel, ts }: Message) => ({ channel, ts })

describe('what is asked before a press', () => {
  test('only what acts at once asks; what opens a window asks there', () => {
    const asked = reasons.flatMap((reason) =>
      (['run', 'route', 'finding'] as const).flatMap((origin) =>
        waysOf({ reason, origin, choices: [] })
          .filter((way) => isFinal({ reason, origin }, way))
          .map((way) => `${origin} ${reason} ${way.do}`),
      ),
    )
    assert.deepEqual(asked, [
      'finding shape_changed retry',
      'run approval_required approve',
      'run duplicate_suspected process',
      'run action_failed retry',
      'run action_refused retry',
      'run timed_out retry',
    ])
  })

  test('whatever the case is called, it keeps to the limits of Slack', () => {
    const view = exampleException('approval_required', 'open')
    const data = { card: { title: `Refund to ${'🙂'.repeat(400)}` } }
    const { blocks } = exceptionCard({ ...view, exception: { ...view.exception, data } })
    const dialogs = blocks.flatMap((block) =>
      block.type === 'actions'
        ? block.elements.flatMap((element) =>
            'confirm' in element && element.confirm ? [element.confirm] : [],
          )
        : [],
    )
    assert.equal(dialogs.length, 1)
    const [{ title, text, confirm, deny }] = dialogs as [ConfirmationDialog]
    assert.ok(Array.from(title?.text ?? '').length <= 100)
    assert.match(title?.text ?? '', /…\?$/)
    assert.ok(Array.from(text.text).length <= 300)
    assert.deepEqual([confirm?.text, deny?.text], ['Approve', 'Go back'])
  })
})

describe('a press in Slack', () => {
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
  const open = async (order: string) => {
    await bot.send('refunds', { order, name: order, total: 900 })
    await bot.untilIdle()
    return bot.control.waitForMessage({ channel: CHANNEL }, ({ blocks }) =>
      JSON.stringify(blocks).includes(`Refund €900.00 to ${order}`),
    )
  }
  const told = (text: RegExp) =>
    bot.control.waitForMessage({ channel: CHANNEL }, (one) => one.ephemeralTo !== null && text.test(one.text))

  test('Approve asks with the amount and where it goes; without an answer nothing is done', async () => {
    const card = await open('Ada')
    await assert.rejects(
      bot.control.press({ user: '@ada', container: at(card), actionId: 'approve' }),
      ({ refusal: error }: { refusal: { confirm?: Record<string, string> } }) => {
        assert.equal(error.confirm?.['title'], 'Refund €900.00 to Ada?')
        assert.match(
          error.confirm?.['text'] ?? '',
          /^Approving runs “refund” \(POST 127\.0\.0\.1:\d+\/refunds\), then closes the case\.$/,
        )
        assert.equal(error.confirm?.['deny'], 'Go back')
        return true
      },
    )
    assert.deepEqual(target.requests, [])
    await bot.control.press({ user: '@ada', container: at(card), actionId: 'approve', confirmed: true })
    await told(/Approved: Refund €900\.00 to Ada\. (Running now: “refund” \(POST|The case is closed)/)
    await bot.untilIdle()
    assert.equal(target.requests.length, 1)
  })

  test('Retry of a call asks; Why? and Reassign do not', async () => {
    target.answerWith(404)
    const card = await open('Grace')
    await bot.control.press({ user: '@ada', container: at(card), actionId: 'approve', confirmed: true })
    await bot.untilIdle()
    const failed = await bot.control.waitForMessage({ channel: CHANNEL }, ({ blocks, ephemeralTo }) => {
      const text = JSON.stringify(blocks)
      return ephemeralTo === null && text.includes('to Grace') && text.includes('"retry"')
    })
    await assert.rejects(
      bot.control.press({ user: '@ada', container: at(failed), actionId: 'retry' }),
      /needs_confirmation/,
    )
    await bot.control.press({ user: '@ada', container: at(failed), actionId: 'why' })
    await waitForModal(bot, '@ada', 'Why?')
    await bot.control.press({ user: '@ada', container: at(failed), actionId: 'retry', confirmed: true })
    await told(/Retried: Refund €900\.00 to Grace\./)
  })

  test('an amount that a long title cuts off is said beside it', () => {
    const view = exampleException('approval_required', 'open')
    const record = { fields: { total: { amount: '90.00', currency: 'EUR' } }, sources: {}, changes: [] }
    const definition = { ...view.run.definition, fields: { total: { type: 'money' as const } } }
    const of = { ...view, run: { ...view.run, definition, record } } as unknown as typeof view
    for (const [shown, figure] of [
      ['Refund €90.00', undefined],
      ['Refund €90.001', '€90.00'],
      ['Refund -€90.00', '€90.00'],
      ['Refund €1.00 yyy', '€90.00'],
    ] as const)
      assert.equal(caseFigure(of, shown), figure, shown)
  })

  test('an edited input is asked about by what was written, not by the title', async () => {
    target.answerWith(404)
    const { body } = await bot.send('refunds', { order: 'Joan', name: 'Joan', total: 5 })
    await bot.untilIdle()
    const act = (resolution: Resolution) => resolveAs(bot, 'ada', { runId: body.run, resolution })
    await act({ do: 'approve' })
    await bot.untilIdle()
    await act({ do: 'retry', input: { json: { total: '99000.00' } } })
    const card = await bot.control.waitForMessage({ channel: CHANNEL }, ({ blocks, ephemeralTo }) => {
      const text = JSON.stringify(blocks)
      return ephemeralTo === null && text.includes('99000.00') && text.includes('"approve"')
    })
    await assert.rejects(
      bot.control.press({ user: '@ada', container: at(card), actionId: 'approve' }),
      ({ refusal: error }: { refusal: { confirm?: Record<string, string> } }) => {
        assert.equal(error.confirm?.['title'], 'Approve what was edited?')
        assert.match(error.confirm?.['text'] ?? '', /^Edited: total 99000\.00\. Approving runs/)
        return true
      },
    )
  })

  test('after a window, who submitted it is told in the channel of the card', async () => {
    const card = await open('Alan')
    await bot.control.press({ user: '@ada', container: at(card), actionId: 'decline', confirmed: true })
    await waitForModal(bot, '@ada', 'Decline')
    await bot.control.submit({ user: '@ada', values: { reason: { text: 'paid by hand' } } })
    await told(/Declined: Refund €900\.00 to Alan\. The case is closed as declined\./)
  })
})
