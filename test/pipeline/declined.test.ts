// What happens when an approver declines, and when nobody acts in time: the file says where the run goes on, or how it ends.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { expireExceptions } from '../../src/pipeline/exception/expire.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const flow = (url: string) => `
workflow: refunds
owner: "@ada"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }, kind: { type: string } }
rules:
  - { rule: ask, when: 'record.kind == "ask"', route: ask }
  - { rule: quiet, when: 'record.kind == "quiet"', route: quiet }
  - { rule: rest, when: 'true', route: refund }
routes:
  refund:
    review: { by: "@grace" }
    declined: { route: sorry }
    timeout: { after: 3d, route: chase }
    actions: [{ action: pay, http: { url: "${url}/refunds", json: { order: "\${record.order}" } } }]
    outcome: achieved
  sorry:
    actions: [{ action: tell, http: { url: "${url}/sorry", json: { order: "\${record.order}" } } }]
    outcome: declined
  chase: { owner: "@alan", exception: { reason: needs_judgement, text: "Nobody looked at \${record.order}" } }
  quiet:
    review: { by: "@grace" }
    declined: { outcome: ignored }
    actions: [{ action: pay, http: { url: "${url}/refunds" } }]
    outcome: achieved
  ask:
    exception: { reason: needs_judgement }
    timeout: { after: 1d, outcome: dismissed }
`

async function start(t: TestContext) {
  const target = await startTarget(t)
  let aheadMs = 0
  const clock = () => new Date(Date.now() + aheadMs)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' }, clock })
  await bot.publish({ refunds: flow(target.url) })
  const { prisma } = bot.app.db
  const deps = { ...bot.app, clock, cardsChanged: () => {}, log: pino({ level: 'silent' }) }
  return {
    bot,
    target,
    later: (days: number) => {
      aheadMs += days * 86_400_000
    },
    look: () => expireExceptions(deps),
    held: async (kind: string) => {
      const { body } = await bot.send('refunds', { order: `${kind}-1`, kind })
      await bot.untilIdle()
      return body.run
    },
    resolve: async (runId: string, who: string, resolution: Resolution) => {
      const { id } = await prisma.exception.findFirstOrThrow({ where: { runId, state: 'open' } })
      const person = await prisma.person.findFirstOrThrow({ where: { handle: who } })
      const actor = { id: person.id, surface: 'slack' } as const
      const answer = await bot.app.resolve({ exceptionId: id, actor, resolution })
      await bot.untilIdle()
      return answer.kind
    },
    run: async (runId: string) => {
      const run = await readRun(prisma, runId)
      assert.ok(run)
      return run
    },
  }
}

test('a declined approval goes on along the route that its file names, or ends as it says', async (t) => {
  const { held, resolve, run, target, bot } = await start(t)
  const declined = await held('refund')
  assert.equal(await resolve(declined, 'grace', { do: 'decline', note: 'not ours' }), 'resolved')
  assert.deepEqual(
    target.requests.map(({ path, body }) => [path, body]),
    [['/sorry', { order: 'refund-1' }]],
  )
  const ended = await run(declined)
  assert.deepEqual(
    [
      ended.outcome?.kind,
      ended.outcome?.route,
      ended.exceptions[0]?.resolvedAs,
      ended.exceptions[0]?.resolvedNote,
    ],
    ['declined', 'sorry', 'declined', 'not ours'],
  )
  const quiet = await held('quiet')
  assert.equal(await resolve(quiet, 'grace', { do: 'decline', note: 'no' }), 'resolved')
  assert.equal((await run(quiet)).outcome?.kind, 'ignored')
  assert.equal(target.requests.length, 1)
  assert.equal((await readLedger(bot.app.db.prisma)).unaccounted, 0)
})

test('what nobody acts on within its timeout goes on once, however many look, and not before', async (t) => {
  const { held, resolve, run, look, later, target } = await start(t)
  const [asked, review] = [await held('ask'), await held('refund')]
  later(0.9)
  assert.equal(await look(), 0)
  later(0.2)
  const looks = await Promise.all([look(), look(), look()])
  assert.equal(
    looks.reduce((a, b) => a + b),
    1,
  )
  const dismissed = await run(asked)
  assert.deepEqual(
    [dismissed.outcome?.kind, dismissed.outcome?.note, dismissed.exceptions[0]?.resolvedAs],
    ['dismissed', 'Nobody acted within 1d.', 'expired'],
  )
  later(2)
  assert.equal(await look(), 1)
  const chased = await run(review)
  assert.deepEqual(
    chased.exceptions.map(({ reason, state, ownerLabel }) => [reason, state, ownerLabel]),
    [
      ['approval_required', 'resolved', '@ada'],
      ['needs_judgement', 'open', '@alan'],
    ],
  )
  assert.equal(chased.route, 'chase')
  assert.equal(await look(), 0)
  assert.equal(await resolve(review, 'alan', { do: 'done' }), 'resolved')
  assert.deepEqual(target.requests, [])
})

test('a person who acts and a timeout that is over: one of them moves the run', async (t) => {
  const { held, resolve, run, look, later, target } = await start(t)
  const id = await held('refund')
  later(4)
  const [, answer] = await Promise.all([look(), resolve(id, 'grace', { do: 'approve' })])
  const { exceptions, outcome } = await run(id)
  const isApproved = answer === 'resolved'
  assert.equal(exceptions[0]?.resolvedAs, isApproved ? 'approved' : 'expired')
  assert.equal(outcome?.kind, isApproved ? 'achieved' : undefined)
  assert.equal(target.requests.length, isApproved ? 1 : 0)
})
