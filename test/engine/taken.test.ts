// Who acts on a run has it alone, however slow the other side is.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { App } from '../../src/app.ts'
import { keepRunsTaken, type Move, moveRuns, TAKEN_MS, takeRunsToAct } from '../../src/db/runs/runs-to-act.ts'
import { FaultError } from '../../src/domain/fault.ts'
import { makeActing } from '../../src/pipeline/act/acting.ts'
import type { Perform, Performed } from '../../src/pipeline/act/perform.ts'
import { startBot } from '../bot.ts'

const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
rules: [{ rule: all, when: 'true', route: go }]
routes:
  go:
    actions:
      - { action: reserve, emit: { workflow: orders, event: {} } }
      - { action: charge, emit: { workflow: orders, event: {} } }
    outcome: achieved
`

/** A run that waits for its actions, of a bot without a worker: it is ours alone to take. */
async function runToTake(t: TestContext, clock: () => Date) {
  const bot = await startBot(t, { clock, roles: ['web'] })
  await bot.publish({ orders: flow })
  const { db } = bot.app
  const { prisma } = db
  const { body } = await bot.send('orders', {})
  await prisma.record.create({ data: { runId: body.run, fields: {}, sources: {}, updatedAt: clock() } })
  await prisma.run.update({ where: { id: body.run }, data: { stage: 'act', route: 'go' } })
  const take = async () =>
    (await takeRunsToAct(prisma, [body.run], clock(), new Date(clock().getTime() + TAKEN_MS)))[0]
  const row = () => prisma.run.findUniqueOrThrow({ where: { id: body.run } })
  return { app: bot.app, id: body.run, db, prisma, take, row }
}

/** Acts on the run as a worker of its own does, until nothing is in hand. */
async function actAs({ app, id, clock }: { app: App; id: string; clock: () => Date }, perform: Perform) {
  const { db, queue, catalog, pauses } = app
  const acting = makeActing(
    {
      db,
      queue,
      catalog,
      pauses,
      perform,
      random: () => 0,
      secret: () => undefined,
      clock,
      cardsChanged: () => {},
      log: { warn: assert.fail, error: assert.fail } as never,
    },
    5,
  )
  await acting.take([id])
  await acting.idle()
}

const notNow = new FaultError('target_busy', 'later', { retry: { afterMs: 1000 }, called: false })

test('a run stays taken while it is acted on, past any lease; once let go it is free', async (t) => {
  let now = new Date()
  const { app, id, take, row } = await runToTake(t, () => now)
  const takenUntil = async () => (await row()).takenUntil?.getTime()
  await actAs({ app, id, clock: () => now }, async ({ name }) => {
    if (name === 'charge') throw notNow
    for (let minute = 0; minute < 3; minute += 1) {
      now = new Date(now.getTime() + TAKEN_MS - 1)
      while ((await takenUntil()) !== now.getTime() + TAKEN_MS) await new Promise(setImmediate)
    }
    assert.equal(await take(), undefined)
    return {}
  })
  assert.equal(await takenUntil(), undefined)
  assert.equal((await row()).step, 1)
  assert.ok(await take())
})

test('what keeps a run taken and arrives late does not shorten what came after it', async (t) => {
  const now = new Date()
  const { prisma, take, row } = await runToTake(t, () => now)
  const taken = await take()
  assert.ok(taken)
  const until = new Date(now.getTime() + 2 * TAKEN_MS)
  await keepRunsTaken(prisma, [taken], until)
  await keepRunsTaken(prisma, [taken], new Date(now.getTime() - 1))
  assert.deepEqual((await row()).takenUntil, until)
  assert.equal(await take(), undefined)
})

test('a worker that had seemed gone moves nothing any more: the run is with whoever took it over', async (t) => {
  let now = new Date()
  const { prisma, take, row } = await runToTake(t, () => now)
  const late = await take()
  now = new Date(now.getTime() + TAKEN_MS + 1)
  const taken = await take()
  assert.ok(late && taken)
  const before = await row()
  const moves = async (by: Move) => (await moveRuns(prisma, [by])).has(by.id)
  const advance = { state: 'in_flight', step: 1, circuitWaits: 0, takenUntil: now, leaseUntil: now } as const
  const hold = { state: 'held', circuitWaits: 0 } as const
  assert.equal(await moves({ ...late, ...advance }), false)
  assert.equal(await moves({ ...late, state: 'in_flight', circuitWaits: 0, leaseUntil: now }), false)
  assert.equal(await moves({ ...late, ...hold }), false)
  await keepRunsTaken(prisma, [late], now)
  assert.deepEqual(await row(), before)
  assert.equal(await moves({ ...taken, ...advance }), true)
  assert.equal(await moves({ ...taken, ...hold }), true)
  assert.equal(await moves({ ...taken, ...advance }), false, 'a person is asked: nobody goes on')
})

test('what a worker that had seemed gone is answered is kept; its next action is left to whoever took the run over', async (t) => {
  let now = new Date()
  const { app, id } = await runToTake(t, () => now)
  const { prisma } = app.db
  const done: string[] = []
  const act = (perform: Perform) => actAs({ app, id, clock: () => now }, perform)
  const called = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Performed>()
  const late = act(({ name }) => {
    done.push(`late ${name}`)
    called.resolve()
    return answer.promise
  })
  await called.promise
  now = new Date(now.getTime() + TAKEN_MS + 1)
  await act(async ({ name }) => {
    done.push(`next ${name}`)
    throw new FaultError('http_400', 'no', { retry: 'never', status: 400 })
  })
  answer.resolve({ status: 200, answer: 'done' })
  await late
  assert.deepEqual(done, ['late reserve', 'next reserve'])
  const { state, step, attempts } = await prisma.run.findUniqueOrThrow({
    where: { id },
    include: { attempts: { orderBy: { number: 'asc' } } },
  })
  assert.deepEqual([state, step], ['held', 0])
  assert.deepEqual(
    attempts.map((attempt) => [attempt.state, attempt.status]),
    [
      ['done', 200],
      ['refused', 400],
    ],
  )
})
