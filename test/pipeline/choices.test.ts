// Cases that a file hands to people: done, dismissed, or one of its own choices, on which the run goes on or ends.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { listAudit } from '../../src/db/audit/audit.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'

const flow = (url: string) => `
workflow: returns
owner: "@ada"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }, kind: { type: string }, amount: { type: number, missing: ignore } }
enrich:
  customer: { lookup: customers, key: record.order, missing: ask }
rules:
  - { rule: plain, when: 'record.kind == "plain"', route: plain }
  - { rule: late, when: 'record.kind == "late"', route: late }
  - { rule: vip, when: 'record.customer.tier == "gold" && record.customer.score > 3', route: direct }
  - { rule: rest, when: 'true', route: decide }
routes:
  plain: { exception: { reason: needs_judgement } }
  late: { exception: { reason: timed_out, text: "The evidence is late" } }
  direct:
    actions: [{ action: send, http: { url: "${url}/direct", json: { tier: "\${record.customer.tier}" } } }]
    outcome: achieved
  decide:
    exception:
      reason: needs_judgement
      text: "What do we do about \${record.order}?"
      choices:
        - label: Refund
          route: refund
          style: primary
          form:
            required: [refund_amount]
            properties:
              refund_amount: { type: number, title: Amount, minimum: 1 }
              reason: { enum: [damaged, late] }
        - { label: Store credit, route: credit }
        - { label: Keep it, outcome: ignored }
        - { label: Decline, outcome: declined, style: danger }
  refund:
    owner: "@grace"
    review: { by: "@grace", when: 'record.refund_amount > 100' }
    actions:
      - action: pay
        http: { url: "${url}/refunds", json: { amount: "\${record.refund_amount}", why: "\${has(record.reason) ? record.reason : 'none'}" } }
    outcome: achieved
  credit:
    exception: { reason: needs_judgement, text: "How much credit?" }
`

interface Started {
  bot: Bot
  target: Awaited<ReturnType<typeof startTarget>>
  held: (event: object) => Promise<string>
  resolve: (runId: string, resolution: Resolution, who?: string) => ReturnType<Bot['app']['resolve']>
  run: (runId: string) => Promise<NonNullable<Awaited<ReturnType<typeof readRun>>>>
}

async function start(t: TestContext): Promise<Started> {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
  await bot.publish({ returns: flow(target.url) })
  const { prisma } = bot.app.db
  await prisma.lookupTable.create({
    data: {
      name: 'customers',
      version: 1,
      keyColumn: 'order',
      rows: 1,
      asOf: new Date(),
      importedAt: new Date(),
      importedBy: 'test',
    },
  })
  for (const key of ['known', 'plain', 'late'])
    await prisma.lookupRow.create({
      data: { name: 'customers', version: 1, key, value: { tier: 'none', score: 0 } },
    })
  return {
    bot,
    target,
    held: async (event) => {
      const { body } = await bot.send('returns', event)
      await bot.untilIdle()
      return body.run
    },
    resolve: async (runId, resolution, who = 'ada') => {
      const { id } = await prisma.exception.findFirstOrThrow({ where: { runId, state: 'open' } })
      const person = await prisma.person.findFirstOrThrow({ where: { handle: who } })
      const actor = { id: person.id, surface: 'slack' } as const
      const answer = await bot.app.resolve({ exceptionId: id, actor, resolution })
      await bot.untilIdle()
      return answer
    },
    run: async (runId) => {
      const run = await readRun(prisma, runId)
      assert.ok(run)
      return run
    },
  }
}

