import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Tx } from '../../src/db/store/open.ts'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { readWindowFigures } from '../../src/db/digest/digest-window-figures.ts'
import { readDigestList } from '../../src/db/digest/digest-list-rows.ts'
import { digestListNames, listLength } from '../../src/domain/digest/digest-lists.ts'
import type { DigestFigures } from '../../src/domain/digest/digest.ts'
import { actorText } from '../../src/domain/people/actor.ts'
import type { MoneySum } from '../../src/domain/digest/digest-money.ts'
import { type DigestWindow, windowNamed, windowsEarlier } from '../../src/domain/digest/digest-window.ts'
import { openTestDatabase, type OpenTestDatabase } from '../database.ts'
import {
  assertSameFigures,
  countedOtherwise,
  ledgerOtherwise,
  loadOtherwise,
  moneyOtherwise,
  restOtherwise,
  runsOtherwise,
  thousandthsOf,
} from './counted-otherwise.ts'
import {
  anyHistory,
  END_OF_TIME,
  type RunHistory,
  workflows,
  writeHistory,
  writeWorkflows,
} from './history.ts'

/** An ordinary week, weeks with a change of clocks, one across the new year, and one that begins at half past. */
const weeks = [
  ['2026-W47', 'UTC'],
  ['2026-W13', 'Europe/Berlin'],
  ['2026-W43', 'Europe/Berlin'],
  ['2026-W53', 'America/New_York'],
  ['2026-W20', 'Asia/Kolkata'],
].map(([label = '', zone = '']) => windowNamed(label, zone) ?? assert.fail(label))
const anyWeek = fc.constantFrom(...weeks)

const keys = (list: { workflow: string }[]) => list.map(({ workflow }) => workflow)

const sumsBy = <T extends MoneySum>(sums: T[], of: (sum: T) => string) =>
  Object.fromEntries(sums.map((sum) => [of(sum), { sum: thousandthsOf(sum.amount), count: sum.count }]))

const inCurrency = ({ currency }: MoneySum): string => currency
const called = (route: string): string => (route === 'Ship it' ? 'ship' : route)

/** What is at stake and what moved, in this window and the one before. */
async function assertMoney(tx: Tx, asked: DigestWindow & { team?: string }, { money }: DigestFigures) {
  const [now, then] = [
    await moneyOtherwise(tx, asked),
    await moneyOtherwise(tx, { ...asked, ...windowsEarlier(asked, 1) }),
  ]
  assert.deepEqual(sumsBy(money.atStake, inCurrency), now.atStake)
  assert.deepEqual(sumsBy(money.atStakeBefore, inCurrency), then.atStake)
  assert.deepEqual(
    sumsBy(money.moved, ({ workflow, route, currency }) => `${workflow} ${called(route)} ${currency}`),
    now.moved,
  )
  const earlier: Record<string, { sum: bigint; count: number }> = {}
  for (const [name, { sum, count }] of Object.entries(then.moved)) {
    const one = (earlier[name.slice(-3)] ??= { sum: 0n, count: 0 })
    one.sum += sum
    one.count += count
  }
  assert.deepEqual(sumsBy(money.movedBefore, inCurrency), earlier)
}

const labels: Record<string, string> = { UADA0001: '@ada', 'cli:linus': actorText('cli:linus') }

/** Each owner's load, and that all of it together is the whole. */
async function assertLoad(tx: Tx, asked: DigestWindow & { team?: string }, { load, now }: DigestFigures) {
  const other = Object.entries(await loadOtherwise(tx, asked)).map(([id, counts]) => [
    labels[id] ?? id,
    counts,
  ])
  assert.deepEqual(
    Object.fromEntries(load.map(({ who, kind: _kind, ...counts }) => [who, counts])),
    Object.fromEntries(other),
  )
  const whole = (name: 'completed' | 'resolved' | 'open') => load.reduce((sum, row) => sum + row[name], 0)
  assert.deepEqual(
    [whole('completed'), whole('resolved'), whole('open')],
    [now.ended, now.resolved, now.open],
  )
}

/** Reasons, weeks, the oldest and what needs follow-up. */
async function assertRest(tx: Tx, window: DigestWindow, figures: DigestFigures): Promise<void> {
  const weeksAgo = Array.from({ length: 8 }, (_, at) => windowsEarlier(window, 7 - at))
  const asked = { ...window, before: windowsEarlier(window, 1).start, weeks: weeksAgo }
  const other = await restOtherwise(tx, asked)
  assert.equal(figures.reasons.length, Math.min(6, other.reasons.length))
  for (const reason of figures.reasons)
    assert.deepEqual(
      other.reasons.find((one) => one.reason === reason.reason),
      reason,
    )
  const least = figures.reasons.at(-1)?.now ?? 0
  const shown = new Set(figures.reasons.map(({ reason }) => reason))
  assert.ok(other.reasons.every(({ reason, now }) => shown.has(reason) || now <= least))
  assert.deepEqual(
    figures.weeks.map(({ label: _label, runs: _runs, ...week }) => week),
    other.weeks,
  )
  assert.deepEqual(
    figures.oldest.map(({ exceptionId }) => exceptionId),
    other.oldest,
  )
  assert.deepEqual(keys(figures.silent), other.silent)
  assert.deepEqual(
    keys(figures.unused),
    workflows.toSorted().filter((workflow) => !other.heard.includes(workflow)),
  )
}

