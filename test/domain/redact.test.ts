// What is secret or personal is masked because its field is marked; a value that turns up elsewhere, in whatever spelling,
// is found by a search that no value can slow down or break.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import { valueMask } from '../../src/domain/masking/find-values.ts'
import { ExactNumber } from '../../src/domain/values/exact-number.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { changedPaths } from '../../src/domain/values/content.ts'
import { MASK, marksOf } from '../../src/domain/masking/marked.ts'
import { eventPaths, withoutPlaces } from '../../src/domain/masking/marked-places.ts'
import { emptyShape, newNames } from '../../src/domain/values/shape.ts'
import { type MaskedBy, redactor } from '../../src/domain/masking/redact.ts'
import { compiled, scopeOf } from './compiled.ts'

const LONG = `LEAKME-${'a'.repeat(200_000)}`
const mask = valueMask(['Zoë O’Neil "Z"', 'ada+ops@shop.example', 'hunter2-pass', '4711'], '#')

const repeated = (part: string) => part.repeat(Math.ceil(500_000 / Buffer.byteLength(part)))
// Escapes that end too early, nest or say nothing, broken UTF-8, long and rare characters, and values themselves.
const hostile = [
  '%25 %e2%98 % %e2%25 %f0%9f%98 &amp; &# &amp;amp;x &#0 =41 =C3 \\x4 \\ \\ud800 \\u{0'.split(' '),
  '\ufdfa \ufb03 \uac01 \ud800 e\u0301 hunter2-pas 4711 =\n'.split(' '),
  Array.from({ length: 166_000 }, (_, n) => String.fromCharCode((n * 7919) % 0x10000)).join(''),
  `%${'25'.repeat(250_000)}`,
  `&#${'0'.repeat(500_000)}`,
].flat()

