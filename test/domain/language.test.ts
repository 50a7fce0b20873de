// What CEL says here beyond its core: parts that may be missing, null, and the functions over texts, numbers, lists and sets.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readsIn } from '../../src/domain/cel/reads.ts'
import { celEnvironments } from '../../src/domain/cel/environment.ts'
import { compileExpression, evaluate } from '../../src/domain/cel/expression.ts'
import { parse } from '../../src/domain/cel/syntax.ts'
import { pathsIn } from '../../src/domain/cel/tree.ts'
import { jsonOf } from '../../src/domain/cel/values.ts'
import { markedIn, marksOf } from '../../src/domain/masking/marked.ts'
import { parseJson } from '../../src/domain/values/exact-number.ts'
import { moneyOf } from '../../src/domain/values/money.ts'
import { compiled, scopeOf } from './compiled.ts'
import { expressionsOver } from './expression-of.ts'

const of = expressionsOver({
  x: { type: 'number' },
  note: { type: 'string' },
  ok: { type: 'boolean' },
  lines: { type: 'array' },
  total: { type: 'money' },
} as never)

const context = {
  event: parseJson(
    '{"a":null,"o":{"p":null},"l":[null,1],"s":"a-b-a","n":9007199254740993,"list":[3,1,2,1],"json":"{\\"id\\":9007199254740993}","big":"' +
      'x'.repeat(200_000) +
      '"}',
  ),
  record: { x: 2.5, lines: [{ q: 1 }, { q: 2 }], total: moneyOf('12.345', 'EUR') },
}

const outcome = (source: string): unknown => {
  const result = evaluate(of(source), context)
  return result.kind === 'value' ? jsonOf(result.value) : `${result.kind}: ${result.message}`
}

const table = (name: string, rows: [source: string, expected: unknown][]): void => {
  void describe(name, () => {
    for (const [source, expected] of rows)
      test(source, () => assert.equal(JSON.stringify(outcome(source)), JSON.stringify(expected)))
  })
}

table('a part that may be missing', [
  ['event.?s.orValue("none")', 'a-b-a'],
  ['event.?gone.orValue("none")', 'none'],
  ['event.?gone.deeper.orValue("none")', 'none'],
  ['event.o.?p.orValue("none")', 'none'],
  ['event.?a.orValue("none")', 'none'],
  ['event.l[?0].orValue(7)', 7],
  ['event.l[?9].orValue(7)', 7],
  ['event[?"s"].orValue("none")', 'a-b-a'],
  ['event.?a.hasValue()', false],
  ['event.?gone.or(event.?s).orValue("none")', 'a-b-a'],
  ['record.?x.orValue(1) > 2', true],
  ['record.?x.orValue(-1)', 2.5],
  ['record.?note.orValue("-")', '-'],
  ['record.?ok.orValue(false)', false],
  ['event.?gone', 'absent: event.?gone is not there'],
  ['event.?gone.value()', 'absent: event.?gone.value() is not there'],
  ['event.list.first().orValue(0)', 3],
  ['event.list.last().orValue(0)', 1],
  ['record.lines.last().q.orValue(0)', 2],
])

table('null is missing', [
  ['has(event.a)', false],
  ['has(event.o.p)', false],
  ['has(event.s)', true],
  ['has(event.a) && event.a > 1', false],
  ['event.l.exists(one, has(one.q))', false],
  ['event.a == null', true],
  ['event.a + 1', 'absent: event.a is null'],
  ['event.a > 1', 'absent: event.a is null'],
  ['!event.a', 'absent: event.a is null'],
  ['event.a ? 1 : 2', 'absent: event.a is null'],
  ['event.a.contains("x")', 'absent: event.a is null'],
  ['size(event.a)', 'absent: event.a is null'],
  ['event.a.exists(one, one > 1)', 'absent: event.a is null'],
  ['sum(event.a)', 'absent: the list of sum() is not there'],
  ['event.l.map(one, one + 1)', 'absent: a part of event.l.map(one, one + 1) is null'],
  ['math.abs(event.a)', 'absent: the number of math.abs() is not there'],
  ['event.a != "gold"', 'absent: event.a is null'],
  ['event.a == 1', 'absent: event.a is null'],
  ['event.a in [1, 2]', 'absent: event.a is null'],
  ['null == event.a', true],
  ['event.s != null', true],
  ['event.l.exists(one, one == 1)', true],
  ['event.s + 1', 'fault: no such overload: dyn<string> + int'],
])

