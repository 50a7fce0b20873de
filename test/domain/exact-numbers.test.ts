// Numbers are what was sent: ids beyond 2^53, long decimals and exponents in keys, fields, rules, texts and bodies; and
// decimals are calculated as people calculate them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Big } from 'big.js'
import { CompileError } from '../../src/domain/compile/compile-faults.ts'
import { sameJson } from '../../src/domain/exceptions/change.ts'
import { canonicalJson } from '../../src/domain/values/canonical.ts'
import {
  ExactNumber,
  isTooLong,
  layOut,
  numberOf,
  parseJson,
  tagText,
  untagText,
} from '../../src/domain/values/exact-number.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { shapeOf } from '../../src/domain/values/shape.ts'
import { redactor } from '../../src/domain/masking/redact.ts'
import { compiled, fieldValue, scopeOf } from './compiled.ts'

const parsed = (text: string) => parseJson(text) as JsonValue
const webhook = { webhook: { verify: { scheme: 'none' }, id: 'event.id' } }

type Reviver = (name: string, value: unknown, context: { source?: string }) => unknown
/** The same by a reviver, which is slow. */
const revived = (text: string): unknown =>
  (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, (_name, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    if (isTooLong(source)) throw new SyntaxError(source)
    return numberOf(source)
  })
const jsonOr = (parse: () => unknown): string => {
  try {
    return JSON.stringify(parse())
  } catch (error) {
    assert.doesNotMatch((error as Error).message, /[\da-f]{8}-[\da-f]{4}-/)
    return (error as Error).name
  }
}
const pieces = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '"a"',
  '"__proto__"',
  ' ',
  '-',
  'e',
  '.',
  '0',
  'true',
  '9007199254740993',
  '1e400',
  '"9007199254740993"',
  '"\\"1e400"',
  '1.5',
  '12345',
)

describe('a number that a double would round', () => {
  const kept = [
    '9007199254740993',
    '-9007199254740993',
    '7152921506151679057',
    '123456789012345678901234567890',
    '12345678901234567.89',
    '0.12345678901234567890123',
    '1e400',
    '1.5e-400',
  ]
  for (const text of kept)
    test(`${text} is read and written with its digits`, () => {
      const body = parseJson(`{"id":${text},"list":[${text}]}`)
      assert.equal(JSON.stringify(body), `{"id":${text},"list":[${text}]}`)
    })
  test('others are plain numbers, also beside text that looks like one', () => {
    const text =
      '{"a":9007199254740991,"b":1.1,"c":1e3,"d":"9007199254740993","e":0.30000000000000004,"f":1e300}'
    assert.deepEqual(parseJson(text), JSON.parse(text))
  })
  test('stands where it stood, whatever the text; and no text is JSON because of one', () => {
    const written = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((some) => some.join('')),
      fc.json().map((json) => json.replaceAll(/\d+/g, '9007199254740993')),
    )
    fc.assert(
      fc.property(written, (text) =>
        assert.equal(
          jsonOr(() => parseJson(text)),
          jsonOr(() => revived(text)),
        ),
      ),
      // The mark's own quotes would have ended that text.
      { numRuns: 5000, examples: [['"\\1e400']] },
    )
  })
  test('is no name of an object', () => {
    assert.throws(() => parseJson('{9007199254740993: 1}'), SyntaxError)
    assert.throws(() => parseJson('[1]9007199254740993'), SyntaxError)
    assert.throws(() => parseJson('[09007199254740993]'), SyntaxError)
  })
  test('that is endlessly long is not taken', () => {
    for (const text of ['1e99999', `1${'0'.repeat(1000)}`, '1e-1001'])
      assert.throws(() => parseJson(`{"n":${text}}`), /a number has more than 1000 digits/)
  })
  test('keeps a value when it passes as a tag, which leaves text alone', () => {
    const json = '{"id":9007199254740993,"text":"say \\"9007199254740993\\" 12345678901234567","n":[1,2.5]}'
    assert.notEqual(tagText(json), json)
    assert.equal(untagText(tagText(json)), json)
    assert.equal(
      tagText('{"at":"2026-11-20T10:00:00.000Z","n":12345678}'),
      '{"at":"2026-11-20T10:00:00.000Z","n":12345678}',
    )
  })
  test('is JSON like any other number: compared, hashed, masked, of the same shape', () => {
    const one = parsed('{"id":9007199254740993}')
    assert.ok(sameJson(one, parsed('{"id":9007199254740993}')))
    assert.ok(!sameJson(one, parsed('{"id":9007199254740995}')))
    assert.equal(canonicalJson(parsed('1e400')), canonicalJson(parsed(`1${'0'.repeat(400)}`)))
    assert.notEqual(canonicalJson(parsed('9007199254740993')), canonicalJson(parsed('9007199254740995')))
    assert.equal(shapeOf(one).get('id'), 'number')
    const masks = redactor(
      { fields: { id: { type: 'integer', missing: 'ask', secret: true } } },
      [],
      '{"id":9007199254740993,"other":9007199254740995}',
    )
    assert.equal(
      masks.body('{"id":9007199254740993,"other":9007199254740995}'),
      '{"id":"●●●","other":9007199254740995}',
    )
  })
  test('and every other is shown in the digits it came in', () => {
    assert.equal(
      layOut('{"a":1.10,"b":9007199254740993,"c":1e3}'),
      '{\n  "a": 1.10,\n  "b": 9007199254740993,\n  "c": 1e3\n}',
    )
  })
})

