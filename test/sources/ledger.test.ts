// The law of deliveries over random histories: every delivery is taken or ignored, and started a run for each workflow that
// wanted it, once, however often and in whatever company it came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countDeliveries } from '../../src/db/digest/delivery-ledger.ts'
import { countLedger, counterFaults, readLedger } from '../../src/db/digest/ledger.ts'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { testDatabase } from '../database.ts'
import { SECRET, sendTo, standards, taker } from './sources.ts'

const EVENTS = 60
const wants: Record<string, (n: number) => boolean> = {
  odd: (n) => n % 2 === 1,
  third: (n) => n % 3 === 0,
  large: (n) => n > 50,
  never: () => false,
  fifth: (n) => n % 5 === 0,
}
const whens: Record<string, string> = {
  odd: 'int(event.n) % 2 == 1',
  third: 'int(event.n) % 3 == 0',
  large: 'event.n > 50',
  never: 'event.n < 0',
  fifth: 'int(event.n) % 5 == 0',
}

/** The same numbers each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1103515245 + 12345) % 2147483648
    yield state
  }
}

test('deliveries = taken + ignored, and their runs are those that were wanted', async (t) => {
  const database = await testDatabase()
  const bot = await startBot(t, { env: { HOOK: SECRET }, database })
  const { prisma } = bot.app.db
  const flows = Object.entries(whens).map(([key, when]) => [
    key,
    taker(key, `source: batches, when: '${when}'`),
  ])
  await bot.publish(Object.fromEntries(flows), standards())
  const random = numbers(7)
  const next = (most: number) => random.next().value % most
  const sent = new Set<number>()
  for (let round = 0; round < 12; round += 1)
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const events = Array.from({ length: 1 + next(9) }, () => {
          const n = next(EVENTS)
          sent.add(n)
          return { id: `e${n}`, n, type: n % 7 === 0 ? 'seventh' : 'other' }
        })
        const { status } = await sendTo(bot, '/in/batches', { events })
        assert.ok(status === 202 || status === 200)
      }),
    )
  await bot.untilIdle()
  const started = [...sent].flatMap((n) => Object.values(wants).filter((one) => one(n)))
  const ignored = [...sent].filter((n) => !Object.values(wants).some((one) => one(n)))
  const ledger = await countDeliveries(prisma)
  assert.deepEqual(
    [ledger.deliveries, ledger.taken, ledger.ignored, ledger.runs, ledger.unaccounted],
    [sent.size, sent.size - ignored.length, ignored.length, started.length, 0],
  )
  const { accepted, unaccounted } = await readLedger(prisma)
  assert.deepEqual([accepted, unaccounted], [started.length, 0])
  assert.deepEqual(await countLedger(prisma), await readLedger(prisma))
  assert.deepEqual(await counterFaults(prisma, 5), [])
  const told = await signalbox(bot.env, 'ledger', '--verify')
  assert.equal(told.code, 0)
  assert.match(
    told.stdout,
    new RegExp(`Deliveries of sources +${sent.size} = ${ledger.taken} taken \\+ ${ignored.length} ignored`),
  )

  // A run that is missing does not go unnoticed.
  const event = await prisma.event.findFirstOrThrow({ where: { deliveryId: { not: null } } })
  await prisma.$transaction([
    prisma.$executeRaw`SELECT set_config('signalbox.erasing', 'on', true)`,
    prisma.$executeRaw`UPDATE event SET body = '', headers = '{}', delivery_id = NULL WHERE id = ${event.id}`,
  ])
  assert.equal((await countDeliveries(prisma)).unaccounted, 1)
  const wrong = await signalbox(bot.env, 'ledger', '--verify')
  assert.deepEqual(
    [wrong.code, /deliveries without a run for each workflow that wanted them: 1/.test(wrong.stderr)],
    [1, true],
  )
})
