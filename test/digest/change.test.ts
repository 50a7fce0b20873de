// The sentence on what changed: only what the figures say, with a cause only where one explains most of it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { type Cause, changed, changeSentence, mainCause } from '../../src/domain/digest/digest-change.ts'
import { type WindowFigures, windowFiguresSchema } from '../../src/domain/digest/digest.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowNamed } from '../../src/domain/digest/digest-window.ts'
import type { Reason } from '../../src/domain/exceptions/reasons.ts'
import { openTestDatabase, type OpenTestDatabase } from '../database.ts'
import { type RunHistory, writeHistory, writeWorkflows } from './history.ts'

const HOUR = 3_600_000
const week = windowNamed('2026-W47', 'UTC') ?? assert.fail()
const figures = (some: Partial<WindowFigures>): WindowFigures =>
  windowFiguresSchema.parse({
    ...Object.fromEntries(
      Object.keys(windowFiguresSchema.shape).map((name) => [name, name.endsWith('Ms') ? null : 0]),
    ),
    ...some,
  })
const cause = (reason: Reason, now: number, then: number): Cause => ({
  reason,
  title: 'Orders',
  lookup: null,
  now,
  before: then,
})

const usual = figures({ accepted: 100, automated: 90, erred: 10, resolved: 10, resolveP50Ms: HOUR })

const saidOf = (now: Partial<WindowFigures>, all: Cause[]) => {
  const windows = { now: { ...usual, ...now }, before: usual }
  const found = changed(windows) ?? assert.fail('nothing changed')
  return changeSentence({ name: found.name, cause: mainCause(all, found.isWorse) }, windows)
}

describe('what changed', () => {
  test('is nothing where figures are about the same, or of too few cases to say', () => {
    assert.equal(changed({ now: usual, before: usual }), undefined)
    const rather = { ...usual, erred: 14, automated: 86, resolveP50Ms: 1.4 * HOUR }
    assert.equal(changed({ now: rather, before: usual }), undefined)
    const few = figures({ accepted: 100, automated: 97, erred: 1, resolved: 3, resolveP50Ms: HOUR })
    assert.equal(changed({ now: { ...few, erred: 4, resolveP50Ms: 9 * HOUR }, before: few }), undefined)
    assert.equal(changed({ now: usual, before: figures({}) }), undefined)
    assert.equal(changeSentence(null, { now: usual, before: usual }), '')
  })

  test('is what got worse most, and what got better only where nothing got worse', () => {
    const worse = { ...usual, erred: 20, resolveP50Ms: 3 * HOUR }
    assert.deepEqual(changed({ now: worse, before: usual }), { name: 'resolution_time', isWorse: true })
    const mixed = { ...usual, erred: 1, resolveP50Ms: 2 * HOUR }
    assert.deepEqual(changed({ now: mixed, before: usual }), { name: 'resolution_time', isWorse: true })
    const better = { ...usual, erred: 1 }
    assert.deepEqual(changed({ now: better, before: usual }), { name: 'error_rate', isWorse: false })
  })

  test('has a cause only where one kind of case is most of it and changed itself', () => {
    assert.equal(mainCause([cause('lookup_failed', 14, 2), cause('timed_out', 5, 4)], true)?.now, 14)
    assert.equal(mainCause([cause('lookup_failed', 9, 2), cause('timed_out', 10, 9)], true), null)
    assert.equal(mainCause([cause('lookup_failed', 14, 13), cause('timed_out', 5, 1)], true), null)
    assert.equal(mainCause([cause('lookup_failed', 4, 0)], true), null)
    assert.equal(mainCause([cause('lookup_failed', 2, 14), cause('timed_out', 4, 5)], false)?.before, 14)
    assert.equal(mainCause([], true), null)
  })

  test('reads as people say it', () => {
    const lookups: Cause = { ...cause('lookup_failed', 14, 2), lookup: 'shopify' }
    assert.equal(
      saidOf({ resolveP50Ms: 2 * HOUR }, [lookups, cause('timed_out', 5, 1)]),
      'Resolution time doubled, from 1 h to 2 h: 14 of 19 cases over 2 h were failed lookups of shopify in Orders.',
    )
    assert.equal(saidOf({ automated: 80 }, []), 'Fully automated fell from 90% to 80%.')
    assert.equal(
      saidOf({ erred: 3 }, [cause('action_failed', 2, 9), cause('timed_out', 1, 1)]),
      'Error rate fell from 10% to 3%: failed actions in Orders went from 9 to 2.',
    )
    assert.equal(
      saidOf({ erred: 19 }, [cause('lookup_failed', 19, 2)]),
      'Error rate rose from 10% to 19%: all 19 errors were failed lookups in Orders.',
    )
  })
})

