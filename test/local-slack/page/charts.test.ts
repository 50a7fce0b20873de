// The arithmetic behind the page's charts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { axisFor, placeOn, slices } from '../../../src/local-slack/page/blocks/scale.js'
import { validateBlocks, validateView } from '../../../src/local-slack/block-kit/index.ts'
import * as gallery from './gallery.ts'

test('an axis has round marks, holds every value, and starts at nothing', () => {
  assert.deepEqual(axisFor([3, 92]), { low: 0, high: 100, marks: [0, 50, 100] })
  assert.deepEqual(axisFor([]).marks.length > 1, true)
  const values = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(values, (given) => {
      const axis = axisFor(given)
      assert.ok(axis.low <= Math.min(0, ...given) && axis.high >= Math.max(0, ...given))
      assert.ok(axis.marks.length >= 2 && axis.marks.length <= 12)
      for (const value of given) {
        const at = placeOn(axis, 100)(value)
        assert.ok(at >= 0 && at <= 100)
      }
    }),
  )
})

test('the slices of a pie make a whole, also when there is only one', () => {
  assert.equal(
    slices([1, 2, 5], 90).reduce((sum, { share }) => sum + share, 0),
    1,
  )
  assert.match(slices([7], 90)[0]?.path ?? '', /A90.*A90/)
})

test('what the journeys draw is what Slack would take', () => {
  const { textBlocks, actingBlocks, plannedBlocks, rarerBlocks, charts, lineCharts } = gallery
  for (const blocks of [textBlocks, actingBlocks, plannedBlocks, rarerBlocks, charts, lineCharts])
    assert.deepEqual(validateBlocks(blocks, 'message'), [])
  const { fixView, formView, homeView, sureView } = gallery
  for (const view of [fixView(), formView, homeView('x'), sureView]) assert.deepEqual(validateView(view), [])
})
