// What comes after an edited action is covered by the route's own review, as if nothing had been edited.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { openOf, resolveAs } from './acting.ts'

const LATE = 'now > timestamp("2026-06-01T12:30:00Z")'

// From half past twelve on, the rules would hand the edited input to somebody else.
const timed = `
workflow: timed
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: number } }
rules:
  - { rule: late, when: '${LATE}', route: look }
  - { rule: rest, when: 'true', route: pay }
routes:
  look: { owner: "@grace", exception: { reason: needs_judgement } }
  pay:
    review: { by: "@ada" }
    actions:
      - action: pay
        http: { url: "\${vars.shop}/pay", json: { amount: "\${record.amount}" } }
        retry: { attempts: 1 }
      - action: tell
        http: { url: "\${vars.shop}/tell", json: { text: '\${${LATE} ? "late" : "early"}' } }
        retry: { attempts: 1 }
    outcome: achieved
`

test('an action after an edited one is sent as it was approved, also once the edit would need others', async (t) => {
  let now = '2026-06-01T12:05:00Z'
  const target = await startTarget(t)
  const bot = await startBot(t, { clock: () => new Date(now) })
  await bot.publish({ timed }, `vars: { shop: "${target.url}" }`)
  const sent = () => target.requests.splice(0).map(({ path, body }) => [path, body])

  for (const isEdited of [true, false]) {
    now = '2026-06-01T12:05:00Z'
    const { body } = await bot.send('timed', { order: 'o', amount: 5 })
    const runId = body.run
    await bot.untilIdle()
    const resolve = async (who: string, resolution: Resolution) =>
      assert.equal((await resolveAs(bot, who, { runId, resolution })).kind, 'resolved')
    if (isEdited) {
      target.answerWith(422)
      await resolve('ada', { do: 'approve' })
      await resolve('joan', { do: 'retry', input: { json: { amount: 6 } } })
    }
    target.requests.length = 0
    target.answerWith(200, 503)
    await resolve('ada', { do: 'approve' })
    assert.deepEqual(sent(), [
      ['/pay', { amount: isEdited ? 6 : 5 }],
      ['/tell', { text: 'early' }],
    ])

    now = '2026-06-01T12:35:00Z'
    await resolve('joan', { do: 'retry' })
    const asked = await openOf(bot, runId)
    assert.deepEqual([asked?.reason, sent()], ['approval_required', []], `edited: ${isEdited}`)
    const byOwner = await resolveAs(bot, 'joan', { runId, resolution: { do: 'approve' } })
    assert.equal(byOwner.kind, 'not_allowed')
    await resolve('ada', { do: 'approve' })
    assert.deepEqual(sent(), [['/tell', { text: 'late' }]])
  }
})
