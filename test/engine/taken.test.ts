// Who acts on a run has it alone, however slow the other side is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { letRunWait, takeRunToAct } from '../../src/db/runs.ts'
import { TAKEN_MS } from '../../src/pipeline/act/after-fault.ts'
import { whileTaken } from '../../src/pipeline/act/while-taken.ts'
import { startBot } from '../bot.ts'

const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { actions: [{ action: tell, emit: { workflow: orders, event: {} } }], outcome: achieved } }
`

test('a run stays taken while it is acted on, past any lease; once let go it is free', async (t) => {
  let now = new Date()
  // Without a worker: the run is ours alone to take.
  const bot = await startBot(t, { clock: () => now, roles: ['web'] })
  await bot.publish({ orders: flow })
  const { prisma } = bot.app.db
  const { body } = await bot.send('orders', {})
  await prisma.record.create({ data: { runId: body.run, fields: {}, sources: {}, updatedAt: now } })
  await prisma.run.update({ where: { id: body.run }, data: { stage: 'act', route: 'go' } })
  const take = () => takeRunToAct(prisma, body.run, now, new Date(now.getTime() + TAKEN_MS))
  const takenUntil = async () =>
    (await prisma.run.findUniqueOrThrow({ where: { id: body.run } })).takenUntil?.getTime()
  const untilKept = async () => {
    while ((await takenUntil()) !== now.getTime() + TAKEN_MS) await new Promise(setImmediate)
  }
  assert.ok(await take())
  const deps = { db: bot.app.db, clock: () => now, log: { warn: assert.fail } as never }
  await whileTaken(
    deps,
    body.run,
    async () => {
      for (let minute = 0; minute < 3; minute += 1) {
        now = new Date(now.getTime() + TAKEN_MS - 1)
        await untilKept()
      }
      assert.equal(await take(), undefined)
      await letRunWait(prisma, body.run, now)
      now = new Date(now.getTime() + TAKEN_MS)
    },
    5,
  )
  assert.equal(await takenUntil(), undefined)
  assert.ok(await take())
})
