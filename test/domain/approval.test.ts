// The pure part of approvals: what is covered, under which hash, and how what would be sent differs from it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CoverChange, coverOf, differenceFrom } from '../../src/domain/exceptions/approval.ts'
import { coverChangeLines, coverLines, shortChangeLines } from '../../src/domain/exceptions/approval-words.ts'
import { canonicalHash, canonicalJson } from '../../src/domain/values/canonical.ts'
import { sameJson } from '../../src/domain/exceptions/change.ts'
import { namesTo, placeInAction, withoutAt } from '../../src/domain/exceptions/input-path.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { compiled, scopeOf } from './compiled.ts'

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)

const route = (except: string[] = []) =>
  compiled({
    fields: { amount: { type: 'number' }, note: { type: 'string', missing: 'ignore' } },
    routes: {
      end: {
        review: { by: '@ada', except },
        actions: [
          {
            action: 'pay',
            http: {
              url: '${vars.shop}/r',
              headers: { 'X-Key': '${secret.KEY}' },
              json: { n: '${record.amount}', at: '${now}' },
            },
          },
          { action: 'tell', when: 'record.amount > 5.0', slack: { channel: '#x', text: '${record.note}' } },
        ],
        outcome: 'achieved',
      },
    },
  })
const cover = (
  record: JsonObject,
  { except = [] as string[], step = 0, now = '2026-01-05T12:00:00Z' } = {},
) => coverOf(route(except), { route: 'end', step }, { ...scopeOf(record), now: new Date(now) })

const differingFields = (one: JsonObject, other: JsonObject) =>
  differenceFrom(cover(one, { step: 1 }), cover(other, { step: 1 }))?.map(({ field }) => field)

const changeLine = (before: JsonValue, after: JsonValue) =>
  coverChangeLines([{ action: 'pay', field: 'json.x', before, after }])[0]

