// Targets: from the file, through the digest that is kept, to met or missed beside each figure.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { digestPlain } from '../../src/cli/text/digest-formats.ts'
import { digestHtml } from '../../src/cli/text/digest-html.ts'
import {
  againstTarget,
  targetsOf,
  targetText,
  wantedAutomated,
} from '../../src/domain/digest/digest-targets.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { durationText, percentText } from '../../src/domain/digest/digest-words.ts'
import { percentilesOf } from '../../src/domain/values/histogram.ts'
import { windowNamed } from '../../src/domain/digest/digest-window.ts'
import { standardsSchema } from '../../src/domain/workflow-file/standards.ts'
import { submitDueDigests } from '../../src/pipeline/digest/submit.ts'
import { digestCard } from '../../src/slack/cards/digest-card.ts'
import { exampleFigures } from '../../src/slack/samples/example.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { digestFiguresSchema } from '../../src/domain/digest/digest.ts'
import { openTestDatabase } from '../database.ts'
import { type RunHistory, writeHistory, writeWorkflows } from './history.ts'

const HOUR = 3_600_000
const week = windowNamed('2026-W47', 'UTC') ?? assert.fail()

test('floors are met from the target on, ceilings up to it, and without data neither', () => {
  const targets = targetsOf({ automation_rate: '90%', resolution_time: '4h', sla: '99.5%', error_rate: '2%' })
  assert.deepEqual(targets, { automation_rate: 0.9, resolution_time: 4 * HOUR, sla: 0.995, error_rate: 0.02 })
  const said = (...[name, value]: [Parameters<typeof againstTarget>[0], number | null]) => {
    const found = againstTarget(name, value, targets)
    return found && targetText(found)
  }
  assert.equal(said('automation_rate', 0.9), 'Met (target ≥ 90%)')
  assert.equal(said('automation_rate', 0.899), 'Missed (target ≥ 90%)')
  assert.equal(said('sla', 1), 'Met (target ≥ 99.5%)')
  assert.equal(said('resolution_time', 4 * HOUR), 'Met (target ≤ 4 h)')
  assert.equal(said('resolution_time', 4.1 * HOUR), 'Missed (target ≤ 4 h)')
  assert.equal(said('error_rate', 0.021), 'Missed (target ≤ 2%)')
  assert.equal(said('resolution_time', null), 'No data (target ≤ 4 h)')
  assert.equal(againstTarget('sla', 0.5, {}), undefined)
})

test('are held against figures as both are shown: nothing reads as 90%, missed 90%', () => {
  const wanted = fc.integer({ min: 1, max: 1000 }).map((tenths) => ({ written: `${tenths / 10}%` as const }))
  fc.assert(
    fc.property(wanted, fc.integer({ min: -300, max: 300 }), ({ written }, off) => {
      const targets = targetsOf({ automation_rate: written, error_rate: written })
      const share = Math.min(1, Math.max(0, (targets.automation_rate ?? 0) + off / 100_000))
      if (percentText(share) !== written) return
      assert.equal(againstTarget('automation_rate', share, targets)?.isMet, true)
      assert.equal(againstTarget('error_rate', share, targets)?.isMet, true)
    }),
  )
  const targets = targetsOf({ automation_rate: '100%', error_rate: '0%', resolution_time: '12h' })
  assert.equal(againstTarget('automation_rate', 0.9999, targets)?.isMet, false)
  assert.equal(againstTarget('error_rate', 0.0001, targets)?.isMet, false)
  assert.equal(againstTarget('resolution_time', 12.4 * HOUR, targets)?.isMet, true)
  assert.equal(againstTarget('resolution_time', 12.6 * HOUR, targets)?.isMet, false)
})

test('of automation are a whole number of runs in a chart', () => {
  assert.deepEqual(wantedAutomated([{ runs: 100 }, { runs: 101 }, { runs: 0 }], 0.07), [7, 8, 0])
})

test('a median is met by cases that took exactly its target, and shown as it, for any target', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 * 24 * 30 }), (minutes) => {
      const tookMs = minutes * 60_000
      const bucket = Math.ceil(16 * Math.log2(tookMs))
      const [resolveP50Ms = null] = percentilesOf(new Map([[bucket, 9]]), [0.5])
      const example = exampleFigures(week)
      const figures = {
        ...example,
        now: { ...example.now, resolveP50Ms },
        targets: { resolution_time: tookMs },
      }
      const shown = digestText(figures, week).numbers.find(({ label }) => label === 'Resolution time')
      assert.equal(shown?.target?.isMet, true)
      assert.ok(shown.value.startsWith(`${durationText(tookMs)} median`), shown.value)
    }),
    { examples: [[50], [240]] },
  )
})

