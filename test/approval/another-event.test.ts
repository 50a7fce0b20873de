// A replay of another event sends what its approvers approve; of the same event, or the same other one, nothing twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/domain/values/json.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const FLOW = `workflow: payouts
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: number } }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: "@ada" }
    actions:
      - { action: pay, http: { url: "\${vars.shop}/pay", json: { amount: "\${record.amount}" } } }
      - { action: tell, http: { url: "\${vars.shop}/tell", json: { order: "\${record.order}" } } }
    outcome: achieved
`

test('what approvers approve of another event is sent, once; what that does not change is not done again', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ payouts: FLOW }, `vars: { shop: "${target.url}" }`)
  const { prisma } = bot.app.db
  const sent = () => target.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`)
  /** What is sent once it is approved. */
  const approved = async (runId: string, change?: JsonObject) => {
    await bot.untilIdle()
    target.requests.length = 0
    const { id: exceptionId } = await prisma.exception.findFirstOrThrow({ where: { runId, state: 'open' } })
    const actor = { id: 'cli:ada', surface: 'cli' } as const
    const answer = await bot.app.resolve({
      exceptionId,
      actor,
      resolution: { do: 'approve', ...(change && { change }) },
    })
    assert.equal(answer.kind, 'resolved')
    await bot.untilIdle()
    return sent()
  }
  const again = async (runId: string, event?: JsonObject) => {
    const answer = await replay(
      { ...bot.app, clock: () => new Date(), cardsChanged: () => {} },
      {
        runId,
        version: 'current',
        actor: { id: 'cli:joan', surface: 'cli' },
        ...(event && { event: Buffer.from(JSON.stringify(event)) }),
      },
    )
    return answer.kind === 'replayed' ? answer.runId : answer.kind
  }
  const { body } = await bot.send('payouts', { order: 'R', amount: 100 })
  assert.deepEqual(await approved(body.run), ['/pay {"amount":100}', '/tell {"order":"R"}'])

  const other = await again(body.run, { order: 'R', amount: 5000 })
  assert.deepEqual(await approved(other), ['/pay {"amount":5000}'])
  const attempts = await prisma.attempt.findMany({ where: { runId: other }, orderBy: { step: 'asc' } })
  assert.deepEqual(
    attempts.map(({ answer }) => answer?.startsWith('done before')),
    [false, true],
  )
  for (const [runId, event] of [
    [body.run, undefined],
    [other, undefined],
    [body.run, { order: 'R', amount: 5000 }],
    [other, { amount: 100, order: 'R' }],
  ] as const)
    assert.deepEqual(await approved(await again(runId, event)), [])

  // What an approver changes is sent as they approved it, once.
  for (const expected of [['/pay {"amount":77}'], []])
    assert.deepEqual(await approved(await again(body.run), { amount: 77 }), expected)
})
