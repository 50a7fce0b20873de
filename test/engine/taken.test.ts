// Who acts on a run has it alone, however slow the other side is.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { advanceRun, holdRun, keepRunTaken, letRunWait, takeRunToAct } from '../../src/db/runs.ts'
import { FaultError } from '../../src/domain/fault.ts'
import { actOnRun } from '../../src/pipeline/act/act.ts'
import { TAKEN_MS } from '../../src/pipeline/act/after-fault.ts'
import type { Perform, Performed } from '../../src/pipeline/act/perform.ts'
import { whileTaken } from '../../src/pipeline/act/while-taken.ts'
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
  const take = () => takeRunToAct(prisma, body.run, clock(), new Date(clock().getTime() + TAKEN_MS))
  const row = () => prisma.run.findUniqueOrThrow({ where: { id: body.run } })
  return { app: bot.app, id: body.run, db, prisma, take, row }
}

test('a run stays taken while it is acted on, past any lease; once let go it is free', async (t) => {
  let now = new Date()
  const { db, prisma, take, row } = await runToTake(t, () => now)
  const takenUntil = async () => (await row()).takenUntil?.getTime()
  const untilKept = async () => {
    while ((await takenUntil()) !== now.getTime() + TAKEN_MS) await new Promise(setImmediate)
  }
  const taken = await take()
  assert.ok(taken)
  const deps = { db, clock: () => now, log: { warn: assert.fail } as never }
  await whileTaken(
    deps,
    taken,
    async () => {
      for (let minute = 0; minute < 3; minute += 1) {
        now = new Date(now.getTime() + TAKEN_MS - 1)
        await untilKept()
      }
      assert.equal(await take(), undefined)
      assert.equal(await letRunWait(prisma, taken, now), true)
      now = new Date(now.getTime() + TAKEN_MS)
    },
    5,
  )
  assert.equal(await takenUntil(), undefined)
  assert.ok(await take())
})

test('what keeps a run taken and arrives late does not shorten what came after it', async (t) => {
  const now = new Date()
  const { prisma, take, row } = await runToTake(t, () => now)
  const taken = await take()
  assert.ok(taken)
  const until = new Date(now.getTime() + 2 * TAKEN_MS)
  await keepRunTaken(prisma, taken, until)
  await keepRunTaken(prisma, taken, new Date(now.getTime() - 1))
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
  assert.equal(await advanceRun(prisma, late, 1, now), false)
  assert.equal(await letRunWait(prisma, late, now), false)
  assert.equal(await holdRun(prisma, late), false)
  await keepRunTaken(prisma, late, now)
  assert.deepEqual(await row(), before)
  assert.equal(await advanceRun(prisma, taken, 1, now), true)
  assert.equal(await holdRun(prisma, taken), true)
  assert.equal(await advanceRun(prisma, taken, 2, now), false, 'a person is asked: nobody goes on')
})

test('what a worker that had seemed gone is answered is kept; its next action is left to whoever took the run over', async (t) => {
  let now = new Date()
  const { app, id } = await runToTake(t, () => now)
  const { db, queue, catalog, pauses } = app
  const done: string[] = []
  const actAs = (perform: Perform) =>
    actOnRun(
      {
        db,
        queue,
        catalog,
        pauses,
        perform,
        random: () => 0,
        secret: () => undefined,
        clock: () => now,
        cardsChanged: () => {},
        log: { warn: () => {} } as never,
      },
      id,
    )
  const called = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Performed>()
  const late = actAs(({ name }) => {
    done.push(`late ${name}`)
    called.resolve()
    return answer.promise
  })
  await called.promise
  now = new Date(now.getTime() + TAKEN_MS + 1)
  await actAs(async ({ name }) => {
    done.push(`next ${name}`)
    throw new FaultError('http_400', 'no', { retry: 'never', status: 400 })
  })
  answer.resolve({ status: 200, answer: 'done' })
  await late
  assert.deepEqual(done, ['late reserve', 'next reserve'])
  const { state, step, attempts } = await db.prisma.run.findUniqueOrThrow({
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