table('texts', [
  ['event.s.replace("a", "xy")', 'xy-b-xy'],
  ['event.s.replace("a", "xy", 1)', 'xy-b-a'],
  ['event.s.replace("gone", "xy")', 'a-b-a'],
  ['event.s.charAt(1)', '-'],
  ['event.s.charAt(6)', 'fault: charAt(6) is outside of a text of 5 characters'],
  ['"%s is %.2f".format(["tea", record.x])', 'tea is 2.50'],
  ['"%.0f and %f".format([record.x, 1])', '3 and 1.000000'],
  ['"%d%% of %s".format([50, event.n])', '50% of 9007199254740993'],
  ['"%s|%s|%s".format([event.list.first(), event.?s, event.?gone])', '3|a-b-a|'],
  ['"%s".format([event.a])', 'absent: a value of format() is null'],
  ['"%s".format([record.total])', '€12.345'],
  ['"%s %s".format([event.s])', 'fault: format() has fewer values than places: %s has none'],
  ['"%s".format([event.s, 2])', 'fault: format() has more values than places: 1 left'],
  ['"%d".format([record.x])', 'fault: format() writes a whole number for %d, and got 2.5'],
  ['"%f".format([event.s])', 'fault: format() writes a number for %f, and got "a-b-a"'],
  ['base64.encode("hé")', 'aMOp'],
  ['string(base64.decode("aMOp"))', 'hé'],
  ['base64.decode("aMOp")', 'aMOp'],
  ['base64.decode("!!")', 'fault: "!!" is not base64'],
  ['bytes(event.json).json().id', parseJson('9007199254740993')],
  ['bytes(event.s).json()', 'fault: json() reads JSON, and these bytes are none'],
])

table('numbers and money', [
  ['math.greatest(1, record.x, 3)', 3],
  ['math.least([3, 1, 2])', 1],
  ['math.greatest(event.n, 1)', parseJson('9007199254740993')],
  ['math.greatest(record.total, money("5 EUR")) == record.total', true],
  [
    'math.greatest(record.total, money("5 USD"))',
    "fault: 12.345 EUR and 5.00 USD can't be compared: their currencies differ",
  ],
  ['math.round(record.x)', 3],
  ['math.round(-2.5)', -3],
  ['math.ceil(-1.2)', -1],
  ['math.floor(-1.2)', -2],
  ['math.trunc(-1.8)', -1],
  ['math.sign(-3)', -1],
  ['math.abs(money("0 EUR") - record.total) == record.total', true],
  ['math.abs(event.s)', 'fault: math.abs() takes a number, and got "a-b-a"'],
])

table('lists and sets', [
  ['event.list.sort()', [1, 1, 2, 3]],
  ['event.list.reverse()', [1, 2, 1, 3]],
  ['event.list.distinct()', [3, 1, 2]],
  ['event.list.slice(1, 3)', [1, 2]],
  ['event.list.slice(1, 9)', 'fault: slice(1, 9) is outside of a list of 4: 0 <= from <= to <= size'],
  ['[[1], [2, 3]].flatten()', [1, 2, 3]],
  ['event.l.sort()', 'fault: sort() takes a list of one kind, and met 1 beside null'],
  ['sets.contains(event.list, [1, 2])', true],
  ['sets.intersects(event.list, [9])', false],
  ['sets.equivalent([1, 1], [1])', true],
])

const took = (source: string, event: object) => {
  const start = performance.now()
  const result = evaluate(of(source), { ...context, event })
  return { ms: performance.now() - start, result }
}

const digits = (n: number) => `${n}${'7'.repeat(480)}`

describe('what would take long on what arrived ends', () => {
  const objects = Array.from({ length: 3000 }, (_, n) => ({
    a: n,
    b: 'x'.repeat(20),
    c: [n, n + 1],
    d: { e: n },
  }))
  const long = parseJson(`[${Array.from({ length: 1000 }, (_, n) => digits(n + 1)).join()}]`)
  for (const [source, event] of [
    ['event.l.distinct().size() > 1', { l: objects }],
    ['sets.intersects(event.l, event.m)', { l: objects, m: objects.map((one) => ({ ...one, d: 0 })) }],
    ['event.l.exists(x, !(x in event.m))', { l: objects.slice(0, 900), m: objects.slice(0, 900) }],
    ['event.l.exists(x, event.l.exists(y, x == {"a": y}))', { l: objects.slice(0, 900) }],
    ['sum(event.n.map(x, x * x)) > 1', { n: long }],
    ['event.n.distinct().size() > 1', { n: long }],
    ['event.n.map(x, x % 7.5).size() > 1', { n: long }],
    [
      'event.f.format(event.l) == ""',
      { f: '%s'.repeat(200_000), l: Array.from({ length: 200_000 }, () => 1) },
    ],
    ['event.f.format(event.l) == ""', { f: '%s'.repeat(200), l: Array.from({ length: 200 }, () => objects) }],
  ] as const)
    test(`${source} ${Object.keys(event).join()}`, () => {
      const { ms } = took(source, event)
      // Ten million steps are a second's work on a quiet machine.
      assert.ok(ms < 8000, `${ms} ms`)
    })
})

