import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { digestPlain } from '../../src/cli/text/digest-formats.ts'
import { digestHtml } from '../../src/cli/text/digest-html.ts'
import {
  type DigestFigures,
  digestFiguresSchema,
  windowFiguresSchema,
} from '../../src/domain/digest/digest.ts'
import { changes } from '../../src/domain/digest/digest-change.ts'
import { noMoney } from '../../src/domain/digest/digest-money.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowNamed } from '../../src/domain/digest/digest-window.ts'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { currencies } from '../../src/domain/values/currency.ts'
import { validateBlocks } from '../../src/local-slack/block-kit/index.ts'
import { digestCard } from '../../src/slack/cards/digest-card.ts'
import { exampleFigures } from '../../src/slack/samples/example.ts'

const window = windowNamed('2026-W47', 'Europe/Berlin') ?? assert.fail()
const row = (figures: unknown) => ({
  id: 'dig_01h455vb4pex5vsknk084sn02q',
  windowStart: window.start,
  windowEnd: window.end,
  figures,
})
const names = Object.keys(windowFiguresSchema.shape)
const canBeNull = (name: string) => name.endsWith('Ms')
const nothing = windowFiguresSchema.parse(
  Object.fromEntries(names.map((name) => [name, canBeNull(name) ? null : 0])),
)
const quiet: DigestFigures = {
  version: 1,
  period: 'week',
  team: null,
  isSoFar: false,
  timezone: 'Europe/Berlin',
  label: '2026-W47',
  takenAt: '2026-11-23T08:00:00.000Z',
  ledger: { accepted: 0, outcomes: 0, open: 0, inFlight: 0, unaccounted: 0 },
  now: nothing,
  before: nothing,
  workflows: [],
  money: noMoney,
  change: null,
  targets: {},
  load: [],
  reasons: [],
  weeks: [],
  oldest: [],
  silent: [],
  unowned: [],
  unused: [],
  corrections: [],
  since: [],
  ignored: [],
  auditHead: null,
  reviews: [],
}

const anyCount = fc.oneof(fc.nat(30), fc.nat(100_000_000))
const anyMs = fc.option(fc.double({ min: 0, max: 1e10, noNaN: true }))
const anyWindowFigures = fc
  .record(Object.fromEntries(names.map((name) => [name, canBeNull(name) ? anyMs : anyCount])))
  .map((figures) => windowFiguresSchema.parse(figures))
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant('<!channel> `*_'))
const anyNamed = fc.record({ workflow: anyText, title: anyText })
const anyCounts = fc.record({ yes: fc.nat(20), no: fc.nat(20) })
const anyAnswers = fc.record({
  pathClear: anyCounts,
  workSaved: anyCounts,
  caughtEarly: anyCounts,
  evidenceEnough: anyCounts,
})
const many = <T>(one: fc.Arbitrary<T>, maxLength = 40) => fc.array(one, { maxLength })
const anySum = {
  currency: fc.constantFrom('EUR', 'USD', 'JPY', 'BHD'),
  amount: fc.bigInt({ min: -(10n ** 70n), max: 10n ** 70n }).map((n) => `${n}.5`),
  count: anyCount,
}
const anyFigures = fc.record<DigestFigures>({
  version: fc.constant(1 as const),
  period: fc.constantFrom('day', 'week'),
  team: fc.option(fc.string({ unit: 'binary' })),
  isSoFar: fc.boolean(),
  timezone: fc.constant('Europe/Berlin'),
  label: fc.constant('2026-W47'),
  takenAt: fc.constant(quiet.takenAt),
  ledger: fc.record({
    accepted: anyCount,
    outcomes: anyCount,
    open: anyCount,
    inFlight: anyCount,
    unaccounted: anyCount,
  }),
  now: anyWindowFigures,
  before: anyWindowFigures,
  workflows: many(
    fc.record({ workflow: anyText, title: anyText, now: anyWindowFigures, before: anyWindowFigures }),
  ),
  targets: fc.record(
    {
      automation_rate: fc.constantFrom(0, 0.9, 0.955, 1),
      resolution_time: fc.constant(4 * 3_600_000),
      sla: fc.constant(0.95),
      error_rate: fc.constant(0.02),
    },
    { requiredKeys: [] },
  ),
  change: fc.option(
    fc.record({
      name: fc.constantFrom(...changes),
      cause: fc.option(
        fc.record({
          reason: fc.constantFrom(...reasons),
          title: anyText,
          lookup: fc.option(anyText),
          now: anyCount,
          before: anyCount,
          allNow: anyCount,
          allBefore: anyCount,
        }),
      ),
    }),
  ),
  load: many(
    fc.record({
      who: anyText,
      kind: fc.constantFrom('owner', 'others', 'nobody'),
      completed: anyCount,
      resolved: anyCount,
      open: anyCount,
    }),
    14,
  ),
  money: fc.record({
    atStake: many(fc.record(anySum), 6),
    atStakeBefore: many(fc.record(anySum), 6),
    moved: many(fc.record({ ...anySum, workflow: anyText, title: anyText, route: anyText })),
    movedBefore: many(fc.record(anySum), 6),
  }),
  reasons: many(fc.record({ reason: fc.constantFrom(...reasons), now: anyCount, before: anyCount }), 6),
  weeks: fc
    .tuple(
      ...Array.from({ length: 8 }, () =>
        fc.record({
          accepted: anyCount,
          automated: anyCount,
          handled: anyCount,
          runs: fc.option(anyCount, { freq: 20 }),
        }),
      ),
    )
    .map((weeks) => weeks.map((week, at) => ({ label: `2026-W4${at}`, ...week }))),
  oldest: many(
    fc.record({
      exceptionId: fc.constant('exc_1'),
      title: anyText,
      reason: fc.constantFrom(...reasons),
      ownerId: fc.constant(null),
      ownerLabel: anyText,
      openedAt: fc.constant('2026-11-20T08:00:00.000Z'),
    }),
    5,
  ),
  silent: many(anyNamed),
  unowned: many(anyNamed),
  unused: many(anyNamed),
  corrections: many(fc.record({ what: fc.constantFrom(...names), said: anyMs, is: anyMs }), 24),
  since: many(fc.record({ what: fc.constantFrom(...names), said: anyMs, is: anyMs }), 24),
  ignored: many(fc.record({ address: anyText, type: fc.option(anyText), n: anyCount }), 12),
  auditHead: fc.option(
    fc.record({ id: fc.nat().map(String), hash: fc.constant('0123456789abcdef'.repeat(4)) }),
  ),
  reviews: many(
    fc.record({
      workflow: anyText,
      title: anyText,
      runs: fc.nat(20),
      answers: anyAnswers,
      before: fc.option(anyAnswers),
    }),
    5,
  ),
})