test('stand beside their figures in Slack, HTML and text, and as a line in each chart', () => {
  const figures = exampleFigures(week)
  const text = digestText(figures, week)
  const card = digestCard({ id: 'dig_1', windowStart: week.start, windowEnd: week.end, figures })
  for (const shown of [
    JSON.stringify(card.blocks),
    JSON.stringify(card.classic),
    digestHtml(text),
    digestPlain(text),
  ]) {
    assert.equal(shown.match(/Missed \(target/g)?.length, 2)
    assert.equal(shown.match(/Met \(target/g)?.length, 2)
  }
  assert.match(JSON.stringify(card.blocks), /"type":"line".*"name":"Target 90%"/)
  assert.match(JSON.stringify(card.classic), /│ target 90%/)
  assert.equal(digestHtml(text).match(/<line class="target"/g)?.length, 9)
})

const problemsOf = (digest: string): string[] =>
  checkAll([], `digests: { weekly: { cron: "0 9 * * 1", ${digest} } }`, 'signalbox.yaml')
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ message }) => message)

test('check names the target that is no percentage, no duration, no target, and one where no figure is shown', () => {
  assert.deepEqual(problemsOf('channel: "#leadership", targets: { sla: 95%, resolution_time: 90m }'), [])
  for (const [digest, says] of [
    ['channel: "#l", targets: { sla: 0.95 }', /targets\.sla/],
    ['channel: "#l", targets: { sla: 99.95% }', /write a percentage like 95% or 99\.5%/],
    ['channel: "#l", targets: { error_rate: 101% }', /write a percentage like 95% or 99\.5%/],
    ['channel: "#l", targets: { resolution_time: 4 hours }', /write a duration like/],
    ['channel: "#l", targets: { automation: 90% }', /automation/],
    ['channel: "#l", targets: {}', /name at least one target/],
    ['to: owners, targets: { sla: 95% }', /targets are for a digest that goes to a channel/],
  ] as const)
    assert.ok(
      problemsOf(digest).some((message) => says.test(message)),
      `${digest}: ${problemsOf(digest).join('; ')}`,
    )
})

test('are kept with the digest that was due, whatever the file says later', async (t) => {
  const { database: db, close } = await openTestDatabase()
  t.after(close)
  await writeWorkflows(db)
  const run: RunHistory = {
    workflow: 'orders',
    offsetMs: HOUR,
    stops: [],
    endedAfterMs: HOUR,
    kind: 'achieved',
  }
  await writeHistory(db, [run], { start: week.start, until: week.end })
  const standards = standardsSchema.parse({
    digests: { weekly: { cron: '0 9 * * 1', channel: '#leadership', targets: { automation_rate: '75%' } } },
  })
  const deps = {
    db,
    clock: () => new Date(week.end.getTime() + 10 * HOUR),
    cardsChanged: () => {},
    failed: (_name: string, error: unknown) => assert.ifError(error),
  }
  assert.equal((await submitDueDigests(deps, standards)).length, 1)
  const { figures } = await db.prisma.digest.findFirstOrThrow()
  const kept = digestFiguresSchema.parse(figures)
  assert.deepEqual(kept.targets, { automation_rate: 0.75 })
  assert.equal(kept.weeks.at(-1)?.runs, 1)
})

test('of resolution time is met where every case took exactly so long', async (t) => {
  const { database: db, close } = await openTestDatabase()
  t.after(close)
  await writeWorkflows(db)
  for (const minutes of [50, 240]) {
    const tookMs = minutes * 60_000
    const stop: RunHistory['stops'][number] = {
      reason: 'needs_judgement',
      afterMs: 0,
      dueAfterMs: null,
      acknowledgedAfterMs: null,
      tookMs,
      as: 'done',
      by: 'UADA0001',
      comesBack: false,
      handOffs: [],
    }
    const run: RunHistory = {
      workflow: 'orders',
      offsetMs: HOUR,
      stops: [stop],
      endedAfterMs: 0,
      kind: 'achieved',
    }
    await writeHistory(db, [run, run, run], { start: week.start, until: week.end })
    const met = async (targetMs: number) => {
      const figures = await readDigestFigures(db, week, week.end, { targets: { resolution_time: targetMs } })
      return digestText(figures, week).numbers.find(({ target }) => target)?.target?.isMet
    }
    assert.equal(await met(tookMs), true)
    assert.equal(await met(tookMs * 0.9), false)
  }
})
