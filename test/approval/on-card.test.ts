// What an approval covers, as a card says it: short, every action before any value, and no value that passes for another.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cover, PlannedAction } from '../../src/domain/exceptions/approval.ts'
import { coverOnCard } from '../../src/domain/exceptions/approval-on-card.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'

const call = (values: [string, JsonValue][], step = 0): PlannedAction & { hash: string } => ({
  action: `act ${step + 1}`,
  step,
  does: 'http',
  values: [['method', 'POST'], ['url', 'https://shop.example/refunds'], ...values],
  except: [],
  hash: 'h',
})
const cover = (...actions: Cover['actions']): Cover => ({ hash: 'h', actions })

test('one call is told in its title, its values in a line under it', () => {
  const values: [string, JsonValue][] = [
    ['query.key', 'x'],
    ['json.order', '1042'],
    ['json.amount', 120],
    ['headers.X-Key', 'abc'],
  ]
  assert.deepEqual(coverOnCard(cover(call(values))), {
    title: 'What will be sent: POST shop.example/refunds',
    lines: ['query · key: x · json · order: "1042" · amount: 120 · headers · X-Key: abc'],
    isWhole: true,
  })
})

test('what is left out of the approval comes before the values, and http is said', () => {
  const one = { ...call([['json.at', 'now']]), except: ['json.at'] }
  one.values[1] = ['url', 'http://shop.example/refunds']
  assert.deepEqual(coverOnCard(cover(one)), {
    title: 'What will be sent: POST http://shop.example/refunds',
    lines: ['not covered by the approval: json.at · at: now'],
    isWhole: true,
  })
})

test('a long value leaves room for the others, and many actions are all named', () => {
  const long = coverOnCard(
    cover(
      call([
        ['json.note', 'x'.repeat(5000)],
        ['json.amount', 120],
      ]),
    ),
  )
  assert.match(long.lines.join('\n'), /^note: x+… · amount: 120$/)
  assert.equal(long.isWhole, false)
  const many = coverOnCard(cover(...[0, 1, 2].map((step) => call([['json.amount', 120]], step))))
  assert.deepEqual(
    many.lines.map((line) => line.slice(0, 8)),
    ['1. act 1', 'amount: ', '2. act 2', '3. act 3'],
  )
  assert.equal(many.isWhole, false)
})

test('whatever values hold, no dot of theirs passes for one between values, and what is whole is all there', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('a · amount: 1', '" · amount: "1', '·', 'x\n · y: 2', 'null', '[1]'),
  )
  const anyValue = fc.oneof(anyText, fc.integer(), fc.constant(null), fc.boolean())
  const anyName = fc.oneof(fc.constantFrom('order', 'amount', 'a · b', 'lines.0.x'), anyText)
  fc.assert(
    fc.property(fc.array(fc.tuple(anyName, anyValue), { maxLength: 6 }), (values) => {
      const shown = coverOnCard(cover(call(values.map(([name, value]) => [`json.${name}`, value]))))
      const [line = ''] = shown.lines
      const entries = line === '' ? [] : line.split('·')
      assert.ok(shown.lines.length <= 1 && entries.length <= values.length)
      if (shown.isWhole) assert.equal(entries.length, values.length)
      assert.ok(Array.from(line).length <= 5 * 38)
    }),
  )
})