describe('what an approval covers', () => {
  test('equal JSON and no other has one canonical text and hash, whatever the order of its names', () => {
    const turned = (value: JsonValue): JsonValue =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([name, inner]) => [name, turned(inner)]),
            )
          : value
    fc.assert(
      fc.property(json, json, (one, other) => {
        assert.equal(canonicalHash(one), canonicalHash(turned(one)))
        assert.equal(canonicalJson(one) === canonicalJson(other), sameJson(one, other))
      }),
    )
  })

  test('the same record gives the same cover; what differs is named by its path', () => {
    const approved = cover({ amount: 3, note: 'a' })
    assert.equal(differenceFrom(approved, cover({ note: 'a', amount: 3 })), undefined)
    assert.deepEqual(differenceFrom(approved, cover({ amount: 4, note: 'a' })), [
      { action: 'pay', field: 'json.n', before: 3, after: 4 },
    ])
    assert.deepEqual(
      differenceFrom(approved, cover({ amount: 3, note: 'a' }, { now: '2026-01-05T12:00:01Z' })),
      [
        {
          action: 'pay',
          field: 'json.at',
          before: '2026-01-05T12:00:00.000Z',
          after: '2026-01-05T12:00:01.000Z',
        },
      ],
    )
  })

  test('a condition that comes to hold differs, and so does what could not be told and now can', () => {
    assert.deepEqual(differingFields({ amount: 3 }, { amount: 6, note: 'x' }), [
      'what it does',
      'channel',
      'text',
    ])
    assert.deepEqual(differingFields({ amount: 6 }, { amount: 6, note: 'x' }), [
      'what it does',
      'channel',
      'text',
      'because',
    ])
  })

  test('steps that are done do not count, and no approval covers nothing', () => {
    const approved = cover({ amount: 6, note: 'a' })
    assert.equal(differenceFrom(approved, cover({ amount: 6, note: 'a' }, { step: 1 })), undefined)
    assert.notEqual(differenceFrom(cover({ amount: 6, note: 'a' }, { step: 1 }), approved), undefined)
    assert.notEqual(differenceFrom(null, approved), undefined)
  })

  test('what the file leaves out may differ, is told, and is covered again once a person wrote it', () => {
    const except = ['pay.json.at']
    const approved = cover({ amount: 3 }, { except })
    assert.equal(
      differenceFrom(approved, cover({ amount: 3 }, { except, now: '2027-01-05T12:00:00Z' })),
      undefined,
    )
    assert.ok(coverLines(approved).includes('    not covered by the approval: json.at'))
    const edited = { route: 'end', step: 0, input: { json: { n: 3, at: null } } }
    const written = coverOf(route(except), { route: 'end', step: 0, edited }, scopeOf({ amount: 3 }))
    assert.equal(differenceFrom(approved, written)?.[0]?.field, 'json.at')
  })

  test('one value is one line, whatever it says: it passes for no other', () => {
    const note = 'late\n    json.n: 5\n\u2800\n\u2028x'
    const lines = coverLines(cover({ amount: 999, note }))
    assert.ok(lines.includes('    text: "late\\n    json.n: 5\\n\\u{2800}\\n\\u{2028}x"'), lines.join('\n'))
    assert.ok(lines.includes('    json.n: 999'))
    assert.ok(lines.every((line) => !/[\n\u2028\u2800]/.test(line)))
    for (const unseen of [' \u200e', ' \u200b', '\u3164', ' \u{e0020}'])
      assert.ok(
        coverLines(cover({ amount: 999, note: `late${unseen.repeat(50)}json.n: 5` })).some((line) =>
          line.startsWith('    text: "late'),
        ),
        unseen,
      )
    const key = compiled({
      fields: { o: { type: 'object' } },
      routes: {
        end: {
          actions: [{ action: 'pay', http: { url: '${vars.shop}/r', json: { o: '${record.o}' } } }],
          outcome: 'achieved',
        },
      },
    })
    const forged = coverOf(key, { route: 'end', step: 0 }, scopeOf({ o: { 'x: y\n    json.n: 5': 'z' } }))
    assert.ok(
      coverLines(forged).includes('    "json.o.x: y\\n    json.n: 5": z'),
      coverLines(forged).join('|'),
    )
    const gap = coverLines(cover({ amount: 999, note: `late${' '.repeat(90)}json.n: 5` }))
    assert.ok(gap.some((line) => line.startsWith('    text: "late ')))
  })

  test('a text stands as JSON where it could be taken for another value', () => {
    const other: [text: string, said: string][] = [
      ['\u202egro.elpmaxe@live', String.raw`"\u{202e}gro.elpmaxe@live"`],
      ['x\u2066y\u2069', String.raw`"x\u{2066}y\u{2069}"`],
      ['1\u200b0', String.raw`"1\u{200b}0"`],
      ['a\u200db', String.raw`"a\u{200d}b"`],
      ['a\ufe0f', String.raw`"a\u{fe0f}"`],
      ['ad\u00ada', String.raw`"ad\u{ad}a"`],
      [' x', '" x"'],
      ['12', '"12"'],
      ['1e3', '"1e3"'],
      ['true', '"true"'],
      ['null', '"null"'],
      ['[]', '"[]"'],
      ['"x"', String.raw`"\"x\""`],
      [String.raw`"1\u{200b}0"`, String.raw`"\"1\\u{200b}0\""`],
      ['nothing', '"nothing"'],
      ['', '""'],
    ]
    const plain = [
      'Zoë O’Neil',
      '👩🏽‍🚀 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣',
      '5 → 5',
      'DE02 1203',
      '12 pieces',
      'a: b',
      'שלום',
      '10 000'.replace(' ', '\u00a0'),
    ]
    for (const [text, said] of [...other, ...plain.map((same) => [same, same] as const)]) {
      const values = [['json.x', text] as [string, JsonValue]]
      const lines = coverLines({
        hash: '',
        actions: [{ action: 'pay', step: 0, does: 'http', values, except: [], hash: '' }],
      })
      assert.equal(lines[1], `    json.x: ${said}`)
    }
    assert.equal(changeLine('5 → 5', 500), 'pay, json.x: "5 → 5" → 500')
    assert.equal(changeLine(12, '12'), 'pay, json.x: 12 → "12"')
    assert.equal(changeLine(null, 'nothing'), 'pay, json.x: nothing → "nothing"')
    const key: CoverChange = { action: 'pay', field: 'json.x: 1 → 2', before: 1, after: 3 }
    assert.deepEqual(coverChangeLines([key]), ['pay, "json.x: 1 → 2": 1 → 3'])
  })

  test('secrets stand in it by name', () => {
    assert.ok(coverLines(cover({ amount: 3 })).includes('    headers.X-Key: ${secret.KEY}'))
  })

  test('paths lead to one text, also where names have dots; addresses and receivers are always covered', () => {
    assert.deepEqual(namesTo({ a: { 'b.c': { d: 1 } } }, 'a.b.c.d'), ['a', 'b.c', 'd'])
    assert.deepEqual(withoutAt({ a: [{ b: 1 }, 2] }, ['a', '0', 'b']), { a: [{ b: null }, 2] })
    const http = { url: 'x', json: { at: 'y', more: { z: 1 } }, sign: 's' }
    assert.equal(placeInAction({ http }, 'json.at').kind, 'text')
    for (const path of ['json', 'json.more', 'json.more.z'])
      assert.equal(placeInAction({ http }, path).kind, 'whole')
    for (const path of ['url', 'sign', 'method', 'json.none', '', 'json.', '__proto__', 'constructor'])
      assert.equal(placeInAction({ http }, path).kind, 'nothing', path)
    assert.equal(placeInAction({ email: { to: 'a', subject: 'b', text: 'c' } }, 'to').kind, 'nothing')
    assert.equal(placeInAction({ slack: { channel: '#a', text: 'c' } }, 'channel').kind, 'nothing')
  })
})

const short = (before: JsonValue, after: JsonValue) =>
  shortChangeLines([{ action: 'pay', field: 'json.note', before, after }], 160)[0] ?? ''

describe('a change where there is room for a part of it', () => {
  const NOTE = 'Please refund the customer as agreed on the phone. '.repeat(5)
  test('is shown by what differs on both sides, not by how both begin', () => {
    assert.equal(
      short(`${NOTE}Account: DE-GOOD`, `${NOTE}Account: XX-EVIL, and more${'x'.repeat(200)}`),
      `pay, json.note: …the phone. Account: DE-GOOD → …the phone. Account: XX-EVIL, and more${'x'.repeat(30)}…`,
    )
  })
  test('is shown where one side goes on, and whole where it fits', () => {
    assert.match(short(NOTE, `${NOTE}PAY TWICE`), / → ….*PAY TWICE"$/)
    assert.equal(short('a', 'b'), 'pay, json.note: a → b')
    assert.equal(short(null, 'b'), 'pay, json.note: nothing → b')
  })
  test('says no more than there is room for, and no arrow of a value passes for ours', () => {
    for (const [before, after] of [
      [NOTE, `${NOTE} → nothing`],
      ['→'.repeat(400), '→'.repeat(401)],
      ['x'.repeat(400), { a: NOTE }],
    ] as [JsonValue, JsonValue][]) {
      const line = short(before, after)
      assert.ok(line.split(' → ').length === 2, line)
    }
  })
})
