// Forms as Slack would bring them, rightly signed, that no window of ours offered, or that another person filled in.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'

const flow = `
workflow: refunds
title: Refunds
owner: "@joan"
channel: "#general"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string } }
rules: [{ rule: all, when: 'true', route: ask }]
routes: { ask: { review: { by: "@ada" }, outcome: achieved } }
`

/** So many at once that they are one card. */
const REVIEWS = 20

describe('a signed form', () => {
  let bot: Bot
  let ids: Map<string, string>
  const stop: (() => Promise<void>)[] = []

  before(async () => {
    bot = await startBot({ after: (clean) => void stop.unshift(clean) }, { mode: 'http' })
    const { people } = await bot.control.state()
    ids = new Map(people.map(({ handle, id }) => [handle, id]))
    await bot.publish({ refunds: flow })
    const all = Array.from({ length: REVIEWS }, (_, at) => bot.send('refunds', { order: `F-${at}` }))
    await Promise.all(all)
    await bot.untilIdle()
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  /** `view`: of the window that is sent. Resolves with the answer. */
  const submit = async (handle: string, view: { callback_id: string; about: object; values: object }) => {
    const { teamId } = await bot.app.db.prisma.workspace.findFirstOrThrow()
    const { callback_id, about, values } = view
    const payload = {
      type: 'view_submission',
      team: { id: teamId },
      user: { id: ids.get(handle), team_id: teamId },
      view: {
        id: 'V0SAME',
        hash: 'same',
        callback_id,
        private_metadata: JSON.stringify(about),
        state: { values },
      },
    }
    const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`
    const now = String(Math.floor(Date.now() / 1000))
    const hash = createHmac('sha256', bot.credentials.signingSecret).update(`v0:${now}:${body}`).digest('hex')
    const response = await fetch(`${bot.app.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': now,
        'x-slack-signature': `v0=${hash}`,
      },
      body,
    })
    return { status: response.status, text: await response.text() }
  }

  test('approves no storm: reviews are approved one by one, each looked at', async () => {
    const storm = await until(
      'the storm',
      async () => (await bot.app.db.prisma.card.findFirst({ where: { kind: 'storm' } })) ?? undefined,
    )
    const { status } = await submit('ada', {
      callback_id: 'storm_approve',
      about: { storm: storm.id },
      values: {},
    })
    assert.notEqual(status, 200)
    assert.equal(await bot.app.db.prisma.exception.count({ where: { state: 'open' } }), REVIEWS)
  })

  test('of one person is no repetition of another’s', async () => {
    const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { run: { subject: 'F-1' } } })
    const values = { text: { value: { type: 'plain_text_input', value: 'the same' } } }
    const note = { callback_id: 'note', about: { exceptionId: id }, values }
    assert.deepEqual(await submit('ada', note), { status: 200, text: '' })
    assert.match((await submit('alan', note)).text, /response_action/)
    assert.deepEqual(await submit('ada', note), { status: 200, text: '' })
    const noted = { target: id, action: 'exception.noted' }
    assert.equal(await bot.app.db.prisma.audit.count({ where: noted }), 1)
  })
})
