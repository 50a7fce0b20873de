// What a person may do about an exception follows from its case, and no sentence promises a button that is not there.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { headlineOf, promptFor, sentenceFor, wayLabel } from '../../src/domain/exceptions/case-words.ts'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { canEdit, caseOf, waysOf } from '../../src/domain/exceptions/ways.ts'

const origins = ['run', 'route', 'finding'] as const

/** What a prompt may ask for, by how it says so. */
const asked: [RegExp, string][] = [
  [/\bretry\b/i, 'Retry'],
  [/\bfix\b/i, 'Fix'],
  [/\bfill in\b/i, 'Fill in'],
  [/\bapprove\b/i, 'Approve'],
  [/\bdecline\b/i, 'Decline'],
  [/\breject\b/i, 'Reject'],
  [/\bmark (it|this) done\b/i, 'Mark done'],
  [/\bdismiss\b/i, 'Dismiss'],
  [/\bprocess\b/i, 'Process anyway'],
  [/\bedit\b/i, 'Edit and retry'],
]

describe('ways to resolve', () => {
  for (const origin of origins) {
    for (const reason of reasons) {
      test(`a card of ${reason} (${origin}) asks for nothing that it has no button for`, () => {
        const kind = caseOf({ reason, data: { origin } })
        const labels = waysOf(kind).map((way) => wayLabel(kind, way))
        if (origin === 'run' && canEdit({ reason, run: { stage: 'act' } })) labels.push('Edit and retry')
        for (const [words, label] of asked)
          if (words.test(promptFor(kind)))
            assert.ok(labels.includes(label), `${promptFor(kind)} (${labels.join()})`)
        assert.ok(labels.length >= 2)
        assert.notEqual(headlineOf(kind), '')
        assert.notEqual(sentenceFor(kind), '')
      })
    }
  }

  test('a case that a file hands over is done or dismissed, whatever its reason; what it finds wrong can be fixed', () => {
    for (const reason of reasons)
      assert.deepEqual(
        waysOf(caseOf({ reason, data: { origin: 'route' } })).map((way) => way.do),
        reason === 'missing_field' || reason === 'invalid_field'
          ? ['fix', 'done', 'dismiss']
          : ['done', 'dismiss'],
      )
  })

  test("a file's own choices stand in place of them, and are what is asked for", () => {
    const choices = [
      { label: 'Refund', style: 'primary' },
      { label: 'Store credit', asks: true },
      { label: 'No' },
    ]
    const kind = caseOf({ reason: 'needs_judgement', data: { origin: 'route', choices } })
    assert.deepEqual(
      waysOf(kind).map((way) => wayLabel(kind, way)),
      ['Refund', 'Store credit', 'No'],
    )
    assert.equal(promptFor(kind), 'Choose Refund, Store credit or No.')
  })

  test('that nobody could own it takes away no way', () => {
    const kind = caseOf({ reason: 'no_eligible_owner', data: { instead_of: 'lookup_failed' } })
    assert.deepEqual(
      waysOf(kind).map((way) => wayLabel(kind, way)),
      ['Retry', 'Fill in', 'Mark done', 'Dismiss'],
    )
  })

  test('a pause that lasts is not a run that timed out, and a missed deadline is not either', () => {
    assert.deepEqual(
      origins.map((origin) => sentenceFor({ reason: 'timed_out', origin })),
      ['The run timed out.', 'A deadline has passed.', 'A pause has lasted for hours.'],
    )
  })
})
