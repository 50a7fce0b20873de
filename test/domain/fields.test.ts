// What becomes of values: each type, text that reads as it, what is absent, and the demands of JSON Schema.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { compiled, fieldValue } from './compiled.ts'

const table: [field: Record<string, unknown>, value: JsonValue, gives: JsonValue | undefined][] = [
  [{ type: 'string' }, 'a', 'a'],
  [{ type: 'string' }, 450789469, '450789469'],
  [{ type: 'string' }, true, 'true'],
  [{ type: 'string' }, ['a'], 'invalid: x cannot be used: ["a"] is not text'],
  [{ type: 'string' }, '  ', 'missing: x is missing'],
  [{ type: 'string', minLength: 0 }, '', ''],
  [{ type: 'string', missing: 'ignore' }, null, undefined],
  [{ type: 'string', missing: 'default', default: 'd' }, '', 'd'],
  [{ type: 'string', minLength: 3 }, 'ab', 'invalid: x must have at least 3 characters, and is "ab"'],
  [{ type: 'string', pattern: '^[A-Z]{2}$' }, 'DE', 'DE'],
  [{ type: 'string', pattern: '^[A-Z]{2}$' }, 'de', 'invalid: x must look like ^[A-Z]{2}$, and is "de"'],
  [{ type: 'string', format: 'email' }, 'kim', 'invalid: x must be a valid email, and is "kim"'],
  [{ type: 'string', title: 'Name', const: 'a' }, 'b', 'invalid: Name must be one of "a", and is "b"'],
  [{ type: 'number' }, '409.94', 409.94],
  [{ type: 'number' }, '-1e3', -1000],
  [{ type: 'number' }, '12,50', 'invalid: x cannot be used: "12,50" is not a number'],
  [{ type: 'number' }, '0x10', 'invalid: x cannot be used: "0x10" is not a number'],
  [{ type: 'number' }, '', 'missing: x is missing'],
  [{ type: 'number', minimum: 1 }, 0, 'invalid: x must be at least 1, and is 0'],
  [{ type: 'number', exclusiveMaximum: 1 }, 1, 'invalid: x must be less than 1, and is 1'],
  [{ type: 'integer' }, '12', 12],
  [{ type: 'integer' }, 1.5, 'invalid: x must be a whole number, and is 1.5'],
  [{ type: 'boolean' }, 'yes', true],
  [{ type: 'boolean' }, 'FALSE', false],
  [{ type: 'boolean' }, 1, 'invalid: x cannot be used: 1 is not true or false'],
  [{ type: 'timestamp' }, '2016-06-20T13:35:06-04:00', '2016-06-20T17:35:06.000Z'],
  [{ type: 'timestamp' }, '2026-01-05', '2026-01-05T00:00:00.000Z'],
  [{ type: 'timestamp' }, 1767225601, '2026-01-01T00:00:01.000Z'],
  [{ type: 'timestamp' }, 1767225601000, '2026-01-01T00:00:01.000Z'],
  [{ type: 'timestamp' }, '1767225601', '2026-01-01T00:00:01.000Z'],
  [{ type: 'timestamp' }, ' 1767225601.5 ', '2026-01-01T00:00:01.500Z'],
  [{ type: 'timestamp' }, '1767225601000', '2026-01-01T00:00:01.000Z'],
  [{ type: 'timestamp' }, '20260105', '2026-01-05T00:00:00.000Z'],
  [
    { type: 'timestamp' },
    'soon',
    'invalid: x cannot be used: "soon" is not a time (ISO 8601, or seconds since 1970)',
  ],
  ...[
    ['10:30', ': it does not say which day, and parseTime(…, "H:mm", zone, now) takes it from now'],
    ['24:00', ': it does not say which day, and parseTime(…, "H:mm", zone, now) takes it from now'],
    ['T10:30:00Z', ': it does not say which day, and parseTime(…, "H:mm", zone, now) takes it from now'],
    [45000, ": as a spreadsheet's day it is 2023-03-15, which excelTime(…) reads"],
    ['45000.5', ": as a spreadsheet's day it is 2023-03-15, which excelTime(…) reads"],
    [2026, ''],
    ['1030', ''],
    [0, ''],
  ].map(([sent = '', why]): (typeof table)[number] => [
    { type: 'timestamp' },
    sent,
    `invalid: x cannot be used: ${JSON.stringify(sent)} is not a time (ISO 8601, or seconds since 1970)${why}`,
  ]),
  [{ type: 'timestamp', from: 'excelTime(event.x)' }, 45000.5, '2023-03-15T12:00:00.000Z'],
  [{ type: 'timestamp', from: 'excelTime(event.x)' }, '45000', '2023-03-15T00:00:00.000Z'],
  [{ type: 'timestamp', from: 'excelTime(event.x)' }, '4.5e4', '2023-03-15T00:00:00.000Z'],
  [{ type: 'timestamp' }, '2026-01-05T10:30:00+14:00', '2026-01-04T20:30:00.000Z'],
  [{ type: 'timestamp' }, '2026-01-05T10:30:00-0330', '2026-01-05T14:00:00.000Z'],
  ...[
    '2026-01-05T10:30:00+25:00',
    '2026-01-05T10:30:00-2400',
    '2026-01-05T10:30+99',
    '2026-01-05T10:30:00+05:99',
  ].map((sent): (typeof table)[number] => [
    { type: 'timestamp' },
    sent,
    `invalid: x cannot be used: ${JSON.stringify(sent)} is not a time (ISO 8601, or seconds since 1970)`,
  ]),
  [{ type: 'timestamp', from: 'timestamp(event.x)' }, '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  [
    { type: 'timestamp', from: 'timestamp(event.x)' },
    '2026-02-30T00:00:00Z',
    'invalid: x cannot be read: "2026-02-30T00:00:00Z" is no day of the calendar',
  ],
  [{ type: 'timestamp' }, '2026-01', '2026-01-01T00:00:00.000Z'],
  [{ type: 'timestamp' }, '2026-W02-1', '2026-01-05T00:00:00.000Z'],
  [{ type: 'timestamp' }, -1000000000, '1938-04-24T22:13:20.000Z'],
  [{ type: 'enum', enum: ['a', 1] }, '1', 1],
  [{ type: 'enum', enum: ['a', 'b'] }, 'c', 'invalid: x must be one of "a", "b", and is "c"'],
  [{ type: 'array', items: { type: 'string' } }, ['a'], ['a']],
  [{ type: 'array' }, '[1,2]', [1, 2]],
  [{ type: 'array', items: { type: 'string' } }, [1], 'invalid: x 0 must be of type string, and is [1]'],
  [
    { type: 'object', additionalProperties: false, properties: {} },
    { b: 2 },
    'invalid: x Unrecognized key: "b", and is {"b":2}',
  ],
  [{ type: 'number', multipleOf: 0.5 }, 0.7, 'invalid: x must be a multiple of 0.5, and is 0.7'],
  [{ type: 'array', maxItems: 1 }, [1, 2], 'invalid: x must have at most 1 entries, and has 2'],
  [
    { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] },
    { a: 1, b: 2 },
    { a: 1, b: 2 },
  ],
  [
    { type: 'object', required: ['a'], properties: { a: { type: 'number' } } },
    {},
    'invalid: x a must be of type number, and is {}',
  ],
  [{ type: 'object' }, [], 'invalid: x cannot be used: [] is not an object'],
  [
    { type: 'timestamp', from: 'parseTime(event.x, "d.M.yyyy", "Europe/Berlin")' },
    '1.7.2026',
    '2026-06-30T22:00:00.000Z',
  ],
  [
    { type: 'timestamp', from: 'parseTime(event.x, "d.M.yyyy")' },
    '7/1/2026',
    'invalid: x cannot be read: "7/1/2026" is not a time like d.M.yyyy',
  ],
  [{ type: 'timestamp', from: 'parseTime(event.x, "d.M.yyyy")' }, '', 'missing: x is missing'],
  ...[
    'Kim Lee <kim@acme.example>',
    '"Lee, Kim" <kim@acme.example>',
    '"other@else.example" <kim@acme.example>',
    'kim@acme.example <kim@acme.example>',
    'kim@acme.example (at work)',
    '<kim@acme.example>',
  ].map((sent): (typeof table)[number] => [
    { type: 'string', from: 'domain(event.x)' },
    sent,
    'acme.example',
  ]),
  ...['kim@acme.example, lee@other.example', 'Kim <kim@a.example>; Lee <lee@b.example>'].map(
    (sent): (typeof table)[number] => [
      { type: 'string', from: 'domain(event.x)' },
      sent,
      `invalid: x cannot be read: "${sent.toLowerCase()}" holds 2 email addresses: domain() reads one`,
    ],
  ),
  [
    { type: 'string', from: 'domain(event.x)' },
    'kim@acme@example',
    'invalid: x cannot be read: "kim@acme@example" is not an email address',
  ],
  [{ type: 'string', from: 'domain(event.x)' }, 'Kim@ACME.example', 'acme.example'],
  [{ type: 'number', from: 'sum(event.x)' }, ['1.5', 2], 3.5],
  [
    { type: 'number', from: 'sum(event.x)' },
    ['1.5', 'x'],
    'invalid: x cannot be read: sum() adds up numbers, and met "x"',
  ],
  [{ type: 'string', from: 'event.x.y.z' }, { y: null }, 'missing: x is missing'],
]

describe('a field', () => {
  for (const [field, value, gives] of table) {
    test(`${JSON.stringify(field)} makes ${JSON.stringify(gives) ?? 'nothing'} of ${JSON.stringify(value)}`, () => {
      assert.deepEqual(fieldValue(field, value), gives)
    })
  }
  test('that is corrected keeps the correction and says so; a wrong correction is refused', () => {
    const { validate } = compiled({
      fields: { n: { type: 'number', maximum: 5 }, twice: { type: 'number', from: 'record.n * 2' } },
    })
    const input = { body: { n: 'x' }, headers: {} }
    const now = new Date(0)
    assert.deepEqual(validate(input, { n: '3' }, now), {
      fields: { n: 3, twice: 6 },
      sources: { n: { from: 'correction' }, twice: { from: 'event' } },
      problems: [],
      currencies: [],
    })
    assert.deepEqual(validate(input, { n: 9 }, now).problems[0], {
      field: 'n',
      kind: 'invalid',
      message: 'n must be at most 5, and is 9',
      value: 9,
    })
  })
})