describe('a part of another kind is not missing', () => {
  for (const [source, event, expected] of [
    ['event.?a.?f.orValue("no")', { a: { f: 'yes' } }, 'yes'],
    ['event.?a.?f.orValue("no")', { a: { f: 'yes', constructor: 'x' } }, undefined],
    ['event.?a.f.orValue("no")', { a: { f: 'yes', constructor: 'x' } }, undefined],
    ['event.?a.?f.orValue("no")', { a: { constructor: 'x' } }, undefined],
    ['event.?a.?f.orValue("no")', { a: null }, 'no'],
    ['event.?a.?f.orValue("no")', {}, 'no'],
    ['event.?a.?f.orValue("no")', { a: [{ f: 'yes' }] }, undefined],
    ['event.a.?f.orValue("no")', { a: [{ f: 'yes' }] }, undefined],
    ['event.?a.f.orValue("no")', { a: [{ f: 'yes' }] }, undefined],
    ['event.?a.?f.orValue("no")', { a: 'text' }, undefined],
    ['event.a.?f.orValue("no")', { a: 5 }, undefined],
    ['event.a[?0].f.orValue("no")', { a: [{ f: 'yes' }] }, 'yes'],
    ['event.a[?0].f.orValue("no")', { a: [] }, 'no'],
    ['event.a[?0].f.orValue("no")', { a: ['text'] }, undefined],
    ['event.a[?0].orValue("no")', { a: { f: 'yes' } }, undefined],
    ['event.a.first().f.orValue("no")', { a: [{ f: 'yes' }] }, 'yes'],
    ['event.a.first().f.orValue("no")', { a: ['text'] }, undefined],
  ] as const)
    test(`${source} of ${JSON.stringify(event)}`, () => {
      const { result } = took(source, event)
      if (expected === undefined) assert.equal(result.kind, 'fault', JSON.stringify(result))
      else assert.equal(result.kind === 'value' && result.value, expected, JSON.stringify(result))
    })
})

test('what an expression says of a secret is not shown', () => {
  const environments = celEnvironments({
    fields: {},
    enrich: [],
    vars: {},
    calendar: undefined,
    isSent: true,
  })
  const known = { record: new Set<string>(), vars: new Set<string>(), marks: [], headers: new Set<string>() }
  for (const source of [
    'string(base64.decode(secret.TOKEN + "!"))',
    '"%d".format([secret.TOKEN])',
    'domain(secret.TOKEN)',
    'string(parseTime(secret.TOKEN, "M/d/yyyy"))',
  ]) {
    const made = compileExpression(environments, source, known)
    assert.ok(made.ok)
    const result = evaluate(made.expression, { secret: { TOKEN: 'hush-hush-4242' } })
    assert.equal(result.kind, 'fault')
    assert.doesNotMatch(JSON.stringify(result), /hush/)
  }
})

test('JSON in a text is read as deep as a body', () => {
  const deep = '['.repeat(3000) + ']'.repeat(3000)
  const { result } = took('bytes(event.t).json() == 1', { t: deep })
  assert.match(JSON.stringify(result), /nests 64 deep at most/)
})

test('no text is blown up', () => {
  for (const source of ['event.big.replace("x", event.big)', 'event.big.replace("", event.big)'])
    assert.match(String(outcome(source)), /fault: .*(at most 1000000|takes too long)/)
})

const reads = (source: string) => readsIn(parse(source).ast).map((path) => path.join('.'))

describe('what is read through .? is read', () => {
  for (const [source, expected] of [
    ['record.?x.orValue(1)', ['record.x']],
    ['record[?"x"].orValue(1)', ['record.x']],
    ['record.?lines[?0].q', ['record.lines.*.q']],
    ['record[?vars.which]', ['record.*', 'vars.which']],
    ['record.?lines.orValue([]).exists(l, l.q > 1)', ['record.lines']],
  ] as const)
    test(source, () => {
      for (const one of expected) assert.ok(reads(source).includes(one), reads(source).join(', '))
    })
  test('and is masked where its field is', () => {
    const marks = marksOf({ pin: { type: 'string', secret: true } } as never)
    for (const source of [
      'record.?pin',
      'record[?"pin"].orValue("")',
      'event.?pin.orValue("")',
      'event[?vars.x]',
    ])
      assert.equal(markedIn(parse(source).ast, marks), 'pin', source)
  })
  test('and the name before a function holds nothing', () =>
    assert.deepEqual(
      pathsIn(parse('math.abs(record.x) > 1 && sets.contains(event.l, [base64.encode("a")])').ast).map(
        ({ path }) => path.join('.'),
      ),
      ['record.x', 'event.l'],
    ))
})

test('a text stands without its optional part, and one for people shows what is missing', () => {
  const workflow = compiled({
    fields: { name: { type: 'string' }, note: { type: 'string', missing: 'ignore' } },
    card: { title: 'Refund of ${record.name}: ${record.note}' },
    routes: {
      look: { exception: { reason: 'needs_judgement', text: 'Ask ${record.name} about ${record.note}' } },
      end: {
        outcome: 'achieved',
        actions: [
          {
            action: 'one',
            http: { url: 'https://a.example', json: { text: '${record.name}, ${record.?note}' } },
          },
          { action: 'two', http: { url: 'https://a.example', json: { note: '${record.?note}' } } },
        ],
      },
    },
  })
  const scope = scopeOf({ name: 'Kim' })
  const rendered = workflow.actions('end', scope, () => '').map((action) => JSON.stringify(action))
  assert.match(rendered[0] ?? '', /"text":"Kim, "/)
  assert.match(rendered[1] ?? '', /"note":null/)
  assert.equal(workflow.exceptionText('look', scope), 'Ask Kim about —')
})