test('a manual decision is marked done or dismissed, and never approved, rejected or retried', async (t) => {
  const { held, resolve, run, bot } = await start(t)
  for (const kind of ['plain', 'late']) {
    const done = await held({ order: kind, kind })
    for (const wrong of [{ do: 'approve' }, { do: 'retry' }, { do: 'decline', note: 'no' }] as const) {
      const refused = await resolve(done, wrong)
      assert.equal(refused.kind, 'not_applicable')
      assert.match('because' in refused ? refused.because : '', /You can: mark done or dismiss\.$/)
    }
    assert.equal((await resolve(done, { do: 'done', note: 'called them' })).kind, 'resolved')
    const ended = await run(done)
    assert.deepEqual(
      [ended.outcome?.kind, ended.outcome?.note, ended.exceptions[0]?.resolvedAs],
      ['achieved', 'called them', 'done'],
    )
  }
  const dismissed = await held({ order: 'plain', kind: 'plain' })
  assert.equal((await resolve(dismissed, { do: 'dismiss', note: ' ' })).kind, 'invalid')
  assert.equal((await resolve(dismissed, { do: 'dismiss', note: 'a test order' })).kind, 'resolved')
  const ended = await run(dismissed)
  assert.deepEqual([ended.outcome?.kind, ended.exceptions[0]?.resolvedAs], ['dismissed', 'dismissed'])
  assert.equal((await readLedger(bot.app.db.prisma)).unaccounted, 0)
})

test("a choice asks for its values, keeps them with who gave them, and its route's actions send them", async (t) => {
  const { held, resolve, run, target, bot } = await start(t)
  const id = await held({ order: 'known', kind: 'x' })
  const wrong = await resolve(id, {
    do: 'choose',
    choice: 'refund',
    inputs: { refund_amount: '0', other: '1' },
  })
  assert.deepEqual(wrong, {
    kind: 'invalid',
    problems: [
      { field: 'other', message: 'This choice asks for no "other".' },
      { field: 'refund_amount', message: 'Amount must be at least 1, and is 0' },
    ],
  })
  assert.equal((await resolve(id, { do: 'choose', choice: 'Refund' })).kind, 'invalid', 'it is required')
  const answer = await resolve(id, { do: 'choose', choice: 'refund', inputs: { refund_amount: '12.50' } })
  assert.deepEqual(answer, { kind: 'resolved', as: 'chosen', choice: 'Refund', runId: id })
  assert.deepEqual(
    target.requests.map(({ body }) => body),
    [{ amount: 12.5, why: 'none' }],
  )
  const ended = await run(id)
  assert.deepEqual([ended.outcome?.kind, ended.route, ended.outcome?.route], ['achieved', 'refund', 'refund'])
  assert.equal(ended.record?.fields['refund_amount'], 12.5)
  const ada = await bot.app.db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
  const { from, by } = (ended.record?.sources['refund_amount'] ?? {}) as { from?: string; by?: string }
  assert.deepEqual([from, by], ['choice', ada.id])
  const decision = ended.decisions.find(({ reason }) => reason === 'chosen')
  assert.deepEqual(decision?.changes, [{ field: 'refund_amount', before: null, after: 12.5 }])
  const audit = await listAudit(bot.app.db.prisma, { runId: id, most: 10 })
  const chosen = audit.find(({ action }) => action === 'exception.chosen')
  assert.equal(((chosen?.after ?? {}) as { choice?: string }).choice, 'Refund')
})

test('a choice ends a run with its outcome; one that leads to another decision asks again', async (t) => {
  const { held, resolve, run } = await start(t)
  const kept = await held({ order: 'known', kind: 'x' })
  const answer = await resolve(kept, { do: 'choose', choice: 2 })
  assert.equal(answer.kind === 'resolved' && answer.endedAs, 'ignored')
  const declined = await held({ order: 'known', kind: 'x' })
  await resolve(declined, { do: 'choose', choice: 'Decline' })
  assert.equal((await run(declined)).outcome?.kind, 'declined')
  const credit = await held({ order: 'known', kind: 'x' })
  await resolve(credit, { do: 'choose', choice: 'Store credit' })
  const asked = await run(credit)
  assert.deepEqual(
    asked.exceptions.map(({ state, detail }) => [state, detail]),
    [
      ['resolved', 'What do we do about known?'],
      ['open', 'How much credit?'],
    ],
  )
  await resolve(credit, { do: 'done' })
  assert.equal((await run(credit)).outcome?.kind, 'achieved')
})