describe('of an event with such a number', () => {
  const ids = ['9007199254740992', '9007199254740993']
  test('key and subject are its digits: two ids are two events', () => {
    const { dedupeKey, subject } = compiled({ trigger: webhook, subject: 'string(event.id)' })
    const inputs = ids.map((id) => ({ body: parseJson(`{"id":${id}}`), headers: {} }))
    assert.deepEqual(inputs.map(dedupeKey), ids)
    assert.deepEqual(inputs.map(subject), ids)
  })
  const same: [is: string, ...sent: string[]][] = [
    ['10000000000000000', '10000000000000000', '1e16', '10000000000000000.0', '1.0E+16'],
    ['10000000000000000000000000', '1e25', '10000000000000000000000000', '10.0e24'],
    ['9007199254740993', '9007199254740993.0', '9.007199254740993e15', '9007199254740993.00e0'],
    ['12345678901234567.5', '12345678901234567.50', '1.23456789012345675e16'],
    ['0.1', '0.1', '0.10', '1e-1'],
  ]
  for (const [is, ...sent] of same)
    test(`key, subject, text and field are ${is}, whichever way it is sent`, () => {
      const fields = { id: { type: 'string' } }
      for (const number of sent)
        for (const id of ['event.id', 'string(event.id)']) {
          const one = compiled({ trigger: { webhook: { ...webhook.webhook, id } }, subject: id, fields })
          const input = { body: parsed(`{"id":${number}}`), headers: {} }
          const { fields: found } = one.validate(input, {}, new Date(0))
          const rendered = one.render(`\${${id}}`, scopeOf({}, input.body))
          assert.deepEqual(
            [one.dedupeKey(input), one.subject(input), rendered, found['id']],
            [is, is, is, is],
          )
        }
    })
  test('a secret one is hidden in either writing', () => {
    for (const [number, written] of [
      ['1e25', '1e+25'],
      ['9007199254740993.0', '9007199254740993.0'],
    ]) {
      const secret = { fields: { id: { type: 'integer', missing: 'ask', secret: true } } } as const
      const hidden = redactor(secret, [], `{"id":${number}}`)
      const text = compiled().render('id ${event.id}', scopeOf({}, parsed(`{"id":${number}}`)))
      assert.equal(hidden.text(text), 'id ●●●', text)
      assert.equal(hidden.text(`id ${written}`), 'id ●●●')
    }
  })
  const table: [type: Record<string, unknown>, sent: string, gives: unknown][] = [
    [{ type: 'string' }, '9007199254740993', '9007199254740993'],
    [{ type: 'integer' }, '9007199254740993', new ExactNumber('9007199254740993')],
    [{ type: 'integer' }, '"9007199254740993"', new ExactNumber('9007199254740993')],
    [{ type: 'integer' }, '12', 12],
    [{ type: 'integer' }, '1e3', 1000],
    [{ type: 'integer' }, '1e16', new ExactNumber('10000000000000000')],
    [{ type: 'integer' }, '"1e16"', new ExactNumber('10000000000000000')],
    [{ type: 'integer' }, '10000000000000000.0', new ExactNumber('10000000000000000')],
    [{ type: 'integer', enum: [1e16] }, '10000000000000000', new ExactNumber('10000000000000000')],
    [
      { type: 'integer', maximum: 1e15 },
      '1e16',
      'invalid: x must be at most 1000000000000000, and is 10000000000000000',
    ],
    [{ type: 'array', items: { type: 'integer' } }, '[-1e16]', [-1e16]],
    [
      { type: 'array', items: { type: 'integer' } },
      '[9007199254740992.5]',
      'invalid: x 0 must be a whole number, and is 9007199254740992.5',
    ],
    [
      { type: 'object', properties: { n: { type: 'integer' } } },
      '{"n":9007199254740992.5}',
      'invalid: x n must be a whole number, and is 9007199254740992.5',
    ],
    [{ type: 'array', items: { type: 'number' } }, '[1e400]', [new ExactNumber('1e400')]],
    [
      { type: 'array', items: { type: 'integer' } },
      '[1e16,0.5]',
      'invalid: x 1 must be a whole number, and is [10000000000000000,0.5]',
    ],
    [
      { type: 'object', properties: { id: { type: 'integer', maximum: 10 } } },
      '{"id":1e16}',
      'invalid: x id must be at most 10, and is {"id":10000000000000000}',
    ],
    [
      { type: 'integer' },
      '12345678901234567.5',
      'invalid: x cannot be used: 12345678901234567.5 is not a whole number',
    ],
    [
      { type: 'integer', maximum: 10 },
      '9007199254740993',
      'invalid: x must be at most 10, and is 9007199254740993',
    ],
    [
      { type: 'integer', multipleOf: 2 },
      '9007199254740993',
      'invalid: x must be a multiple of 2, and is 9007199254740993',
    ],
    [
      { type: 'integer', enum: [1, 2] },
      '9007199254740993',
      'invalid: x must be one of 1, 2, and is 9007199254740993',
    ],
    [
      { type: 'number' },
      '12345678901234567.89',
      'invalid: x cannot be used: 12345678901234567.89 is not kept exactly by a number: give the field the type string (or integer), or say approximate: true',
    ],
    [{ type: 'number', approximate: true }, '12345678901234567.89', 12345678901234568],
    [
      { type: 'number', approximate: true },
      '1e400',
      'invalid: x cannot be used: 1e400 is not kept exactly by a number: give the field the type string (or integer), or say approximate: true',
    ],
    [{ type: 'number' }, '1152921504606847000', 1152921504606847000],
    [
      { type: 'array', items: { type: 'integer' } },
      '[1,9007199254740993]',
      [1, new ExactNumber('9007199254740993')],
    ],
    [
      { type: 'object', properties: { id: { type: 'integer' } } },
      '{"id":9007199254740993}',
      { id: new ExactNumber('9007199254740993') },
    ],
    [
      { type: 'boolean' },
      '9007199254740993',
      'invalid: x cannot be used: 9007199254740993 is not true or false',
    ],
  ]
  for (const [field, sent, gives] of table)
    test(`${sent} in a field ${JSON.stringify(field)}`, () => {
      assert.deepEqual(fieldValue(field, parsed(sent)), gives)
    })
  test('approximate is for fields of type number', () => {
    assert.throws(() => fieldValue({ type: 'integer', approximate: true }, 1), /approximate/)
  })

  const fields = {
    id: { type: 'integer' },
    n: { type: 'number', missing: 'ignore' },
    ids: { type: 'array', items: { type: 'integer' }, missing: 'ignore' },
  }
  const holds = (
    when: string,
    record = '{"id":9007199254740993,"n":2.5}',
    body = '{"id":9007199254740993,"d":12345678901234567.89,"small":2}',
  ) => {
    const made = compiled({ fields, rules: [{ rule: 'r', when, route: 'end' }] })
    const scope = scopeOf(parsed(record) as Record<string, JsonValue>, parsed(body))
    return made.holds(when, scope)
  }
  const conditions: [when: string, is: boolean][] = [
    ['event.id == 9007199254740993', true],
    ['event.id == 9007199254740992', false],
    ['9007199254740993 == event.id', true],
    ['event.id != 9007199254740992', true],
    ['event.id > 9007199254740992', true],
    ['event.id >= 9007199254740994', false],
    ['event.id > 1.5', true],
    ['event.id in [9007199254740992]', false],
    ['event.id in [9007199254740993, 2]', true],
    ['event.id in [1, 2]', false],
    ['string(event.id) == "9007199254740993"', true],
    ['int(event.id) == 9007199254740993', true],
    ['event.id % 10 == 3', true],
    ['event.id + 1 == 9007199254740994', true],
    ['event.id - event.id == 0', true],
    ['-event.id < 0', true],
    ['event.d > 12345678901234567', true],
    ['event.d == event.d', true],
    ['event.d - 12345678901234567 == 0.89', true],
    ['record.id == event.id', true],
    ['record.id == 9007199254740993', true],
    ['record.id == 9007199254740992', false],
    ['record.id in [9007199254740993]', true],
    ['record.id > 5 && record.n > 2', true],
    ['string(record.id) == "9007199254740993"', true],
    ['event.small in [1, 2]', true],
    ['sum([event.id, event.small]) == 9007199254740995', true],
    ['sum([event.id, event.small]) > 9007199254740995', false],
    ['sum([event.id, event.small]) + 1 == 9007199254740996', true],
    ['sum([event.d, event.small]) - 12345678901234569 == 0.89', true],
    ['string(int(1e25)) == "10000000000000000000000000"', true],
    ['string(int(1.9)) == "1"', true],
    ['1.0 / 1e-10 > 1e9', true],
    ['string(sum([9007199254740993, 2])) == "9007199254740995"', true],
    ['string(sum(["9007199254740993", "2"])) == "9007199254740995"', true],
    ['string(-sum([event.id, event.small])) == "-9007199254740995"', true],
    // Decimals that no double holds meet whole numbers in every operator, wherever they stand.
    ['sum(["150.1", "0.123456789012345678"]) > 100', true],
    ['sum(["150.1", "0.123456789012345678"]) < 100', false],
    ['sum(["150.1", "0.123456789012345678"]) >= 100', true],
    ['100 < sum(["150.1", "0.123456789012345678"])', true],
    ['-sum(["150.1", "0.123456789012345678"]) < 0', true],
    ['sum(["0.123456789012345678"]) == sum(["0.123456789012345678"])', true],
    ['[sum(["150.1", "0.123456789012345678"])].exists(one, one > 100)', true],
    ['(record.n > 1 ? sum(["150.1", "0.123456789012345678"]) : 0.0) > 100', true],
    ['int(sum([event.id, event.small])) == 9007199254740995', true],
    ['int(sum([event.id, event.small])) + 1 == 9007199254740996', true],
    ['string(int(event.d)) == "12345678901234567"', true],
    ['string(int(-event.d)) == "-12345678901234567"', true],
  ]
  for (const [when, is] of conditions)
    test(`${when} is ${is}`, () => {
      assert.equal(holds(when), is)
    })
  test('many rules on it are told apart, as few are', () => {
    const names = Array.from({ length: 20 }, (_, n) => `900719925474099${n}`)
    const { decide } = compiled({
      fields,
      rules: [
        ...names.map((id) => ({ rule: `is ${id}`, when: `record.id == ${id}`, route: 'end' })),
        { rule: 'all', when: 'true', route: 'end' },
      ],
    })
    const decision = decide(scopeOf(parsed('{"id":9007199254740993}') as Record<string, JsonValue>))
    assert.equal(decision.kind === 'route' && decision.rule, 'is 9007199254740993')
  })
  test('an integer field is still checked as a number', () => {
    for (const when of ['record.id == "3"', 'record.id.contains("3")', 'record.id'])
      assert.throws(
        () => compiled({ fields, rules: [{ rule: 'r', when, route: 'end' }] }),
        CompileError,
        when,
      )
  })
  test('a number in the file that would be another one is named', () => {
    assert.throws(
      () =>
        compiled({ fields, rules: [{ rule: 'r', when: 'event.d == 12345678901234567.89', route: 'end' }] }),
      /12345678901234567.89 has more digits than a number here keeps/,
    )
  })
  test('texts and bodies send its digits', () => {
    const { actions } = compiled({
      fields,
      routes: {
        end: {
          actions: [
            {
              action: 'call',
              http: {
                url: 'https://a.example/${event.id}',
                json: { id: '${record.id}', raw: '${event}', text: 'no ${event.d}' },
              },
            },
          ],
          outcome: 'achieved',
        },
      },
    })
    const scope = scopeOf(
      parsed('{"id":9007199254740993}') as Record<string, JsonValue>,
      parsed('{"id":7152921506151679057,"d":12345678901234567.89}'),
    )
    const [step] = actions('end', scope, () => 's')
    assert.ok(step?.kind === 'http')
    assert.equal(step.call.url, 'https://a.example/7152921506151679057')
    assert.equal(
      JSON.stringify(step.call.json),
      '{"id":9007199254740993,"raw":{"id":7152921506151679057,"d":12345678901234567.89},"text":"no 12345678901234567.89"}',
    )
  })
})

