// Comments in the card's thread: notes, questions, answers, over the real wire.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'
import { waitForModal, waitForReply } from './waiting.ts'

const textOf = (message: Message): string => JSON.stringify(message.blocks)

describe('talk about an exception', () => {
  let it: TestEdge
  before(async () => {
    it = await startEdge()
  })
  after(() => it.close())

  const card = async (subject: string) => {
    it.edge.notifier.wake()
    return it.slack.control.waitForMessage({ channel: CHANNEL }, (one) => textOf(one).includes(subject))
  }
  const reply = (to: Message, part: string) => waitForReply(it.slack, to, (one) => textOf(one).includes(part))
  const choose = (card_: Message, name: string, id: string) =>
    it.slack.control.press({
      user: '@ada',
      container: { channel: card_.channel, ts: card_.ts },
      actionId: 'more',
      value: `${name}:${id}:1`,
    })

  test('a note stands in the thread, with who wrote it, and is kept with the run', async () => {
    const id = await it.open({ subject: 'T-1' })
    const message = await card('T-1')
    await choose(message, 'note', id)
    await waitForModal(it.slack, '@ada', 'Note')
    await it.slack.control.submit({ user: '@ada', values: { text: { value: 'Called them <!channel>' } } })
    const line = await reply(message, 'Called them')
    assert.match(textOf(line), /<@U\w+> noted/)
    const kept = await it.db.prisma.audit.findFirstOrThrow({
      where: { target: id, action: 'exception.noted' },
    })
    assert.equal(kept.note, 'Called them <!channel>')
    assert.ok(kept.runId)
  })

  test('somebody is asked in the thread, answers by a button, and the answer is kept', async () => {
    const id = await it.open({ subject: 'T-2' })
    const message = await card('T-2')
    const { people } = await it.slack.control.state()
    const grace = people.find(({ handle }) => handle === 'grace')?.id ?? ''
    await choose(message, 'ask', id)
    await waitForModal(it.slack, '@ada', 'Ask')
    await it.slack.control.submit({
      user: '@ada',
      values: { to: { value: grace }, text: { value: 'Which order?' } },
    })
    const question = await reply(message, 'Which order?')
    assert.ok(textOf(question).includes(`asks <@${grace}>`))
    await it.slack.control.press({
      user: '@grace',
      container: { channel: question.channel, ts: question.ts },
      actionId: 'answer',
    })
    await waitForModal(it.slack, '@grace', 'Answer')
    await it.slack.control.submit({ user: '@grace', values: { text: { value: 'The second one' } } })
    await reply(message, 'The second one')
    assert.equal(await it.db.prisma.audit.count({ where: { target: id, action: 'exception.answered' } }), 1)
  })

  test('a line whose answer from Slack is lost is found again, not posted twice', async () => {
    const id = await it.open({ subject: 'T-3' })
    const message = await card('T-3')
    await choose(message, 'note', id)
    await waitForModal(it.slack, '@ada', 'Note')
    await it.slack.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 1 })
    await it.slack.control.submit({ user: '@ada', values: { text: { value: 'only once' } } })
    await reply(message, 'only once')
    for (let turn = 0; turn < 3; turn += 1) {
      it.advance(61_000)
      await it.edge.notifier.drain()
    }
    const { messages } = await it.slack.control.messages({ channel: CHANNEL, thread: message.ts })
    assert.equal(messages.filter((one) => textOf(one).includes('only once')).length, 1)
    assert.equal(await it.db.prisma.card.count({ where: { kind: 'notice', ts: null } }), 0)
  })
})
