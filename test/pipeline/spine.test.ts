// The way of an event, end to end: real database, real queue, real Bolt and Web API over the wire.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { countLedger, readLedger, counterFaults } from '../../src/db/digest/ledger.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const orders = (target: string) => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger:
  webhook: { verify: { scheme: none }, id: event.id }
  command: { hint: "id=<id>" }
subject: event.id
fields:
  id: { type: string, minLength: 1, from: event.id }
  amount: { type: number, minimum: 0, from: event.amount }
rules:
  - { rule: small, when: 'record.amount < 100.0', route: pay }
  - { rule: large, when: 'record.amount < 1000.0', route: ask }
  - { rule: rest, when: 'true', route: look }
routes:
  pay: { actions: [{ action: pay, http: { url: "${target}/pay", json: { id: "\${record.id}" } }, retry: { attempts: 2, first: 1s } }], outcome: achieved }
  ask: { owner: "@support", review: { by: role:leads }, actions: [{ action: pay, http: { url: "${target}/pay", json: { id: "\${record.id}" } } }], outcome: achieved }
  look: { exception: { reason: needs_judgement, text: "Order \${record.id} is very large" } }
`
const standards = `
channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }
roles: { leads: ["@ada", "@grace"] }
`

async function start(t: { after(clean: () => Promise<void>): void }) {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
  await bot.publish({ orders: orders(target.url) }, standards)
  return { bot, target }
}

const runOf = (bot: Bot, id: string) =>
  bot.app.db.prisma.run.findUniqueOrThrow({
    where: { id },
    include: { outcome: true, exceptions: true, attempts: true, record: true, decisions: true },
  })
const openOf = async (bot: Bot, run: string) => {
  const exception = (await runOf(bot, run)).exceptions.find(({ state }) => state === 'open')
  assert.ok(exception, `run ${run} has no open exception`)
  return exception
}
const idOf = async (bot: Bot, handle: string) =>
  (await bot.app.db.prisma.person.findFirstOrThrow({ where: { handle } })).id

describe('from event to outcome', () => {
  test('an event flows through its rule and action to its outcome, and everything is kept', async (t) => {
    const { bot, target } = await start(t)
    const { status, body } = await bot.send('orders', { id: 'o-1', amount: 20 })
    assert.equal(status, 202)
    assert.equal(body.duplicate, false)
    await bot.untilIdle()
    const run = await runOf(bot, body.run)
    assert.equal(run.outcome?.kind, 'achieved')
    assert.equal(run.decisions[0]?.rule, 'small')
    assert.deepEqual(run.record?.fields, { id: 'o-1', amount: 20 })
    assert.deepEqual(
      target.requests.map(({ path, body: sent, headers }) => [path, sent, headers['idempotency-key']]),
      [['/pay', { id: 'o-1' }, `${body.run}.pay.pay`]],
    )
  })

  test('the same event again answers with the first run, does nothing, and is counted', async (t) => {
    const { bot, target } = await start(t)
    const first = await bot.send('orders', { id: 'o-1', amount: 20 })
    const again = await bot.send('orders', { id: 'o-1', amount: 20 })
    assert.deepEqual([again.status, again.body], [200, { ...first.body, duplicate: true }])
    const burst = await Promise.all(
      Array.from({ length: 20 }, () => bot.send('orders', { id: 'o-2', amount: 20 })),
    )
    assert.equal(burst.filter(({ status }) => status === 202).length, 1)
    assert.equal(new Set(burst.map(({ body }) => body.run)).size, 1)
    await bot.untilIdle()
    assert.equal(target.requests.length, 2)
    assert.equal((await readLedger(bot.app.db.prisma)).duplicates, 20)
  })

  test('what lacks a field is accepted, held, and goes on once it is fixed; the event stays as it was', async (t) => {
    const { bot } = await start(t)
    const sent = '{"id":"o-3",  "amount":"a lot"}'
    const { status, body } = await bot.send('orders', sent)
    assert.equal(status, 202)
    await bot.untilIdle()
    const exception = await openOf(bot, body.run)
    assert.equal(exception.reason, 'invalid_field')
    const actor = { id: await idOf(bot, 'ops-lead'), surface: 'slack' as const }
    const wrong = await bot.app.resolve({
      exceptionId: exception.id,
      actor,
      resolution: { do: 'fix', corrections: { amount: 'still a lot' } },
    })
    assert.equal(wrong.kind, 'invalid')
    const right = await bot.app.resolve({
      exceptionId: exception.id,
      actor,
      resolution: { do: 'fix', corrections: { amount: 12 } },
    })
    assert.equal(right.kind, 'resolved')
    await bot.untilIdle()
    const run = await runOf(bot, body.run)
    assert.equal(run.outcome?.kind, 'achieved')
    assert.equal(run.outcome?.manualSteps, 1)
    const event = await bot.app.db.prisma.event.findUniqueOrThrow({ where: { id: body.event } })
    assert.equal(Buffer.from(event.body).toString(), sent)
  })

  test('a review waits for somebody who may approve; of fifty presses one has effect', async (t) => {
    const { bot, target } = await start(t)
    const { body } = await bot.send('orders', { id: 'o-4', amount: 500 })
    await bot.untilIdle()
    const { id: exceptionId, reason } = await openOf(bot, body.run)
    assert.equal(reason, 'approval_required')
    const press = async (handle: string) =>
      bot.app.resolve({
        exceptionId,
        actor: { id: await idOf(bot, handle), surface: 'slack' },
        resolution: { do: 'approve' },
      })
    assert.deepEqual(await press('alan'), { kind: 'not_allowed', who: 'role:leads' })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => press(i % 2 ? 'ada' : 'grace')))
    assert.equal(answers.filter(({ kind }) => kind === 'resolved').length, 1)
    assert.equal(answers.filter(({ kind }) => kind === 'already_resolved').length, 49)
    await bot.untilIdle()
    assert.equal(target.requests.length, 1)
    assert.equal((await runOf(bot, body.run)).outcome?.kind, 'achieved')
  })

  test('an action that fails is tried again with the same key, then held; retry goes on from it', async (t) => {
    const { bot, target } = await start(t)
    target.answerWith(503, 503)
    const { body } = await bot.send('orders', { id: 'o-5', amount: 5 })
    await bot.untilIdle()
    const exception = await openOf(bot, body.run)
    assert.equal(exception.reason, 'action_failed')
    const actor = { id: await idOf(bot, 'ops-lead'), surface: 'slack' as const }
    assert.equal(
      (await bot.app.resolve({ exceptionId: exception.id, actor, resolution: { do: 'retry' } })).kind,
      'resolved',
    )
    await bot.untilIdle()
    const run = await runOf(bot, body.run)
    assert.equal(run.outcome?.kind, 'achieved')
    assert.deepEqual(run.attempts.map(({ state }) => state).toSorted(), ['done', 'failed', 'failed'])
    assert.equal(new Set(target.requests.map(({ headers }) => headers['idempotency-key'])).size, 1)
  })

  test('a refusal is not tried again; dismissing needs a reason and ends the run', async (t) => {
    const { bot, target } = await start(t)
    target.answerWith(422)
    const { body } = await bot.send('orders', { id: 'o-6', amount: 5 })
    await bot.untilIdle()
    const exception = await openOf(bot, body.run)
    assert.equal(exception.reason, 'action_refused')
    assert.equal(target.requests.length, 1)
    const actor = { id: await idOf(bot, 'ops-lead'), surface: 'slack' as const }
    const dismiss = (note: string) =>
      bot.app.resolve({ exceptionId: exception.id, actor, resolution: { do: 'dismiss', note } })
    assert.equal((await dismiss('  ')).kind, 'invalid')
    assert.equal((await dismiss('paid by hand')).kind, 'resolved')
    const run = await runOf(bot, body.run)
    assert.deepEqual([run.outcome?.kind, run.outcome?.note], ['dismissed', 'paid by hand'])
  })

  test('the law holds at every moment, and the counters say what the rows tell', async (t) => {
    const { bot } = await start(t)
    const sending = Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        bot.send('orders', { id: `many-${i % 100}`, amount: [20, 500, 5000, 'x'][i % 4] }),
      ),
    )
    for (let look = 0; look < 20; look += 1)
      assert.equal((await readLedger(bot.app.db.prisma)).unaccounted, 0)
    await sending
    await bot.untilIdle()
    const ledger = await readLedger(bot.app.db.prisma)
    assert.deepEqual(ledger, await countLedger(bot.app.db.prisma))
    assert.deepEqual([ledger.accepted, ledger.duplicates, ledger.outcomes, ledger.open], [100, 20, 25, 75])
    const actor = { id: 'cli:ops-lead', surface: 'cli' } as const
    const open = await bot.app.db.prisma.exception.findMany({ where: { state: 'open' }, take: 20 })
    for (const { id } of open)
      await bot.app.resolve({ exceptionId: id, actor, resolution: { do: 'dismiss', note: 'enough' } })
    assert.deepEqual(await counterFaults(bot.app.db.prisma, 5), [])
    assert.ok((await readLedger(bot.app.db.prisma)).outcomes > 25, 'some were theirs to dismiss')
  })

  test('a secret goes to the target and nowhere else: what is kept shows its name', async (t) => {
    const target = await startTarget(t)
    const bot = await startBot(t, {
      env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1', SHOP_KEY: 'a key that nobody else may see' },
    })
    const guarded = orders(target.url).replace(
      'json: { id: "${record.id}" }',
      'json: { id: "${record.id}", key: "${secret.SHOP_KEY}" }',
    )
    await bot.publish({ orders: guarded }, standards)
    const { body } = await bot.send('orders', { id: 'o-7', amount: 5 })
    await bot.untilIdle()
    assert.deepEqual(target.requests[0]?.body, { id: 'o-7', key: 'a key that nobody else may see' })
    const { attempts } = await runOf(bot, body.run)
    assert.doesNotMatch(JSON.stringify(attempts), /nobody else may see/)
    assert.match(JSON.stringify(attempts), /\[secret\.SHOP_KEY\]/)
  })
})
