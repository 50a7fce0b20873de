// A digest as people meet it, over the real wire.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { postDigest } from '../../src/pipeline/digest/on-demand.ts'
import { startEdge, type TestEdge } from '../slack/edge.ts'
import { waitForModal } from '../slack/waiting.ts'

let it: TestEdge
before(async () => {
  it = await startEdge()
})
after(() => it.close())

const personCalled = async (handle: string): Promise<string> =>
  (await it.db.prisma.person.findFirstOrThrow({ where: { handle } })).id

async function post(): Promise<Message> {
  const at = new Date()
  await postDigest(
    { db: it.db, clock: () => at, cardsChanged: () => it.edge.notifier.wake() },
    { actor: await personCalled('katherine') },
  )
  return it.slack.control.waitForMessage({ channel: '#leadership' }, ({ text }) => /so far/.test(text))
}
const types = (message: Message) => message.blocks.map(({ type }) => type)

describe('a digest in Slack', () => {
  test('opens the list behind a number from its button', async () => {
    await it.open({ subject: 'D-1' })
    await it.open({ subject: 'D-2 <!channel>' })
    const message = await post()
    assert.ok(types(message).includes('table'))
    const container = { channel: message.channel, ts: message.ts }
    await it.slack.control.press({ user: '@katherine', container, actionId: 'digest_list:open' })
    const view = await waitForModal(it.slack, '@katherine', 'Needs attention')
    const text = JSON.stringify(view.blocks)
    for (const part of ['*2*', 'D-1', 'D-2 &lt;!channel&gt;', 'approval required', '--list open'])
      assert.ok(text.includes(part), `${part} in ${text}`)
  })
})
