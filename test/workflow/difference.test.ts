// What would change is said in words.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Definition } from '../../src/domain/workflow-file/definition.ts'
import { difference } from '../../src/workflow/publish/difference.ts'
import { example } from './examples.ts'

const { definition } = example('order-delivery')
const texts = (change: (draft: Definition) => void): string[] => {
  const draft = structuredClone(definition)
  change(draft)
  return difference(definition, draft).map(({ text }) => text)
}

describe('the difference between two versions', () => {
  test('the same content has none', () => {
    assert.deepEqual(
      texts(() => undefined),
      [],
    )
  })
  test('a rule that moved is said to have moved, and only that one', () => {
    assert.deepEqual(
      texts(({ rules }) => rules.splice(0, 0, ...rules.splice(2, 1))),
      ['rule "on time" moved to the top'],
    )
  })
  test('a changed condition shows both', () => {
    assert.deepEqual(
      texts((draft) => {
        draft.rules[2]!.when = 'record.status != "shipped"'
        draft.rules[2]!.owner = ['@ada']
      }),
      [
        'rule "on time": condition changed: record.status == "delivered" → record.status != "shipped"',
        'rule "on time": owned by @ada instead of the owner of its route',
      ],
    )
  })
  test('added, removed and disabled rules are named', () => {
    assert.deepEqual(
      texts((draft) => {
        draft.rules.shift()
        draft.rules[0]!.enabled = false
        draft.rules.push({ name: 'new', when: 'true', route: 'close', enabled: true })
      }),
      [
        'rule "gone" removed (led to refund)',
        'rule "late": disabled',
        'rule "new" added below "rest": true → close',
      ],
    )
  })
  test('other sections are named by place', () => {
    assert.deepEqual(
      texts((draft) => {
        draft.channel = '#finance'
        draft.fields.order_id!.minLength = 8
        delete draft.fields.delivered
        draft.routes.refund!.review!.approvals = 2
      }),
      [
        'channel is #finance instead of #ops-exceptions',
        'field order_id: minLength is 8 instead of 1',
        'field delivered removed',
        'route refund: review.approvals is 2 instead of nothing',
      ],
    )
  })
})
