// Whatever walks over a text pays for its length before it begins: what is too long stops the run, and is never walked.
// No clock is read: without the budget, most of these would take minutes.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchesLinear } from '../../src/domain/cel/functions/own.ts'
import { budgeted } from '../../src/domain/cel/budget.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { compiled, fieldValue, scopeOf } from './compiled.ts'

const half = 'a'.repeat(500_000)
/** V8 compares each character of the one with each of the other. */
const sought = `${'a'.repeat(125_000)}b${'a'.repeat(125_000)}`

const decided = (when: string, event: JsonValue, text = '') => {
  const workflow = compiled({
    fields: { text: { type: 'string', missing: 'ignore' } },
    rules: [{ rule: 'all', when, route: 'end' }],
  })
  return workflow.decide(scopeOf({ text }, event))
}
const tooMuch = /takes too long on this event/

describe('a text that is too long for what is asked of it stops the run', () => {
  const cases: [when: string, event: JsonValue][] = [
    ['event.text.matches("(a+)+$")', { text: half }],
    ['event.text.matches(event.pattern)', { text: half, pattern: '([ab]{0,9}){0,9}c' }],
    ['event.text.contains(event.sought)', { text: half, sought }],
    ['event.text.indexOf(event.sought) > 0', { text: half, sought }],
    ['event.text.lastIndexOf(event.sought) > 0', { text: half, sought }],
    ['event.text.indexOf(event.sought, 5) > 0', { text: half, sought }],
    ['event.text.split(event.sought).size() > 0', { text: half, sought }],
    ['(event.text + "").contains(event.sought + "")', { text: half, sought }],
    ['event.text.lowerAscii().contains(event.sought.trim())', { text: half, sought }],
    ['event["text"].contains(event["sought"])', { text: half, sought }],
    ['event.l.all(x, event.text.contains(x))', { text: half, l: [sought] }],
    [
      'event.l.all(x, event.text.lowerAscii() != x)',
      { text: half, l: Array.from({ length: 500 }, () => 'a') },
    ],
  ]
  for (const [when, event] of cases)
    test(when.slice(0, 70), () => {
      const decision = decided(when, event)
      assert.ok(
        decision.kind === 'exception' && decision.reason === 'invalid_field',
        JSON.stringify(decision).slice(0, 300),
      )
      assert.match(decision.message, tooMuch)
    })

  test('also in the record', () => {
    const decision = decided('record.text.matches("(a+)+$")', {}, half)
    assert.ok(decision.kind === 'exception')
    assert.match(decision.message, tooMuch)
  })

  test('and the pattern of a field, which says so', () => {
    const field = { type: 'string', pattern: '(a+)+$' }
    assert.match(
      JSON.stringify(fieldValue(field, half)),
      /^"invalid: x has 500000 characters, too many to compare with/,
    )
    assert.equal(fieldValue(field, 'aa'), 'aa')
  })

  test('and a time', () =>
    assert.match(
      JSON.stringify(fieldValue({ type: 'timestamp', from: 'parseTime(event.x, "yyyy-MM-dd")' }, half)),
      /is not a time/,
    ))
})

test('texts of a usual size are asked as before', () => {
  const mail = 'Please cancel the order and send the refund soon. '.repeat(200)
  for (const when of [
    'event.text.matches("(?i)refund|cancel")',
    'event.text.matches("^[A-Za-z .]+$")',
    'event.text.contains("refund") && event.text.lowerAscii().split(" ").size() > 3',
    'event.text.indexOf(event.word) > 0',
  ])
    assert.equal(decided(when, { text: mail, word: 'refund' }).kind, 'route', when)
})

/** The first length that is refused. */
const most = (pattern: string) => {
  let length = 1
  try {
    for (; length < 1e7; length *= 2) budgeted(() => matchesLinear('a'.repeat(length), pattern))
  } catch {
    return length
  }
  return length
}

test('a pattern costs by the text and by its own size', () => {
  assert.ok(most('[ab]{200}c') < most('[ab]{10}c'))
  // 50 ms of the slowest that was measured: 100 ns for a character and an instruction.
  assert.ok(most('(a+)+$') <= 65_536)
})