describe('a value in another text', () => {
  const spellings: [name: string, text: string, expected: string][] = [
    ['as it is', 'to ada+ops@shop.example!', 'to #!'],
    ['in other case', 'ADA+OPS@SHOP.EXAMPLE', '#'],
    ['within a longer word', 'xada+ops@shop.exampley', 'x#y'],
    ['decomposed', 'Zoe\u0308 O’Neil "Z"', '#'],
    ['without its accent', 'Zoe O’Neil "Z"', '#'],
    ['in full width', 'ｈｕｎｔｅｒ２-ｐａｓｓ', '#'],
    ['with signs that nobody sees', 'hun\u200bter2\u00ad-pa\u2060ss', '#'],
    ['percent-encoded', 'q=ada%2Bops%40shop.example&x', 'q=#&x'],
    ['percent-encoded twice', 'Zo%25C3%25AB%2520O%25E2%2580%2599Neil%2520%2522Z%2522', '#'],
    ['percent-encoded where it need not be', '%68unter2%2Dpass', '#'],
    ['as a form sends it', 'n=Zo%C3%AB+O%E2%80%99Neil+%22Z%22', 'n=#'],
    ['in JSON', '{"n":"Zo\\u00eb O\\u2019Neil \\"Z\\""}', '{"n":"#"}'],
    ['in JSON within JSON', '"{\\"n\\":\\"Zoë O’Neil \\\\\\"Z\\\\\\"\\"}"', '"{\\"n\\":\\"#\\"}"'],
    ['in HTML, and in Slack', 'Zoë O’Neil &quot;Z&quot;', '#'],
    ['in HTML by number', '&#104;&#x75;&#X6E;ter2&#0045;pass', '#'],
    ['in HTML by number, without its end and escaped again', '&amp;#104;&amp;amp;#117nter2&#45pass', '#'],
    ['in HTML with accents by name', 'ZO&Euml; O&rsquo;Neil&nbsp;&quot;Z&quot;', '#'],
    ['by the codes of its bytes', String.raw`\x68\x75\x6Eter2\\x2dpass`, '#'],
    ['by the codes of its characters', String.raw`\u{68}\u{00075}nter2-pass \ud835\udc21unter2-pass`, '# #'],
    ['in a mail', 'Zo=C3=AB=20O=E2=80=99Neil "=5A"', '#'],
    ['in a mail over two lines', 'hunt=\r\ner2=2dpa=\nss', '#'],
    ['behind what may be the code of a byte', 'pin=4711&a=%4711 and =34%37', 'pin=#&a=%# and =34%37'],
    ['in hexadecimal', Buffer.from('hunter2-pass').toString('hex'), '#'],
    [
      'in hexadecimal as a database writes it',
      `'\\x00${Buffer.from('hunter2-pass').toString('hex').toUpperCase()}'`,
      "'\\x00#'",
    ],
    ['over two lines', 'Zoë O’Neil\n  "Z"', '#'],
    ['cut short', 'unknown account hunter2-…', 'unknown account #…'],
    ['next to another', '4711ada+ops@shop.example', '##'],
    ['not at all', 'nothing of it, and 471', 'nothing of it, and 471'],
  ]
  for (const [name, text, expected] of spellings)
    test(name, () => assert.equal(mask(text).replaceAll('##', '#'), expected.replaceAll('##', '#')))

  test('in base64, wherever it begins there', () => {
    for (const before of ['', 'u:', 'ada:', 'user:'])
      for (const form of ['base64', 'base64url'] as const)
        assert.match(mask(`Basic ${Buffer.from(`${before}hunter2-pass`).toString(form)}`), /^Basic .{0,7}#$/)
  })

  test('in base64 of something longer, whole to its end', () => {
    const long = 'a secret of many more bytes than an anchor has, up to its very end'
    const ofLong = valueMask([long], '#')
    for (const before of ['', 'x', 'xy', 'xyz'])
      for (const form of ['base64', 'base64url'] as const) {
        const said = Buffer.from(`${before}${long} and more`).toString(form)
        assert.match(ofLong(`"${said}"`), /^".{0,4}#"$/)
        assert.match(ofLong(`k=${encodeURIComponent(said)}&x`), /^k=.{0,4}#&x$/)
      }
  })

  test('is looked for in 500 KB of anything in a moment', () => {
    for (const part of hostile) {
      const text = part.length > 1000 ? part : repeated(part)
      // Others use this machine too: the best of three, and what grows with the square takes seconds.
      const costs = Array.from({ length: 3 }, () => {
        const before = process.cpuUsage()
        mask(text)
        return process.cpuUsage(before).user / 1000
      })
      const cost = Math.min(...costs)
      assert.ok(cost < 400, `${JSON.stringify(part.slice(0, 12))}: ${Math.round(cost)} ms`)
    }
  })

  test('of 200,000 characters leaves nothing, not even of its beginning', () => {
    const long = valueMask([LONG], '#')
    assert.equal(long(`a ${JSON.stringify({ echo: LONG })} b`), 'a {"echo":"#"} b')
    assert.equal(long(`said "${LONG.slice(0, 77)}…`), 'said "#…')
    assert.equal(long(`${'x'.repeat(1993)}${LONG.slice(0, 7)}`), `${'x'.repeat(1993)}#`)
  })

  test('cannot make the search slow: what repeats is read once', () => {
    const same = valueMask(
      ['a'.repeat(200_000), ...Array.from({ length: 20 }, (_, n) => 'a'.repeat(1000 + n))],
      '#',
    )
    assert.equal(same('a'.repeat(200_001)).replaceAll('#', ''), '')
    assert.doesNotMatch(same(`${'a'.repeat(999)}b`.repeat(300)), /a/)
  })

  test('that looks escaped is found where it is escaped once more', () => {
    for (const odd of ['%25AAA', '%AAAA', '%2525AAA', '&#37;AAA', '\\x25AAA', 'a\\%41b=41'])
      for (const said of [odd, encodeURIComponent(odd), JSON.stringify(odd).slice(1, -1), odd.toUpperCase()])
        assert.doesNotMatch(valueMask([odd], '#')(`<${said}>`), /aaa|41/i, said)
  })

  test('is a word and never a pattern', () => {
    const odd = valueMask(['.*', '(a+)+$', '[x', '\\', '$&', '^.+$'], '#')
    assert.equal(odd('plain (a+)+$ text'), 'plain # text')
    assert.equal(odd('nothing'), 'nothing')
  })

  test('whatever it is and stands in, is gone', () =>
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
          .filter((value) => /[a-z]{3}/i.test(value)),
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom<(text: string) => string>(
          (text) => text,
          JSON.stringify,
          (text) => encodeURIComponent(text.toWellFormed()),
          (text) => text.toUpperCase(),
          (text) => text.normalize('NFD'),
          (text) => Array.from(text.toWellFormed(), (sign) => `&#${sign.codePointAt(0)};`).join(''),
          (text) => Buffer.from(text).toString('hex'),
          (text) =>
            Buffer.from(text).reduce((said, byte) => `${said}=${byte.toString(16).padStart(2, '0')}`, ''),
        ),
        (value, around, spell) => {
          const letters = /[a-z]{3}/i.exec(value)?.[0] ?? ''
          const masked = valueMask([value], '#')(` ${spell(value)} `)
          assert.ok(!masked.toLowerCase().includes(letters.toLowerCase()), masked)
          assert.equal(typeof valueMask([value], '#')(around), 'string')
        },
      ),
      { numRuns: 300 },
    ))
})

