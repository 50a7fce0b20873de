// What a schedule does at a moment: plan, wait or take, whatever happened to the clock and the rules of its zone.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextRun, type Stored } from '../../src/domain/time/next-run.ts'
import { lineOf } from '../calendar/compare.ts'

const daily = { cron: '30 2 * * *', line: lineOf('30 2 * * *'), timezone: 'Europe/Berlin' }
const stored = (nextAt: string, lastAt?: string): Stored => ({
  cron: daily.cron,
  timezone: daily.timezone,
  nextAt: new Date(nextAt),
  lastAt: lastAt === undefined ? null : new Date(lastAt),
})
const run = async (row: Stored | undefined, now: string, since = '2027-01-01T00:00Z') => {
  const does = await nextRun(daily, row, {
    now: new Date(now),
    since: () => Promise.resolve(new Date(since)),
  })
  if (does.do === 'wait') return 'wait'
  const next = does.nextAt.toISOString().slice(0, 16)
  return does.do === 'plan' ? `plan ${next}` : `take ${does.dueAt.toISOString().slice(0, 16)}, then ${next}`
}

describe('a schedule', () => {
  test('is planned for its last time since it was promised, or for its next', async () => {
    assert.equal(await run(undefined, '2027-03-27T12:00Z'), 'plan 2027-03-27T01:30')
    assert.equal(await run(undefined, '2027-03-27T12:00Z', '2027-03-27T01:30Z'), 'plan 2027-03-27T01:30')
    assert.equal(await run(undefined, '2027-03-27T12:00Z', '2027-03-27T01:31Z'), 'plan 2027-03-28T01:30')
    assert.equal(await run(undefined, '2027-03-27T12:00Z', '2028-01-01T00:00Z'), 'plan 2027-03-28T01:30')
    const other = { ...stored('2027-03-28T01:30Z'), cron: '0 9 * * *' }
    assert.equal(await run(other, '2027-03-27T12:00Z', '2027-03-27T11:00Z'), 'plan 2027-03-28T01:30')
  })

  test('waits for it, and is taken at it', async () => {
    const row = stored('2027-03-28T01:30Z', '2027-03-27T01:30Z')
    assert.equal(await run(row, '2027-03-28T01:29:59Z'), 'wait')
    assert.equal(await run(row, '2027-03-28T01:30Z'), 'take 2027-03-28T01:30, then 2027-03-29T00:30')
  })

  test('that passed unseen several times is taken once, the last one', async () => {
    const row = stored('2027-03-28T01:30Z')
    assert.equal(await run(row, '2027-04-02T12:00Z'), 'take 2027-04-02T00:30, then 2027-04-03T00:30')
  })

  test('does not wait for a time that only a clock that was ahead has planned', async () => {
    const ahead = stored('2028-03-28T00:30Z', '2028-03-27T00:30Z')
    assert.equal(await run(ahead, '2027-04-02T12:00Z'), 'plan 2027-04-03T00:30')
    // A replica whose clock is some seconds behind the one that took it.
    assert.equal(await run(stored('2027-04-03T00:30Z'), '2027-04-02T00:29:30Z'), 'wait')
    assert.equal(await run(stored('2027-04-03T00:30Z'), '2027-04-02T00:28Z'), 'plan 2027-04-02T00:30')
  })

  test('that hardly ever comes waits for it', async () => {
    const seldom = { cron: '0 0 * 2 mon#5', line: lineOf('0 0 * 2 mon#5'), timezone: 'Europe/Berlin' }
    const at = {
      now: new Date('2026-11-28T00:00Z'),
      since: () => Promise.resolve(new Date('2026-11-01T00:00Z')),
    }
    assert.deepEqual(await nextRun(seldom, undefined, at), {
      do: 'plan',
      nextAt: new Date('2044-02-28T23:00Z'),
    })
    const never = { ...seldom, line: { ...seldom.line, isOn: () => false } }
    assert.deepEqual(await nextRun(never, undefined, at), { do: 'wait' })
  })

  test('that was planned by older rules of its zone is planned anew, from the time that was taken last', async () => {
    const row = stored('2027-03-28T00:30Z', '2027-03-27T01:30Z')
    assert.equal(await run(row, '2027-03-27T12:00Z'), 'plan 2027-03-28T01:30')
    assert.equal(await run(row, '2027-03-28T12:00Z'), 'plan 2027-03-28T01:30')
    assert.equal(await run({ ...row, lastAt: null }, '2027-03-28T12:00Z'), 'plan 2027-03-28T01:30')
  })
})