test("the review of a choice's route still asks its approvers, about exactly what is sent", async (t) => {
  const { held, resolve, run, target } = await start(t)
  const id = await held({ order: 'known', kind: 'x' })
  await resolve(id, { do: 'choose', choice: 'Refund', inputs: { refund_amount: 500, reason: 'late' } })
  assert.deepEqual(target.requests, [])
  const review = (await run(id)).exceptions.at(-1)
  assert.deepEqual(
    [review?.reason, review?.state, review?.detail],
    ['approval_required', 'open', 'Refund → refund needs approval.'],
  )
  assert.equal((await resolve(id, { do: 'approve' })).kind, 'not_allowed', 'who chose is no approver')
  assert.equal((await resolve(id, { do: 'approve' }, 'grace')).kind, 'resolved')
  assert.deepEqual(
    target.requests.map(({ body }) => body),
    [{ amount: 500, why: 'late' }],
  )
  const ended = await run(id)
  assert.equal(ended.exceptions.length, 2, 'nobody was asked twice')
  assert.equal(ended.outcome?.kind, 'achieved')
})

test('of fifty people who choose at once one has effect, and the others are told what was chosen', async (t) => {
  const { held, bot, target } = await start(t)
  const runId = await held({ order: 'known', kind: 'x' })
  const { prisma } = bot.app.db
  const { id: exceptionId } = await prisma.exception.findFirstOrThrow({ where: { runId, state: 'open' } })
  const ada = await prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
  const actor = { id: ada.id, surface: 'slack' } as const
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      bot.app.resolve({
        exceptionId,
        actor,
        resolution:
          at % 2
            ? { do: 'choose', choice: 'Keep it' }
            : { do: 'choose', choice: 0, inputs: { refund_amount: 9 } },
      }),
    ),
  )
  await bot.untilIdle()
  const won = answers.filter((answer) => answer.kind === 'resolved')
  assert.equal(won.length, 1)
  const lost = answers.filter((answer) => answer.kind === 'already_resolved')
  assert.equal(lost.length, 49)
  assert.ok(lost.every(({ choice }) => choice === won[0]?.choice))
  assert.equal(target.requests.length, won[0]?.choice === 'Refund' ? 1 : 0)
})

test('a value that a lookup did not find is filled in, in its own type, and the rules run with it', async (t) => {
  const { held, resolve, run, target } = await start(t)
  const id = await held({ order: 'unknown', kind: 'x' })
  const before = await run(id)
  assert.equal(before.exceptions[0]?.reason, 'lookup_failed')
  const { lookups = [] } = (before.exceptions[0]?.data ?? {}) as { lookups?: { reads: string[] }[] }
  assert.deepEqual(lookups[0]?.reads.toSorted(), ['score', 'tier'])
  const empty = await resolve(id, { do: 'fix', corrections: { customer: {} } })
  assert.equal(empty.kind, 'invalid')
  const customer = { tier: 'gold', score: 7 }
  assert.equal((await resolve(id, { do: 'fix', corrections: { customer } })).kind, 'resolved')
  assert.deepEqual(
    target.requests.map(({ body }) => body),
    [{ tier: 'gold' }],
  )
  const ended = await run(id)
  assert.deepEqual([ended.outcome?.kind, ended.decisions.at(-1)?.rule], ['achieved', 'vip'])
  assert.deepEqual(ended.record?.sources['customer'], { from: 'correction' })
  const fixed = ended.decisions.find(({ reason }) => reason === 'fixed')
  assert.deepEqual(fixed?.changes, [{ field: 'customer', before: null, after: customer }])
})

test('what failed here and was done elsewhere is marked done: achieved, and nothing more is sent', async (t) => {
  const { held, resolve, run, target } = await start(t)
  const id = await held({ order: 'known', kind: 'x' })
  target.answerWith(422)
  await resolve(id, { do: 'choose', choice: 'Refund', inputs: { refund_amount: 9 } })
  const failed = (await run(id)).exceptions.at(-1)
  assert.deepEqual([failed?.reason, failed?.ownerLabel], ['action_refused', '@grace'])
  assert.equal((await resolve(id, { do: 'done', note: 'paid in the shop' }, 'grace')).kind, 'resolved')
  assert.equal((await run(id)).outcome?.kind, 'achieved')
  assert.equal(target.requests.length, 1)
})