/** All text in which Slack would read mentions. */
function mrkdwnIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return String(value.text)
  return Object.values(value).map(mrkdwnIn).join('\n')
}

describe('the card of a digest', () => {
  test('is taken by Slack whatever the figures and names are, with new blocks and with classic ones', () => {
    fc.assert(
      fc.property(anyFigures, (figures) => {
        const card = digestCard(row(figures))
        assert.deepEqual(validateBlocks(card.blocks, 'message'), [])
        assert.deepEqual(validateBlocks(card.classic, 'message'), [])
        assert.ok(!mrkdwnIn([card.blocks, card.classic]).includes('<!channel'), 'a name pinged the channel')
      }),
    )
  })

  test('of a week in which nothing happened says so, and nothing else', () => {
    const { blocks } = digestCard(row(quiet))
    assert.equal(blocks.length, 2)
    assert.match(JSON.stringify(blocks), /No activity in the week: nothing received, nothing completed\./)
  })

  test('of a week so far says so, and that it stands against as much of the last one, in every form', () => {
    const figures: DigestFigures = { ...exampleFigures(window), isSoFar: true }
    const text = digestText(figures, { start: window.start, end: window.end })
    const { blocks, classic } = digestCard(row(figures))
    for (const form of [
      JSON.stringify(blocks),
      JSON.stringify(classic),
      digestPlain(text),
      digestHtml(text),
    ]) {
      assert.match(form, /This week so far/)
      assert.match(form, /last week by now: /i)
      assert.doesNotMatch(form, /last week(?! by now)/i)
    }
  })

  test('ends long lists after a whole line, with how many more there are', () => {
    const atStake = currencies.map((currency) => ({
      currency,
      amount: '1200.50',
      count: 3,
    }))
    const { blocks } = digestCard(row({ ...exampleFigures(window), money: { ...noMoney, atStake } }))
    const fields = blocks.flatMap((block) => (block.type === 'section' ? (block.fields ?? []) : []))
    const money = fields.find(({ text }) => text.startsWith('*Money*'))?.text ?? ''
    const lines = money.split('\n').slice(1)
    assert.ok(money.length > 1800 && money.length <= 2000)
    assert.equal(lines.pop(), `and ${atStake.length - lines.length} more`)
    for (const line of lines) assert.match(line, /^• At stake: .+ in 3 open cases \(last week: .+\) ▲$/)
  })

  test('shows the same text whenever it is rendered from what was kept', () => {
    fc.assert(
      fc.property(anyFigures, (figures) => {
        const kept: unknown = JSON.parse(JSON.stringify(figures))
        assert.ok(digestFiguresSchema.safeParse(kept).success)
        assert.deepEqual(digestCard(row(kept)), digestCard(row(figures)))
      }),
      { numRuns: 20 },
    )
  })

  test('warns when something is unaccounted for', () => {
    const now = { ...nothing, accepted: 3, ended: 2, unaccounted: 1 }
    const text = JSON.stringify(digestCard(row({ ...quiet, now })).blocks[1])
    assert.match(text, /:warning: \*3 received: 2 completed, 0 need attention, 1 unaccounted for\./)
  })

  test('of another version says that it cannot be shown', () => {
    assert.match(digestCard(row({ version: 7 })).text, /another version/)
  })
})