let opened: OpenTestDatabase
before(async () => {
  opened = await openTestDatabase()
  await writeWorkflows(opened.database)
})
after(() => opened.close())

const stop: RunHistory['stops'][number] = {
  reason: 'action_failed',
  afterMs: 0,
  dueAfterMs: null,
  acknowledgedAfterMs: null,
  tookMs: null,
  as: 'approved',
  by: 'UADA0001',
  comesBack: false,
  handOffs: [],
}

/** What a week's last hours hold and it does not: taken away again, it is no reason with nothing. */
const stoppedAtTheEnd: RunHistory = {
  workflow: 'orders',
  offsetMs: 168 * 3_600_000,
  stops: [{ ...stop, reason: 'missing_field' }],
  endedAfterMs: null,
  kind: 'achieved',
}

describe('the figures of a digest', () => {
  test('equal what plain queries find, over any history and week, for all and for each workflow', async () => {
    const db = opened.database
    await fc.assert(
      fc.asyncProperty(anyHistory, anyWeek, fc.boolean(), async (history, window, isFolded) => {
        await writeHistory(db, history, { start: window.start, until: END_OF_TIME, isFolded })
        const figures = await readDigestFigures(db, window, END_OF_TIME)
        assertSameFigures(figures.now, await countedOtherwise(db.prisma, window))
        const earlier = windowsEarlier(window, 1)
        assertSameFigures(figures.before, await countedOtherwise(db.prisma, earlier))
        assert.deepEqual(
          figures.workflows.map(({ workflow }) => workflow),
          workflows.toSorted(),
        )
        assert.deepEqual(figures.ledger, await ledgerOtherwise(db.prisma, window.end))
        await assertRest(db.prisma, window, figures)
        await assertMoney(db.prisma, window, figures)
        await assertLoad(db.prisma, window, figures)
        for (const list of digestListNames) {
          const { rows, total } = await readDigestList(db.prisma, { ...window, list, most: 1000 })
          assert.equal(rows.length, total)
          if (list !== 'manual') assert.equal(total, listLength(list, figures.now), list)
        }
        for (const { workflow, now } of figures.workflows)
          assertSameFigures(now, await countedOtherwise(db.prisma, { ...window, workflow }))
      }),
      { numRuns: 15, examples: [[[stoppedAtTheEnd], weeks[1] ?? assert.fail(), false]] },
    )
  })

  test('of a team equal what plain queries find among its workflows, and so do its lists', async () => {
    const db = opened.database
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        anyWeek,
        fc.uniqueArray(fc.constantFrom(...workflows)),
        async (...drawn) => {
          const [history, window, ofTeam] = drawn
          const team = 'support'
          await db.prisma.workflow.updateMany({ data: { team: 'another' } })
          await db.prisma.workflow.updateMany({ where: { key: { in: ofTeam } }, data: { team } })
          await writeHistory(db, history, { start: window.start, until: END_OF_TIME })
          const figures = await readDigestFigures(db, window, END_OF_TIME, {
            team,
            targets: { automation_rate: 0.9 },
          })
          assertSameFigures(figures.now, await countedOtherwise(db.prisma, { ...window, team }))
          const earlier = windowsEarlier(window, 1)
          assertSameFigures(figures.before, await countedOtherwise(db.prisma, { ...earlier, team }))
          assert.deepEqual(
            figures.workflows.map(({ workflow }) => workflow),
            ofTeam.toSorted(),
          )
          assert.deepEqual(figures.ledger, await ledgerOtherwise(db.prisma, window.end, team))
          await assertMoney(db.prisma, { ...window, team }, figures)
          await assertLoad(db.prisma, { ...window, team }, figures)
          for (const [at, { runs }] of figures.weeks.entries())
            assert.equal(runs, await runsOtherwise(db.prisma, { ...windowsEarlier(window, 7 - at), team }))
          const last = figures.weeks.at(-1)
          assert.equal(last?.accepted, figures.now.accepted)
          assert.equal((last?.automated ?? 0) + (last?.handled ?? 0), figures.now.ended)
          const forReasons = figures.reasons.reduce((sum, { now }) => sum + now, 0)
          assert.ok(forReasons <= figures.now.opened)
          for (const list of digestListNames) {
            const { rows, total } = await readDigestList(db.prisma, {
              ...window,
              workflows: ofTeam,
              list,
              most: 1000,
            })
            assert.ok(rows.every(({ workflow }) => ofTeam.includes(workflow)))
            if (list !== 'manual') assert.equal(total, listLength(list, figures.now), list)
          }
        },
      ),
      { numRuns: 15 },
    )
    await db.prisma.workflow.updateMany({ data: { team: null } })
  })

  test('are the same however much happened after the window', async () => {
    const db = opened.database
    await fc.assert(
      fc.asyncProperty(anyHistory, anyWeek, async (history, window) => {
        await writeHistory(db, history, { start: window.start, until: window.end })
        const atItsEnd = await readWindowFigures(db.prisma, window)
        await writeHistory(db, history, { start: window.start, until: END_OF_TIME })
        const later = await readWindowFigures(db.prisma, window)
        assert.deepEqual(later.all, atItsEnd.all)
      }),
      { numRuns: 15 },
    )
  })

  test('say how many are unaccounted for when a run ended without an outcome', async () => {
    const db = opened.database
    const [window] = weeks
    assert.ok(window)
    const run: RunHistory = {
      workflow: 'orders',
      offsetMs: 5,
      stops: [],
      endedAfterMs: 1000,
      kind: 'achieved',
    }
    await writeHistory(db, [run, { ...run, endedAfterMs: null }, run], {
      start: window.start,
      until: END_OF_TIME,
    })
    await db.prisma.$executeRaw`UPDATE run SET state = 'ended' WHERE id = 'run_001'`
    const { now } = await readDigestFigures(db, window, END_OF_TIME)
    assert.equal(now.accepted, 3)
    assert.equal(now.ended, 2)
    assert.equal(now.unaccounted, 1)
  })

  test('name the workflows that are silent and unused, with eight weeks and the oldest that stand open', async () => {
    const db = opened.database
    const [window] = weeks
    assert.ok(window)
    const HOUR = 3_600_000
    const run: Omit<RunHistory, 'workflow' | 'offsetMs'> = { stops: [], endedAfterMs: 0, kind: 'achieved' }
    const history: RunHistory[] = [
      { ...run, workflow: 'orders', offsetMs: HOUR, stops: [stop] },
      { ...run, workflow: 'orders', offsetMs: -200 * HOUR, stops: [stop] },
      { ...run, workflow: 'leads', offsetMs: -200 * HOUR },
    ]
    await writeHistory(db, history, { start: window.start, until: END_OF_TIME })
    const figures = await readDigestFigures(db, window, END_OF_TIME)
    assert.deepEqual(figures.silent, [{ workflow: 'leads', title: 'The leads' }])
    assert.deepEqual(
      figures.unused.map(({ workflow }) => workflow),
      ['idle', 'refunds'],
    )
    assert.deepEqual(figures.unowned, [])
    assert.deepEqual(
      figures.oldest.map(({ openedAt, ownerLabel }) => [openedAt, ownerLabel]),
      [
        ['2026-11-07T16:00:00.000Z', '@ada'],
        ['2026-11-16T01:00:00.000Z', '@ada'],
      ],
    )
    assert.deepEqual(
      figures.weeks.map(({ label, accepted, automated, handled }) => [label, accepted, automated, handled]),
      [
        ['2026-W40', 0, 0, 0],
        ['2026-W41', 0, 0, 0],
        ['2026-W42', 0, 0, 0],
        ['2026-W43', 0, 0, 0],
        ['2026-W44', 0, 0, 0],
        ['2026-W45', 2, 1, 0],
        ['2026-W46', 0, 0, 0],
        ['2026-W47', 1, 0, 0],
      ],
    )
    assert.deepEqual(figures.reasons, [{ reason: 'action_failed', now: 1, before: 0 }])
  })

  test('of a week so far are held against as much of the last one, beside all of each week that is over', async () => {
    const db = opened.database
    const [window] = weeks
    assert.ok(window)
    const HOUR = 3_600_000
    const run = { workflow: 'orders', stops: [], endedAfterMs: 0, kind: 'achieved' } as const
    const history: RunHistory[] = [HOUR, -167 * HOUR, -HOUR, -2 * HOUR].map((offsetMs) => ({
      ...run,
      stops: [],
      offsetMs,
    }))
    const end = new Date(window.start.getTime() + 48 * HOUR)
    await writeHistory(db, history, { start: window.start, until: end })
    const figures = await readDigestFigures(db, { ...window, end }, new Date(end.getTime() + 1), {
      targets: { automation_rate: 0.9 },
    })
    assert.deepEqual([figures.isSoFar, figures.now.accepted, figures.before.accepted], [true, 1, 1])
    assert.deepEqual(
      figures.weeks.slice(-2).map(({ accepted, automated, runs }) => [accepted, automated, runs]),
      [
        [3, 3, 3],
        [1, 1, 1],
      ],
    )
    const whole = await readDigestFigures(db, window, window.end)
    assert.deepEqual([whole.isSoFar, whole.before.accepted], [false, 3])
  })
})
