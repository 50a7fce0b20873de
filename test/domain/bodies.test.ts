// Whatever bytes come with whatever content type: they are read, or a sentence says why not; and always the same.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { bodyText } from '../../src/domain/body/body-text.ts'
import { readBody } from '../../src/domain/body/read-body.ts'
import { parseJson } from '../../src/domain/values/exact-number.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { compiled } from './compiled.ts'

const types = [
  'application/json',
  'application/vnd.api+json; charset=utf-16le',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=shift_jis',
  'multipart/form-data; boundary=x',
  'text/xml',
  'application/soap+xml; charset=windows-1252',
  'application/x-ndjson',
  'text/plain',
  'text/plain; charset=gb18030',
]
const right = [
  '{"a":[1,{"b":null}],"c":9007199254740993}',
  'a=1&a=2&payload=%7B%22b%22%3A1%7D&c=%C3%A9',
  '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\u0001\r\n--x--\r\n',
  '<?xml version="1.0" encoding="UTF-8"?><a b="1"><c>1</c><c/>x<![CDATA[y]]><!-- z --></a>',
  '{"a":1}\n[2]\n',
]
const pieces = fc.constantFrom(
  ...right.flatMap((text) => text.split(/(?<=[<>&="\r\n;:{}])/)),
  '\ufeff',
  '\0',
  '%',
  '&#',
)
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(pieces, { maxLength: 30 }).map((some) => new TextEncoder().encode(some.join(''))),
  fc
    .tuple(fc.constantFrom(...right), fc.nat(200), fc.nat(20), pieces)
    .map(([text, at, length, piece]) =>
      new TextEncoder().encode(text.slice(0, at) + piece + text.slice(at + length)),
    ),
)
const type = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...types) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

describe('a body', () => {
  test('of any bytes and content type is JSON or a problem in words, and the same each time', () => {
    fc.assert(
      fc.property(bytes, type, (body, contentType) => {
        const read = readBody({ body, contentType })
        assert.deepEqual(readBody({ body: body.slice(), contentType }), read)
        if (read.kind === 'unreadable') {
          assert.ok(read.status === 400 || read.status === 415)
          assert.match(read.detail, /\S.*[.)\w"']$/s)
          return
        }
        const text = bodyText({ body, contentType })
        assert.deepEqual(parseJson(text), read.body, 'people are shown what expressions see')
      }),
      { numRuns: 3000 },
    )
  })

  test('of a form has what URLSearchParams finds in it', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(pairs, (given) => {
        const form = new URLSearchParams(given.filter(([name]) => name !== 'payload' && name !== ''))
        const read = readBody({
          body: Buffer.from(form.toString()),
          contentType: 'application/x-www-form-urlencoded',
        })
        const expected: [string, JsonValue][] = [...new Set(form.keys())].map((name) => {
          const all = form.getAll(name)
          return [name, all.length === 1 ? (all[0] ?? '') : all]
        })
        assert.deepEqual(read, { kind: 'read', body: Object.fromEntries(expected) })
      }),
    )
  })

  const MOST = 1024 * 1024
  const filled = (piece: string, before = '', after = '') =>
    before + piece.repeat(Math.floor((MOST - before.length - after.length) / piece.length)) + after
  const dear: [what: string, contentType: string, body: string][] = [
    ['XML of carriage returns', 'text/xml', filled('\r', '<e>', '</e>')],
    ['XML of line ends in CDATA', 'text/xml', filled('\r\n', '<e><![CDATA[', ']]></e>')],
    ['XML with a name of 1 MiB', 'text/xml', filled('\u{10000}', '<')],
    ['XML of 49,000 elements', 'text/xml', `<a>${'<b/>'.repeat(49_000)}</a>`],
    ['JSON of long decimals', 'application/json', filled('1.12345678901234567890,', '[', '1]')],
    ['JSON of exponents', 'application/json', filled('1e400,', '[', '1]')],
    ['JSON of short numbers and a long one', 'application/json', filled('1,', '[', '12345678901234567890]')],
    ['JSON lines of a digit', 'application/x-ndjson', filled('1\n')],
    ['a form of escapes', 'application/x-www-form-urlencoded', filled('%41', 'a=')],
    ['a form of nothing', 'application/x-www-form-urlencoded', filled('&')],
    ['a form of spaces', 'application/x-www-form-urlencoded', filled(' &')],
  ]
  for (const [what, contentType, text] of dear)
    test(`of 1 MiB does not keep everybody waiting: ${what}`, () => {
      const body = Buffer.from(text)
      readBody({ body: body.subarray(0, 1000), contentType })
      const before = process.cpuUsage()
      const read = readBody({ body, contentType })
      const { user } = process.cpuUsage(before)
      assert.ok(user < 700_000, `${user / 1000} ms`)
      if (read.kind === 'unreadable') assert.ok(read.detail.length < 300, read.detail)
    })
  test('of XML has line feeds alone, as XML says', () => {
    const xml = '<a b="1\r\n2">1\r\n2\r3\r\r4&#13;<![CDATA[5\r6]]></a>'
    assert.deepEqual(readBody({ body: Buffer.from(xml), contentType: 'text/xml' }), {
      kind: 'read',
      body: { a: { '@b': '1 2', '#text': '1\n2\n3\n\n4\r5\n6' } },
    })
  })

  const once: [what: string, xml: string, seen: JsonValue][] = [
    [
      'an element that comes once and again',
      '<a><b>1</b><c><d/></c><c>2</c></a>',
      { a: { b: '1', c: [{ d: '' }, '2'] } },
    ],
    ['attributes beside text', '<a x:b="1" xmlns:x="u"> t </a>', { a: { '@b': '1', '#text': 't' } }],
    ['text that looks like a number', '<a>007</a>', { a: '007' }],
    ['a reference by number', '<a>&#x41;&lt;</a>', { a: 'A<' }],
  ]
  for (const [what, xml, seen] of once)
    test(`of XML: ${what}`, () => {
      assert.deepEqual(readBody({ body: Buffer.from(xml), contentType: 'application/xml' }), {
        kind: 'read',
        body: seen,
      })
    })

  test('of XML, whether an element came once or again, is a list where the workflow asks for one', () => {
    const from = 'type(event.order.line) == list ? event.order.line : [event.order.line]'
    const { validate } = compiled({ fields: { lines: { type: 'array', from } } })
    const linesOf = (xml: string) => {
      const read = readBody({ body: Buffer.from(xml), contentType: 'application/xml' })
      assert.ok(read.kind === 'read')
      return validate({ body: read.body, headers: {} }, {}, new Date(0)).fields['lines']
    }
    assert.deepEqual(linesOf('<order><line>a</line></order>'), ['a'])
    assert.deepEqual(linesOf('<order><line>a</line><line>b</line></order>'), ['a', 'b'])
  })
})