const resolvedAfter = (
  hours: number,
  reason: Reason,
  offsetMs: number,
  workflow: RunHistory['workflow'] = 'orders',
): RunHistory => ({
  workflow,
  offsetMs,
  stops: [
    {
      reason,
      afterMs: 0,
      dueAfterMs: 5 * HOUR,
      acknowledgedAfterMs: null,
      tookMs: hours * HOUR,
      as: 'retried',
      by: 'UADA0001',
      comesBack: false,
      handOffs: [],
    },
  ],
  endedAfterMs: 0,
  kind: 'achieved',
})
const times = (count: number, of: (n: number) => RunHistory) => Array.from({ length: count }, (_, n) => of(n))
const some = (offsetMs: number) => times(9, (n) => resolvedAfter(1, 'lookup_failed', offsetMs + n))

describe('in a digest', () => {
  let opened: OpenTestDatabase
  before(async () => {
    opened = await openTestDatabase()
    await writeWorkflows(opened.database)
  })
  after(() => opened.close())

  const said = async (histories: RunHistory[]) => {
    await writeHistory(opened.database, histories, { start: week.start, until: week.end })
    return digestText(await readDigestFigures(opened.database, week, week.end), week).change
  }

  test('the cause is counted from the cases behind the figure', async () => {
    const lastWeek = [
      ...times(8, (n) => resolvedAfter(1, 'needs_judgement', -100 * HOUR + n)),
      resolvedAfter(3, 'missing_field', -100 * HOUR),
    ]
    const thisWeek = [
      ...times(14, (n) => resolvedAfter(4, 'missing_field', HOUR + n)),
      ...times(5, (n) => resolvedAfter(3, 'needs_judgement', HOUR + n, 'refunds')),
      ...times(3, (n) => resolvedAfter(1, 'needs_judgement', HOUR + n)),
    ]
    assert.equal(
      await said([...lastWeek, ...thisWeek]),
      'Resolution time rose from 1 h to 4 h: 14 of 19 cases over 2 h were missing values in The orders.',
    )
  })

  test('errors are all that the error rate counts: runs that met a fault, and runs that completed as failed', async () => {
    const met: RunHistory = resolvedAfter(1, 'lookup_failed', HOUR)
    const failed: RunHistory = {
      workflow: 'orders',
      offsetMs: HOUR,
      stops: [],
      endedAfterMs: 0,
      kind: 'failed',
    }
    const fine: RunHistory = { ...failed, kind: 'achieved' }
    const lastWeek = times(30, () => ({ ...fine, offsetMs: -100 * HOUR }))
    const thisWeek = (faults: number, failures: number) => [
      ...lastWeek,
      ...times(faults, () => met),
      ...times(failures, () => failed),
      // Counted once, by its fault.
      { ...met, kind: 'failed' as const },
      ...times(29 - faults - failures, () => fine),
    ]
    assert.equal(
      await said(thisWeek(6, 5)),
      'Error rate rose from 0% to 40%: 7 of 12 errors were failed lookups in The orders.',
    )
    assert.equal(
      await said(thisWeek(2, 9)),
      'Error rate rose from 0% to 40%: 9 of 12 errors were runs that completed as failed in The orders.',
    )
  })

  test('a week like the one before has no such sentence', async () => {
    assert.equal(await said([...some(-100 * HOUR), ...some(HOUR)]), '')
  })
})
