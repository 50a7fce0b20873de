// Which exceptions share a card: a few of a kind stand by themselves; what a channel cannot take in half a minute goes
// together by workflow and reason.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planFolds, type WaitingGroup } from '../../src/domain/exceptions/storm-folds.ts'

let made = 0
const group = (given: Partial<WaitingGroup> & { size: number }): WaitingGroup => {
  const { size, workflow = 'orders', reason = 'action_failed', ...rest } = given
  made += 1
  return {
    workflow,
    reason,
    fingerprint: `${workflow}/${reason}/${made}`,
    channel: 'C1',
    ids: Array.from({ length: size }, (_, at) => `card_${made}_${at}`),
    recent: 0,
    storm: null,
    wider: null,
    ofWorkflow: null,
    ofChannel: null,
    first: new Date(made),
    besides: 0,
    ...rest,
  }
}
const shapes = (groups: WaitingGroup[]) =>
  planFolds(groups).map(({ kind, ids, storm }) => [kind, ids.length, storm])

test('two of a kind stand by themselves, a third makes a storm; of reviews, an eleventh', () => {
  assert.deepEqual(shapes([group({ size: 2 })]), [])
  const three = group({ size: 3 })
  assert.deepEqual(shapes([three]), [[three.fingerprint, 3, null]])
  assert.deepEqual(shapes([group({ size: 1, recent: 1 })]), [])
  assert.equal(shapes([group({ size: 1, recent: 2 })]).length, 1)
  assert.deepEqual(shapes([group({ size: 10, reason: 'approval_required' })]), [])
  assert.equal(shapes([group({ size: 11, reason: 'approval_required' })]).length, 1)
})

test('what a storm stands for goes to it, also a single one', () => {
  const one = group({ size: 1, storm: 'card_s' })
  assert.deepEqual(shapes([one]), [[one.fingerprint, 1, 'card_s']])
})

test('more than half a minute of cards go together by workflow and reason, with the card that already does', () => {
  const orders = Array.from({ length: 12 }, () => group({ size: 2 }))
  const refunds = Array.from({ length: 5 }, () => group({ size: 2, workflow: 'refunds', wider: 'card_w' }))
  assert.deepEqual(shapes([...orders, ...refunds]), [
    ['orders/action_failed', 24, null],
    ['refunds/action_failed', 10, 'card_w'],
  ])
  const elsewhere = refunds.map((one) => ({ ...one, channel: 'C2' }))
  assert.deepEqual(shapes([...orders, ...elsewhere]), [])
})

test('cards that wait besides count: no thirty-first storm of one kind is begun', () => {
  const [a, b] = [group({ size: 3 }), group({ size: 3 })]
  assert.deepEqual(shapes([a, b].map((one) => ({ ...one, besides: 28 }))).length, 2)
  assert.deepEqual(shapes([a, b].map((one) => ({ ...one, besides: 29 }))), [
    ['orders/action_failed', 6, null],
  ])
})

test('a storm that stands takes its kind also then', () => {
  const known = group({ size: 40, storm: 'card_s' })
  const fresh = Array.from({ length: 16 }, () => group({ size: 2 }))
  assert.deepEqual(shapes([known, ...fresh]), [
    [known.fingerprint, 40, 'card_s'],
    ['orders/action_failed', 32, null],
  ])
})

test('whatever waits, no card is folded twice, and each channel is left what it takes in half a minute, or two a kind', () => {
  const anyGroup = fc.record({
    size: fc.integer({ min: 1, max: 40 }),
    workflow: fc.constantFrom('orders', 'refunds', 'leads'),
    reason: fc.constantFrom('action_failed', 'approval_required'),
    channel: fc.constantFrom('C1', 'C2'),
    recent: fc.nat(12),
    storm: fc.option(fc.constantFrom('card_a', 'card_b')),
    wider: fc.constant(null),
  })
  fc.assert(
    fc.property(fc.array(anyGroup.map(group), { maxLength: 80 }), (groups) => {
      const folds = planFolds(groups)
      const folded = folds.flatMap(({ ids }) => ids)
      assert.equal(new Set(folded).size, folded.length)
      for (const channel of ['C1', 'C2']) {
        const all = groups.filter((one) => one.channel === channel).flatMap(({ ids }) => ids)
        const ofChannel = folds.filter((one) => one.channel === channel)
        const left = all.filter((id) => !folded.includes(id)).length
        const fresh = ofChannel.filter(({ storm }) => storm === null).length
        assert.ok(left + fresh <= 30 || left + fresh <= 2 * 6, `${left} cards and ${fresh} storms`)
      }
    }),
  )
})

// [workflows, reasons of each, exceptions of each] → what they become.
for (const [spread, kinds] of [
  [[50, 3, 2], { by: 'workflow', cards: 50 }],
  [[40, 2, 2], { by: 'reason', cards: 80 }],
  [[200, 5, 2], { by: 'channel', cards: 1 }],
  [[200, 10, 1], { by: 'channel', cards: 1 }],
  [[66, 10, 3], { by: 'workflow', cards: 66 }],
  [[1, 16, 8], { by: 'reason', cards: 16 }],
] as const)
  test(`${spread.join(' × ')} that wait become ${kinds.cards} cards, one a ${kinds.by}`, () => {
    const [workflows, ofEach, size] = spread
    const groups = Array.from({ length: workflows * ofEach }, (_, at) =>
      group({
        size,
        workflow: `w${Math.floor(at / ofEach)}`,
        reason: `r${at % ofEach}`,
        fingerprint: `f${at}`,
      }),
    )
    const folds = planFolds(groups)
    assert.equal(folds.length, kinds.cards)
    assert.equal(folds.flatMap(({ ids }) => ids).length, workflows * ofEach * size, 'none is left')
  })

test('however what waits is spread, it is posted in less than two minutes', () => {
  const anyGroup = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    workflow: fc.integer({ min: 0, max: 300 }).map((n) => `w${n}`),
    reason: fc.constantFrom('action_failed', 'approval_required', 'missing_field', 'invalid_field'),
    besides: fc.constant(5),
  })
  fc.assert(
    fc.property(fc.array(anyGroup.map(group), { minLength: 1, maxLength: 600, size: 'max' }), (groups) => {
      const folds = planFolds(groups)
      const folded = new Set(folds.flatMap(({ ids }) => ids))
      const left = groups.flatMap(({ ids }) => ids).filter((id) => !folded.has(id)).length
      assert.ok(left + folds.length + 5 <= 105, `${left} cards and ${folds.length} storms`)
    }),
    { numRuns: 50 },
  )
})

const many = (given: Partial<WaitingGroup>) =>
  Array.from({ length: 200 }, (_, at) => group({ size: 2, workflow: `w${at}`, ...given }))

test('a card that stands for a workflow or the channel takes what is folded as far', () => {
  assert.deepEqual(shapes(many({ ofChannel: 'card_c' })), [['*', 400, 'card_c']])
  const few = Array.from({ length: 40 }, (_, at) =>
    ['a', 'b', 'c'].map((reason) => group({ size: 1, workflow: `w${at}`, reason, ofWorkflow: `card_${at}` })),
  ).flat()
  assert.deepEqual(shapes(few)[0], ['w0', 3, 'card_0'])
})
