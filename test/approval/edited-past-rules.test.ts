// An input written by hand is no way round the person to whom the rules would hand it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { openOf as openIn, resolveAs } from './acting.ts'

const flow = (name: string, body: string) => `workflow: ${name}
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: number } }
rules:
  - { rule: huge, when: 'record.amount > 1000.0', route: look }
  - { rule: rest, when: 'true', route: small }
routes:
  look: { owner: "@grace", exception: { reason: needs_judgement, text: Look } }
  small:
    actions:
      - action: pay
        http: { url: "\${vars.shop}/pay", json: ${body} }
        retry: { attempts: 1 }
    outcome: achieved
`

test('an edit that the rules would hand to a person asks that person before it is sent', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish(
    {
      euros: flow('euros', '{ amount: "${record.amount}" }'),
      cents: flow('cents', '{ cents: "${record.amount * 100.0}" }'),
    },
    `vars: { shop: "${target.url}" }`,
  )
  const openOf = (runId: string) => openIn(bot, runId)
  const resolve = async (runId: string, who: string, resolution: Resolution) =>
    (await resolveAs(bot, who, { runId, resolution })).kind
  const edited = async (workflow: string, body: { [name: string]: number }) => {
    target.answerWith(422)
    const { body: accepted } = await bot.send(workflow, { order: 'o', amount: 5 })
    await bot.untilIdle()
    target.requests.length = 0
    assert.equal(await resolve(accepted.run, 'joan', { do: 'retry', input: { json: body } }), 'resolved')
    return accepted.run
  }
  for (const [workflow, body] of [
    ['euros', { amount: 5000 }],
    ['cents', { cents: 500_000 }],
  ] as const) {
    const runId = await edited(workflow, body)
    assert.equal(target.requests.length, 0, workflow)
    const open = await openOf(runId)
    assert.equal(open?.reason, 'approval_required')
    assert.equal(await resolve(runId, 'joan', { do: 'approve' }), 'not_allowed')
    assert.equal(await resolve(runId, 'grace', { do: 'approve' }), 'resolved')
    assert.deepEqual(target.requests[0]?.body, body)
  }
  await edited('euros', { amount: 6 })
  assert.deepEqual(target.requests[0]?.body, { amount: 6 })
})