const marked = {
  workflow: 'marked',
  trigger: { webhook: { verify: { scheme: 'none' } } },
  fields: {
    id: { type: 'string', from: 'event.id' },
    pin: { type: 'string', from: 'event["card"].pin', secret: true },
    mails: { type: 'array', from: 'event.people.map(p, p.mail)', personal: true },
    age: { type: 'integer', from: 'event.age', personal: true, maximum: 99 },
    born: { type: 'timestamp', from: 'parseTime(event.born, "yyyy")', personal: true, missing: 'ignore' },
  },
  rules: [
    { rule: 'old', when: 'record.age > 98 && event.card.pin == "xx"', route: 'end' },
    { rule: 'odd', when: 'domain(event.card.pin) == "a"', route: 'end' },
  ],
  routes: {
    end: {
      actions: [
        {
          action: 'pay',
          http: {
            url: 'https://x.example/${record.pin}/${record.id}',
            json: { pin: '${record.pin}', note: 'for ${record.id}', all: ['${record.age + 1}'] },
          },
        },
      ],
      exception: { reason: 'needs_judgement', text: 'Pin ${record.pin}, age ${record.age}, id ${record.id}' },
    },
  },
}
const covers = (pin: string, all: JsonValue) => ({
  hash: 'h',
  actions: [
    {
      action: 'pay',
      step: 0,
      values: [
        ['url', `https://x.example/${pin}/x-1`],
        ['json.pin', pin],
        ['json.note', 'for x-1'],
        ['json.all.0', all],
      ],
    },
  ],
})
/** Values by their paths, as a cover has them. */
const leavesAt = (path: string, given: JsonValue): [string, JsonValue][] =>
  typeof given === 'object' && given !== null
    ? Object.entries(given).flatMap(([name, one]) => leavesAt(`${path}.${name}`, one as JsonValue))
    : [[path, given]]
const definition = definitionSchema.parse(marked)
const event = { id: 'x-1', card: { pin: 'p4' }, people: [{ mail: 'a@b.c' }], age: 7, born: 'p4', other: 'p4' }
const workflow = compiled(marked)
const record: JsonObject = { id: 'x-1', pin: 'p4', mails: ['a@b.c'], age: 7 }

const pinFrom = (from: string): MaskedBy => ({
  fields: { pin: { type: 'string', secret: true, missing: 'ask', from } },
})

const stored = (arrived: JsonValue) => ({
  body: Buffer.from(JSON.stringify(arrived)),
  contentType: 'application/json',
})
const shownOf = (from: string, arrived: JsonValue): unknown => {
  const text = JSON.stringify(arrived)
  return JSON.parse(redactor(pinFrom(from), [], text).body(text))
}

