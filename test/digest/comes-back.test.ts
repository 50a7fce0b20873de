// What was resolved and came back was not resolved: the card says so, the SLA goes on, and the digest counts one case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { counterFaults } from '../../src/db/digest/ledger.ts'
import { windowOf } from '../../src/domain/digest/digest-window.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const flow = (target: string) => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
sla: { respond: 1h }
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields: { id: { type: string, from: event.id } }
rules: [{ rule: all, when: 'true', route: go }]
routes:
  go:
    actions: [{ action: pay, http: { url: "${target}/pay" }, retry: { attempts: 1 } }]
    outcome: achieved
`
const actor = { id: 'cli:ops-lead', surface: 'cli' } as const

test('retried and failed again: nothing is resolved, the same case goes on with its due time', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { prisma } = bot.app.db
  await bot.publish({ orders: flow(target.url) })
  const figures = async () =>
    (await readDigestFigures(bot.app.db, windowOf(new Date(), 'UTC'), new Date())).now
  const openOnes = () => prisma.exception.findMany({ where: { state: 'open' }, orderBy: { openedAt: 'asc' } })
  const retryAll = async () => {
    for (const { id } of await openOnes())
      assert.equal(
        (await bot.app.resolve({ exceptionId: id, actor, resolution: { do: 'retry' } })).kind,
        'resolved',
      )
    await bot.untilIdle()
  }
  target.answerWith(...Array.from({ length: 5 }, () => 422))
  for (let n = 0; n < 5; n += 1) await bot.send('orders', { id: `o-${n}` })
  await bot.untilIdle()
  const first = await openOnes()
  assert.equal(first.length, 5)

  // Failing in another way is failing again.
  target.answerWith(422, 500, 422, 422, 200)
  await retryAll()
  const again = await openOnes()
  const firstOf = new Map(first.map((one) => [one.runId, one]))
  assert.equal(again.length, 4)
  for (const one of again) {
    const before = firstOf.get(one.runId)
    assert.equal(one.reopens, before?.id)
    assert.deepEqual(one.dueAt, before?.dueAt)
    assert.deepEqual(one.caseOpenedAt, before?.openedAt)
    assert.deepEqual(one.ownerSince, before?.ownerSince)
  }
  const { accepted, automated, erred, ended, open, opened, reopened, resolved, slaDue, slaMet } =
    await figures()
  assert.deepEqual(
    { accepted, automated, erred, ended, open, opened, reopened, resolved, slaDue, slaMet },
    {
      accepted: 5,
      automated: 0,
      erred: 5,
      ended: 1,
      open: 4,
      opened: 5,
      reopened: 4,
      resolved: 1,
      slaDue: 1,
      slaMet: 1,
    },
  )
  await until('cards that say so', async () => {
    const { messages } = await bot.control.messages({ channel: '#ops-exceptions', limit: 100 })
    const texts = messages.map(({ blocks }) => JSON.stringify(blocks))
    const together = texts.map((text) => Number(/\*(\d) of \d\* failed again/.exec(text)?.[1] ?? 0))
    const alone = texts.filter((text) => /\*Reopened:\* resolved by .* and it came back/.test(text))
    return together.reduce((sum, n) => sum + n, alone.length) === 4
  })

  await retryAll()
  const done = await figures()
  assert.deepEqual(
    {
      erred: done.erred,
      ended: done.ended,
      opened: done.opened,
      reopened: done.reopened,
      resolved: done.resolved,
    },
    { erred: 5, ended: 5, opened: 5, reopened: 4, resolved: 5 },
  )
  assert.deepEqual(await counterFaults(bot.app.db.prisma, 10), [])
})