describe('decimals are calculated as on paper', () => {
  const fields = { a: { type: 'number' }, b: { type: 'number' } }
  const text = (expression: string, a: number, b: number) =>
    compiled({ fields }).render(`\${${expression}}`, scopeOf({ a, b }, { a, b, list: [a, b, '0.30'] }))
  const cases: [expression: string, a: number, b: number, is: string][] = [
    ['record.a - record.b', 13.91, 13.9, '0.01'],
    ['record.a - record.b', 1.01, 1, '0.01'],
    ['event.a - event.b', 13.91, 13.9, '0.01'],
    ['record.a + record.b', 0.1, 0.2, '0.3'],
    ['record.a * record.b', 1.1, 1.1, '1.21'],
    ['record.a * 100', 19.99, 0, '1999'],
    ['record.a / record.b', 0.3, 0.1, '3'],
    ['record.a / 3', 1, 0, '0.3333333333333333'],
    ['record.a % record.b', 0.3, 0.1, '0'],
    ['sum(event.list)', 0.1, 0.2, '0.6'],
    ['sum([record.a, record.b])', 9007199254740991, 2, '9007199254740993'],
    ['sum([record.a, record.b])', 1e16, 0.5, '10000000000000000'],
    ['record.a - record.b > 0.01', 13.91, 13.9, 'false'],
    ['record.a - record.b > 0.01', 1.01, 1, 'false'],
    ['record.a - record.b == 0.01', 13.91, 13.9, 'true'],
    ['record.a', 0.30000000000000004, 0, '0.30000000000000004'],
    ['5 / 2', 0, 0, '2'],
    ['record.a * record.b', 3002399751580331, 3, '9007199254740993'],
    ['record.a * record.b == 9007199254740993', 3002399751580331, 3, 'true'],
    ['record.a * record.b > 9007199254740992', 3002399751580331, 3, 'true'],
    ['record.a * record.b - 1', 3002399751580331, 3, '9007199254740992'],
    ['int(record.a * record.b)', 3002399751580331, 3, '9007199254740993'],
    ['int(record.a * record.b) + 1', 3002399751580331, 3, '9007199254740994'],
    ['int(record.a * record.b * 0.5)', 3002399751580331, 3, '4503599627370496'],
    ['int(sum([record.a, record.b]))', 9007199254740991, 2, '9007199254740993'],
    ['record.a + record.b', 9007199254740991, 2, '9007199254740993'],
    ['record.a + record.b > 10000000000000000', 5000000000000001, 5000000000000000, 'true'],
    ['record.a * record.a', 94906267, 0, '9007199515875289'],
    ['record.a + 1', 1e16, 0, '10000000000000001'],
    ['-(record.a * record.b)', 3002399751580331, 3, '-9007199254740993'],
    ['record.a * record.b', 1e300, 1e10, `1${'0'.repeat(310)}`],
  ]
  for (const [expression, a, b, is] of cases)
    test(`${expression} of ${a} and ${b} is ${is}`, () => {
      assert.equal(text(expression, a, b), is)
    })
  test('whatever the whole numbers', () => {
    const whole = fc.maxSafeInteger()
    const made = compiled({ fields })
    fc.assert(
      fc.property(whole, whole, fc.constantFrom('+', '-', '*'), (a, b, op) => {
        const [left, right] = [BigInt(a), BigInt(b)]
        const on = { '+': left + right, '-': left - right, '*': left * right }[op]
        for (const one of [`record.a ${op} record.b`, `int(record.a ${op} record.b)`])
          assert.equal(made.render(`\${${one}}`, scopeOf({ a, b })), String(on))
      }),
    )
  })
  test('whatever the cents', () => {
    const cents = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((n) => n / 100)
    const made = compiled({ fields })
    fc.assert(
      fc.property(cents, cents, fc.constantFrom('+', '-', '*'), (a, b, op) => {
        const got = made.render(`\${record.a ${op} record.b}`, scopeOf({ a, b }))
        const on = { '+': Big(a).plus(b), '-': Big(a).minus(b), '*': Big(a).times(b) }[op]
        assert.equal(Number(got), Number(on?.toString()))
      }),
    )
  })
})
