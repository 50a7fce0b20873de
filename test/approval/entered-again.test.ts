// A replay to which people add something else: what they approve is sent, once; what is the same is not done again. And a run that
// moves to another route is its new owner's before anybody approves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replay } from '../../src/pipeline/resume/replay.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { openOf, resolveAs } from './acting.ts'

const flow = (url: string) => `
workflow: refunds
owner: "@joan"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string } }
rules: [{ rule: all, when: 'true', route: decide }]
routes:
  decide:
    owner: "@grace"
    exception:
      reason: needs_judgement
      choices:
        - label: Refund
          route: pay
          form: { required: [amount], properties: { amount: { type: number } } }
  pay:
    owner: "@alan"
    review: { by: "@ada" }
    actions:
      - { action: pay, http: { url: "${url}/pay", json: { amount: "\${record.amount}", by: "\${owner.name}" } } }
      - { action: note, http: { url: "${url}/note", json: { order: "\${record.order}" } } }
    outcome: achieved
`

const refund = (amount: number): Resolution => ({ do: 'choose', choice: 'Refund', inputs: { amount } })

test('what is entered on a replay is sent as it was approved, by the owner that the card showed, and once', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ refunds: flow(target.url) })
  /** What is sent once somebody chose, and one press approved. */
  const sentAfter = async (runId: string, resolutions: [who: string, Resolution][]) => {
    target.requests.length = 0
    for (const [who, resolution] of resolutions)
      assert.equal((await resolveAs(bot, who, { runId, resolution })).kind, 'resolved')
    assert.equal(await openOf(bot, runId), null)
    return target.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`)
  }
  const again = async (runId: string) => {
    const answer = await replay(
      { ...bot.app, clock: () => new Date(), cardsChanged: () => {} },
      { runId, version: 'current', actor: { id: 'cli:joan', surface: 'cli' } },
    )
    await bot.untilIdle()
    return answer.kind === 'replayed' ? answer.runId : answer.kind
  }
  const { body } = await bot.send('refunds', { order: 'C-1' })
  await bot.untilIdle()
  const approve: [string, Resolution] = ['ada', { do: 'approve' }]
  assert.deepEqual(await sentAfter(body.run, [['grace', refund(500)], approve]), [
    '/pay {"amount":500,"by":"Alan Turing"}',
    '/note {"order":"C-1"}',
  ])
  const other = await again(body.run)
  assert.deepEqual(await sentAfter(other, [['grace', refund(900)], approve]), [
    '/pay {"amount":900,"by":"Alan Turing"}',
  ])
  assert.deepEqual(await sentAfter(await again(body.run), [['grace', refund(900)], approve]), [])
  assert.deepEqual(await sentAfter(await again(other), [['grace', refund(500)], approve]), [])
})