describe('what is marked', () => {
  const { body, value, record: ofRecord, reads } = redactor(definition, [record], JSON.stringify(event))

  test('is masked where it came from, whole where an expression goes through it', () =>
    assert.deepEqual(JSON.parse(body(JSON.stringify(event))), {
      ...event,
      card: { pin: MASK },
      people: MASK,
      age: MASK,
      born: MASK,
    }))
  const otherShapes: [what: string, arrived: JsonValue, hidden: JsonValue][] = [
    [
      'a list',
      { card: [{ pin: 'q9', n: 1 }, { pin: ['q8'] }] },
      { card: [{ pin: MASK, n: 1 }, { pin: MASK }] },
    ],
    ['a list of texts', { card: ['q9', null, { a: 1 }] }, { card: [MASK, null, { a: 1 }] }],
    ['lists in a list', { card: [[{ pin: 'q9' }]] }, { card: [[{ pin: MASK }]] }],
    ['written in other letters', { CARD: { Pin: 'q9', p_in: 'q8' } }, { CARD: { Pin: MASK, p_in: MASK } }],
    ['JSON in a text', { card: '{"pin":"q9"}', id: 'x' }, { card: MASK, id: 'x' }],
    ['a number', { card: 4711 }, { card: MASK }],
    ['a long number', { card: new ExactNumber('12345678901234567890') }, { card: MASK }],
    ['a boolean', { card: true }, { card: MASK }],
    ['null', { card: null }, { card: null }],
    ['without its name', { card: { brand: 'v' } }, { card: { brand: 'v' } }],
    ['in an event that is a list', [{ card: { pin: 'q9' } }, 'q8'], [{ card: { pin: MASK } }, MASK]],
    ['in an event that is text', '{"card":{"pin":"q9"}}', MASK],
    ['in an event that is a number', 4711, MASK],
  ]
  for (const [what, arrived, hidden] of otherShapes)
    test(`is masked where the object it comes from is ${what}`, () => {
      assert.deepEqual(shownOf('event.card.pin', arrived), hidden)
    })
  test('is masked where one thing came for a list of which the file names an element', () => {
    assert.deepEqual(shownOf('event.cards[0].pin', { cards: { pin: 'q9' } }), { cards: { pin: MASK } })
    assert.deepEqual(shownOf('event.cards[0].pin', { cards: [{ pin: 'q9' }] }), { cards: [{ pin: MASK }] })
    assert.deepEqual(shownOf('event.cards[0].pin', { cards: 'q9' }), { cards: MASK })
  })
  test('is looked for elsewhere, also where it came as JSON in a text', () => {
    for (const card of [JSON.stringify({ pin: 'hunter2-pass' }), [{ pin: 'hunter2-pass' }]])
      assert.equal(
        redactor(pinFrom('event.card.pin'), [], JSON.stringify({ card })).text('for hunter2-pass'),
        `for ${MASK}`,
      )
  })
  test('masks a body of which nothing could be read', () => {
    assert.equal(redactor(pinFrom('event.card.pin'), [], '{"card"').body('{"card"'), MASK)
    assert.equal(redactor(pinFrom('event.card.pin'), [], '').body(''), '')
  })
  test('is masked by name in records, problems and changes, however short', () => {
    assert.deepEqual(ofRecord(record), { id: 'x-1', pin: MASK, mails: MASK, age: MASK })
    const given: JsonValue = {
      record,
      corrections: { age: 7, id: 'x-1' },
      changes: [{ field: 'age', before: 7, after: 8 }],
      fields: [{ field: 'pin', kind: 'invalid', value: 'p4' }],
    }
    assert.deepEqual(value(given), {
      record: { id: 'x-1', pin: MASK, mails: MASK, age: MASK },
      corrections: { age: MASK, id: 'x-1' },
      changes: [{ field: 'age', before: MASK, after: MASK }],
      fields: [{ field: 'pin', kind: 'invalid', value: MASK }],
    })
  })
  test('is masked in what a person let an action send instead', () => {
    const input = { json: { pin: 'q9', note: 'for x-2', all: [8] } }
    const hidden = { json: { pin: MASK, note: 'for x-2', all: [MASK] } }
    assert.deepEqual(
      value({
        edited: { route: 'end', step: 0, input },
        changes: [{ field: 'json', before: { pin: 'p4', note: 'for x-1' }, after: input.json }],
      }),
      {
        edited: { route: 'end', step: 0, input: hidden },
        changes: [{ field: 'json', before: { pin: MASK, note: 'for x-1' }, after: hidden.json }],
      },
    )
  })
  const shapes: [what: string, body: JsonValue, hidden: JsonValue][] = [
    ['text for an object', 'q9', MASK],
    ['a list for an object', ['q9'], MASK],
    ['a text for a list', { pin: 'p', all: 'q9' }, { pin: MASK, all: MASK }],
    ['an object for a list', { all: { length: 'q9' } }, { all: MASK }],
    ['a longer list', { all: [8, 'q9'] }, { all: MASK }],
    ['an object for a text', { pin: { a: 'q9' }, note: { b: 1 } }, { pin: MASK, note: { b: 1 } }],
    [
      'a name that the file lacks',
      { PIN: 'q9', note: 'n', 'n.x': 'q9' },
      { PIN: MASK, note: 'n', 'n.x': MASK },
    ],
  ]
  for (const [what, written, hidden] of shapes)
    test(`is masked where a person writes ${what}`, () => {
      assert.deepEqual(
        value({
          edited: { route: 'end', step: 0, input: { json: written } },
          changes: [{ field: 'json', before: null, after: written }],
        }),
        {
          edited: { route: 'end', step: 0, input: { json: hidden } },
          changes: [{ field: 'json', before: MASK, after: hidden }],
        },
      )
      const values = leavesAt('json', written)
      const covered = { actions: [{ action: 'pay', step: 0, values }] }
      const changes = values.map(([field, after]) => ({ action: 'pay', field, before: null, after }))
      assert.doesNotMatch(JSON.stringify(value({ covers: covered, approved: covered, changes })), /q9/)
    })
  test('is masked in what an approval covers, however short and deep', () => {
    const change = { action: 'pay', field: 'json.pin', before: 'q9', after: null }
    const kept = value({ covers: covers('q9', 8), approved: covers('q9', 8), changes: [change] })
    const [action] = covers(MASK, MASK).actions
    assert.ok(action)
    action.values.splice(0, 1, ['url', MASK])
    const hidden = { hash: MASK, actions: [{ ...action, hash: MASK }] }
    assert.deepEqual(kept, {
      covers: hidden,
      approved: hidden,
      changes: [{ ...change, before: MASK }],
    })
  })
  test('is masked with the names in it, in what an approval covers', () => {
    const { value: shown } = redactor(
      {
        fields: { cards: { type: 'object', personal: true, missing: 'ask' } },
        routes: {
          end: {
            actions: [
              {
                action: 'pay',
                http: {
                  method: 'POST',
                  url: 'https://x.example',
                  json: { who: '${record.cards}', list: ['${record.cards}', 'x'], id: '${record.id}' },
                },
              },
            ],
          },
        },
      } as unknown as MaskedBy,
      [],
      '{}',
    )
    const values = [
      ['json.who.zoe.quux.iban', 'q9'],
      ['json.who.yan', { a: 1 }],
      ['json.list.0.zoe', 1],
      ['json.list.1', 'x'],
      ['json.id', 'x-1'],
    ]
    const changes = [
      { action: 'pay', field: 'json.who.zoe.quux.iban', before: 'q9', after: null },
      { action: 'pay', field: 'json.who.yan', before: null, after: 'q8' },
      { action: 'pay', field: 'json.id', before: 'x-1', after: 'x-2' },
    ]
    const covered = { actions: [{ action: 'pay', values }] }
    const hidden = [
      ['json.who', MASK],
      ['json.list.0', MASK],
      ['json.list.1', 'x'],
      ['json.id', 'x-1'],
    ]
    assert.deepEqual(shown({ covers: covered, changes }), {
      covers: { hash: MASK, actions: [{ action: 'pay', hash: MASK, values: hidden }] },
      changes: [{ action: 'pay', field: 'json.who', before: MASK, after: MASK }, changes[2]],
    })
  })
  test('is masked with the names in it, where it is said what differs and what is new', () => {
    const marks = marksOf(pinFrom('event.card.pin').fields)
    const of = (before: JsonValue, after: JsonValue) => changedPaths(stored(before), stored(after), marks)
    assert.deepEqual(of({ card: { pin: { zoe: 1 }, n: 1 } }, { card: { pin: { yan: 1 }, n: 2 } }), [
      'card.pin',
      'card.n',
    ])
    assert.deepEqual(of({ card: { pin: { a: { zoe: 1 } } } }, { card: { pin: { a: {} } } }), ['card.pin'])
    assert.deepEqual(of({ a: { b: 1 } }, { a: { b: 2 } }), ['a.b'])
    const arrived = { card: { pin: { zoe: { quux: 1 } } }, other: 1 }
    const names = newNames(withoutPlaces(arrived, eventPaths(marks)), emptyShape(), 9)
    assert.deepEqual(names, ['card', 'card.pin', 'other'])
  })
  describe('that another field is made into', () => {
    const { definition: made, ...ready } = compiled({
      fields: {
        raw: { type: 'string', from: 'event.token' },
        part: { type: 'string', from: 'record.raw.split("-")[1]' },
        pin: { type: 'string', secret: true, from: 'record.part.trim()' },
        cents: { type: 'integer', maximum: 10 },
        salary: { type: 'number', personal: true, from: 'record.cents / 100.0' },
        last: { type: 'string', from: 'record.pin.substring(1)', missing: 'ignore' },
        id: { type: 'string' },
      },
      rules: [
        { rule: 'more', when: 'record.cents > 9', route: 'end' },
        { rule: 'all', when: 'true', route: 'end' },
      ],
      routes: {
        end: {
          exception: { reason: 'needs_judgement', text: 'Of ${record.raw}, ${record.cents}, ${record.last}' },
        },
      },
    })
    const arrived = { token: 'id-12', cents: 987, id: 'x-1' }
    const known = { raw: 'id-12', part: '12', pin: '12', cents: 7, salary: 0.07, last: '2', id: 'x-1' }
    const hides = redactor(made, [known], JSON.stringify(arrived))
    test('is masked with it, by name and where it came from, through every step', () => {
      assert.deepEqual(hides.names, ['raw', 'part', 'pin', 'cents', 'salary'])
      assert.deepEqual(hides.record(known), {
        raw: MASK,
        part: MASK,
        pin: MASK,
        cents: MASK,
        salary: MASK,
        last: '2',
        id: 'x-1',
      })
      assert.equal(hides.body(JSON.stringify(arrived)), `{"token":"${MASK}","cents":"${MASK}","id":"x-1"}`)
    })
    test('is in no text, trace or problem', () => {
      assert.equal(ready.exceptionText('end', scopeOf(known, arrived)), `Of ${MASK}, ${MASK}, 2`)
      const trace = JSON.stringify(ready.explain(scopeOf(known, arrived)))
      assert.ok(trace.includes(MASK), trace)
      assert.ok(!/[^\w]7[^\w]/.test(trace), trace)
      const { problems } = ready.validate(scopeOf({}, arrived).input, {}, new Date())
      assert.deepEqual(
        problems.map(({ message }) => message),
        [`cents must be at most 10, and is ${MASK}`, 'salary is missing'],
      )
    })
    test('is everything before it, where it cannot be told which', () => {
      const text = { type: 'string', missing: 'ask' } as const
      const fields = { one: text, ...pinFrom('record[event.which]').fields, after: text }
      assert.deepEqual(redactor({ fields }, [], '{}').names, ['one', 'pin'])
    })
  })
  test('is known by what an expression reads', () => {
    for (const read of [
      'event.card.pin',
      'event["card"]["pin"]',
      'event.card',
      'event',
      'event[event.id]',
      'record.age',
      '(',
    ])
      assert.ok(reads(read), read)
    for (const other of ['event.id', 'record.id', 'event.cards', 'vars.pin', '"event.card.pin"'])
      assert.ok(!reads(other), other)
  })
  test('is not in the text of an exception, whatever its length and type', () =>
    assert.equal(workflow.exceptionText('end', scopeOf(record, event)), `Pin ${MASK}, age ${MASK}, id x-1`))
  test('is sent where the file sends it, and masked in what is kept of that', () => {
    const [sent] = workflow.actions('end', scopeOf(record, event))
    assert.ok(sent?.kind === 'http')
    assert.deepEqual(sent.call.json, { pin: 'p4', note: 'for x-1', all: [8] })
    const [kept] = workflow.actions('end', { ...scopeOf(record, event), isShown: true })
    assert.ok(kept?.kind === 'http')
    assert.equal(kept.call.url, `https://x.example/${MASK}/x-1`)
    assert.deepEqual(kept.call.json, { pin: MASK, note: 'for x-1', all: [MASK] })
  })
  test('is not in the trace, nor in what a rule could not tell', () => {
    const decided = workflow.decide(scopeOf(record, event))
    assert.ok(decided.kind === 'exception')
    assert.doesNotMatch(JSON.stringify(decided), /p4|is 7/)
    assert.match(decided.trace[0]?.because ?? '', /record\.age is ●●●/)
    assert.match(decided.message, /domain\(event\.card\.pin\) == "a" cannot be worked out/)
  })
  test('is not in what is wrong with a field', () => {
    const { problems } = workflow.validate({ body: { ...event, age: 'p4' }, headers: {} }, {}, new Date(0))
    assert.deepEqual(
      problems.map(({ message }) => message),
      [
        `age cannot be used: ${MASK} is not a number`,
        'born cannot be read: parseTime(event.born, "yyyy") cannot be worked out',
      ],
    )
    const tooOld = workflow.validate(
      { body: { ...event, age: 100, born: '1990' }, headers: {} },
      {},
      new Date(0),
    )
    assert.equal(tooOld.problems[0]?.message, `age must be at most 99, and is ${MASK}`)
  })
  test('is not in the subject, though the event says it twice', () => {
    const fields = { mail: { type: 'string', personal: true } }
    const { subject } = compiled({ subject: 'event.title', fields })
    const arrived = { title: 'Refund for Ada@Shop.example', mail: 'ada@shop.example' }
    assert.equal(subject({ body: arrived, headers: {} }), `Refund for ${MASK}`)
    assert.throws(() => compiled({ subject: 'event["mail"]', fields }), /secret or personal/)
  })
})
