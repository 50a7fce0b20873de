// The counters: what they count is what the rows count, also after hours were folded and when something comes late.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { readTotals } from '../../src/db/digest/counter-totals.ts'
import { addCounts, type Count, foldCounters } from '../../src/db/digest/counters.ts'
import { percentilesOf } from '../../src/domain/values/histogram.ts'
import { isOnServer, openTestDatabase, type OpenTestDatabase } from '../database.ts'

let opened: OpenTestDatabase
before(async () => {
  opened = await openTestDatabase()
})
after(() => opened.close())

const day = (n: number) => new Date(Date.UTC(2026, 10, n, 12))

test('folding changes no figure: not of all time, nor of a week, nor what comes late', async () => {
  const { prisma } = opened.database
  const counts: Count[] = [
    { workflow: 'orders', metric: 'accepted', n: 3 },
    { workflow: 'orders', metric: 'outcome:achieved', n: 2 },
    { workflow: 'orders', metric: 'cycle:80', n: 2 },
  ]
  const read = async () => {
    const { accepted, byOutcome } = await readLedger(prisma)
    const stretch = { start: new Date('2026-11-02T00:00:00Z'), end: new Date('2026-11-05T00:00:00Z') }
    const [week] = await readTotals(prisma, [stretch], { withTimes: true })
    return [accepted, byOutcome, week?.count('accepted'), week?.p50AndP90('cycle', 'orders').p50]
  }
  for (const n of [1, 2, 3, 4]) await addCounts(prisma, counts, day(n))
  const told = [12, { achieved: 8 }, 9, ...percentilesOf(new Map([[80, 1]]), [0.5])]
  assert.deepEqual(await read(), told)
  await foldCounters(prisma, day(4))
  assert.deepEqual(await read(), told)
  const unfolded = await prisma.counter.findMany({ distinct: ['hour'] })
  assert.deepEqual(
    unfolded.map((row) => row.hour),
    [day(4)],
    'the hour that is not over is left alone',
  )
  // As a process would whose clock is behind.
  await addCounts(prisma, counts, day(2))
  const late = [15, { achieved: 10 }, 12, told[3]]
  assert.deepEqual(await read(), late)
  await Promise.all([1, 2, 3].map(() => opened.database.transaction((tx) => foldCounters(tx, day(5)))))
  assert.deepEqual(await read(), late)
  assert.equal(await prisma.counter.count(), 0)
})

test(
  'two commits count the same thing and neither waits for the other',
  { skip: isOnServer() ? false : 'one connection' },
  async () => {
    const { database } = opened
    const counts: Count[] = [{ workflow: 'side by side', metric: 'accepted', n: 1 }]
    await addCounts(database.prisma, counts, day(6))
    await database.transaction(async (first) => {
      await addCounts(first, counts, day(6))
      await database.transaction(async (second) => {
        await second.$executeRaw`SET LOCAL lock_timeout = '1s'`
        await addCounts(second, counts, day(6))
        await addCounts(second, counts, day(6))
      })
      await addCounts(first, counts, day(6))
    })
    const rows = await database.prisma.counter.findMany({ where: { workflowKey: 'side by side' } })
    assert.equal(
      rows.reduce((sum, { count }) => sum + Number(count), 0),
      5,
    )
    assert.ok(rows.length <= 2, 'a row more only where two counted at once')
  },
)

test('a time that is told lies within 2.2 % of the one that so many do not exceed', async () => {
  const anyTimes = fc.array(fc.integer({ min: 1, max: 2_600_000_000 }), { minLength: 1, maxLength: 50 })
  await fc.assert(
    fc.asyncProperty(anyTimes, fc.constantFrom(0.5, 0.9, 0.99), async (times, share) => {
      const rows = await opened.database.prisma.$queryRaw<{ bucket: number; n: number; exact: number }[]>`
        SELECT signalbox_time_bucket(ms) AS bucket, count(*)::int AS n,
          (SELECT percentile_disc(${share}::float8) WITHIN GROUP (ORDER BY ms) FROM unnest(${times}::float8[]) AS ms) AS exact
        FROM unnest(${times}::float8[]) AS ms GROUP BY 1`
      const counts = new Map(rows.map(({ bucket, n }) => [bucket, n]))
      const told = percentilesOf(counts, [share])[0] ?? Number.NaN
      const exact = rows[0]?.exact ?? Number.NaN
      assert.ok(Math.abs(told - exact) <= exact * 0.0221, `${told}, not ${exact}`)
    }),
    { numRuns: 50 },
  )
})
