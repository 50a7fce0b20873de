// What people do with a card, over the real wire: Bolt and the Web API against the local Slack, in both delivery modes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { until } from '../until.ts'
import { waitForModal } from './waiting.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'

// Without the ids that Slack makes up: one may well read like a subject.
const textOf = (message: { text: string; blocks: unknown[] }): string =>
  `${message.text} ${JSON.stringify(message.blocks, (key, value: unknown) => (key === 'block_id' ? undefined : value))}`
const actionsOf = (message: Message): string[] =>
  message.blocks
    .filter(({ type }) => type === 'actions')
    .flatMap((block) => (block['elements'] as { action_id: string }[]).map(({ action_id: id }) => id))

const at = (message: Message) => ({ channel: message.channel, ts: message.ts })

for (const mode of ['socket', 'http'] as const) {
  describe(`a card, by ${mode}`, () => {
    let it: TestEdge
    before(async () => {
      it = await startEdge({ mode })
    })
    after(() => it.close())

    const card = async (subject: string, fits: (message: Message) => boolean = () => true) => {
      it.edge.notifier.wake()
      return it.slack.control.waitForMessage(
        { channel: CHANNEL },
        (message) => message.ephemeralTo === null && textOf(message).includes(subject) && fits(message),
      )
    }

    test('says what arrived, why it stopped, who owns it, what approving will do, and offers what fits', async () => {
      await it.open({ subject: 'A-1' })
      const message = await card('A-1')
      const text = textOf(message)
      for (const part of [
        'Approval needed: Refund review A-1',
        '812.5',
        'Over 500.',
        'pay back',
        '*Owner*',
      ]) {
        assert.ok(text.includes(part), `${part} in ${text}`)
      }
      assert.deepEqual(actionsOf(message), ['approve', 'reassign', 'decline', 'why', 'more'])
    })

    test('Approve resolves; then the card says who and has no buttons', async () => {
      await it.open({ subject: 'A-2' })
      await it.slack.control.press({
        user: '@ada',
        container: at(await card('A-2')),
        actionId: 'approve',
        confirmed: true,
      })
      const message = await card('A-2', (one) => actionsOf(one).length === 0)
      assert.match(textOf(message), /Approved: Refund review A-2/)
      assert.equal(it.resolved.at(-1)?.resolution.do, 'approve')
    })

    test('the second person to press Approve is told privately who approved first', async () => {
      await it.open({ subject: 'A-3' })
      const message = await card('A-3')
      await Promise.all([
        it.slack.control.press({
          user: '@ada',
          container: at(message),
          actionId: 'approve',
          confirmed: true,
        }),
        it.slack.control.press({
          user: '@grace',
          container: at(message),
          actionId: 'approve',
          confirmed: true,
        }),
      ])
      const told = await it.slack.control.waitForMessage(
        { channel: CHANNEL },
        (one) => one.ephemeralTo !== null && /already approved this/.test(one.text),
      )
      assert.match(told.text, /<@U[A-Z0-9]+> has already approved this, <!date/)
      assert.equal(
        it.resolved.filter(({ exceptionId }) => exceptionId === it.resolved.at(-1)?.exceptionId).length,
        1,
      )
    })

    test('Decline asks for a reason, refuses an empty one, and keeps it', async () => {
      await it.open({ subject: 'A-4' })
      await it.slack.control.press({ user: '@ada', container: at(await card('A-4')), actionId: 'decline' })
      await waitForModal(it.slack, '@ada', 'Decline')
      const empty = await it.slack.control.submit({ user: '@ada', values: { reason: { text: '   ' } } })
      assert.match(empty.errors['reason'] ?? '', /Say why/)
      await it.slack.control.submit({ user: '@ada', values: { reason: { text: 'Paid twice <!channel>' } } })
      const message = await card('A-4', (one) => actionsOf(one).length === 0)
      assert.match(textOf(message), /Declined.*Paid twice/)
    })

    test('Reassign gives it to somebody else, on the card too', async () => {
      await it.open({ subject: 'A-5' })
      const { people } = await it.slack.control.state()
      const grace = people.find(({ handle }) => handle === 'grace')?.id ?? ''
      await it.slack.control.press({ user: '@ada', container: at(await card('A-5')), actionId: 'reassign' })
      await waitForModal(it.slack, '@ada', 'Reassign')
      await it.slack.control.submit({ user: '@ada', values: { person: { to: grace } } })
      await card('A-5', (one) => textOf(one).includes(`<@${grace}>`))
    })

    test('Fix asks for just the wrong fields, says what is still wrong, and sends typed values', async () => {
      await it.open({
        subject: 'A-6',
        reason: 'invalid_field',
        data: { fields: [{ field: 'amount', kind: 'invalid', message: 'must be a number', value: 'lots' }] },
      })
      const message = await card('A-6')
      assert.deepEqual(actionsOf(message), ['fix', 'retry', 'done', 'reassign', 'dismiss', 'why', 'more'])
      await it.slack.control.press({ user: '@ada', container: at(message), actionId: 'fix' })
      await waitForModal(it.slack, '@ada', 'Fix')
      const refused = await it.slack.control.submit({
        user: '@ada',
        values: { 'field:amount': { value: 'many' } },
      })
      assert.deepEqual(refused.errors, { 'field:amount': 'must be a number' })
      await it.slack.control.submit({ user: '@ada', values: { 'field:amount': { value: '12.5' } } })
      await card('A-6', (one) => actionsOf(one).length === 0)
      assert.deepEqual(it.resolved.at(-1)?.resolution, { do: 'fix', corrections: { amount: 12.5 } })
    })

    test('Why? shows the five records', async () => {
      await it.open({ subject: 'A-7' })
      await it.slack.control.press({ user: '@grace', container: at(await card('A-7')), actionId: 'why' })
      const text = JSON.stringify((await waitForModal(it.slack, '@grace', 'Why?')).blocks)
      for (const part of ['1. Event', '2. Record', '3. Decisions', '4. Exceptions', '5. Outcome', 'State']) {
        assert.ok(text.includes(part), part)
      }
    })

    test('a delivery that comes twice changes nothing', async () => {
      await it.open({ subject: 'A-8' })
      const message = await card('A-8')
      const earlier = it.resolved.length
      await it.slack.control.fault({ kind: 'duplicate_delivery', count: 1 })
      await it.slack.control.press({
        user: '@ada',
        container: at(message),
        actionId: 'approve',
        confirmed: true,
      })
      await card('A-8', (one) => actionsOf(one).length === 0)
      await it.slack.control.fault({ kind: 'duplicate_delivery', count: 1 })
      await it.slack.control.command({
        user: '@ada',
        channel: CHANNEL,
        text: '/workflow run refund-review order_id=9',
      })
      assert.equal(it.resolved.length, earlier + 1)
      assert.equal(it.runs.filter(({ args }) => args['order_id'] === '9').length, 1)
    })

    const ask = async (text: string, expected: RegExp) => {
      await it.slack.control.command({ user: '@ada', channel: CHANNEL, text })
      await it.slack.control.waitForMessage(
        { channel: CHANNEL, as: '@ada', timeoutMs: 3000 },
        (one) => one.ephemeralTo !== null && expected.test(textOf(one)),
      )
    }
    const answers: [string, RegExp][] = [
      ['/workflow help', /\/workflow status/],
      ['/workflow', /What you can type/],
      ['/workflow help away', /away until <day>.*like `\/workflow away until Friday cover @grace`/s],
      ['/workflow help awya', /Did you mean `\/workflow away/],
      ['/workflow status', /refund-review.*State:.*Last success:.*Failed action:.*Owner:.*Retry:.*Outcome:/],
      ['/workflow list', /Refund review.*refund-review/],
      ['/workflow stauts 12', /Did you mean `\/workflow status/],
      ['/workflow status refund-review', /State:.*Last success:.*Failed action:.*Owner:.*Retry:.*Outcome:/],
      ['/workflow status A-1', /State:.*Last success:.*Failed action:.*Owner:.*Retry:.*Outcome:/],
      ['/workflow status refund-reviw', /Did you mean `refund-review`\?/],
      ['/workflow status <!channel>', /Nothing here is called “&lt;!channel&gt;”/],
      ['/workflow run refund-review order_id="A 9"', /Started/],
      ['/workflow run refund-review A9', /has no key/],
      ['/workflow queue all', /open exceptions?/],
      ['/workflow queue', /open exceptions? for you/],
      ['/workflow queue @grace', /[Oo]pen exceptions? for <@U/],
      ['/workflow queue @nobody-here', /Nobody here is called @nobody-here/],
      ['/workflow explain A-1', /1\. Event.*5\. Outcome/],
      ['/workflow explain A1', /Did you mean .*`A-1`/],
      ['/workflow status A-l', /Did you mean .*`A-\d`/],
      ['/workflow queue @grce', /Did you mean `@grace`/],
      ['/workflow explain', /Explain what/],
      ['/workflow retry A-1', /A-1 is tried again/],
      ['/workflow retry A-none', /No open exception is called/],
      ['/workflow reassign A-7 @grace', /A-7 is now with <@U/],
      ['/workflow retry A_7', /No open exception is called.*Did you mean .*`A-7`/],
      ['/workflow reassign A-7 @grce', /Nobody here is called @grce. Did you mean `@grace`/],
      ['/workflow reassign A-7', /Write what and to whom/],
      ['/workflow away until Friday cover @grace', /You are away until <!date.*<@U\w+> gets/],
      ['/workflow away until someday cover @grace', /Write until when/],
      ['/workflow away back', /Welcome back/],
      ['/workflow away until Friday cover @ada', /You cannot cover for yourself/],
      ['/workflow run', /Which workflow\?/],
      ['/workflow run refund', /There is no workflow/],
    ]
    test('an answer is shared when that is asked for, also with the long dash of a typing aid', async () => {
      for (const flag of ['--share', '—share']) {
        const said = `/workflow status A-1 ${flag}`
        await it.slack.control.command({ user: '@ada', channel: CHANNEL, text: said })
        await until(`${said} is shared`, async () => {
          const { messages } = await it.slack.control.messages({ channel: CHANNEL, limit: 5 })
          const shared = messages.filter((one) => one.ephemeralTo === null && /\*State:\*/.test(textOf(one)))
          return shared.length > (flag === '--share' ? 0 : 1) ? true : undefined
        })
      }
    })

    for (const [text, expected] of answers) {
      test(`"${text}" is answered privately`, () => ask(text, expected))
    }
  })
}
