// Expressions: bounded in size, depth and time; texts: secrets, escapes, addresses that values cannot bend.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CompileError } from '../../src/domain/compile/compile-faults.ts'
import { TemplateError } from '../../src/domain/cel/template.ts'
import { compiled, scopeOf } from './compiled.ts'

const fields = {
  id: { type: 'string' },
  n: { type: 'number', missing: 'ignore' },
  at: { type: 'timestamp', missing: 'ignore' },
}
const rules = (when: string) => ({ fields, rules: [{ rule: 'r', when, route: 'end' }] })
const secrets = () => 's'
const within = (ms: number, work: () => void) => {
  const start = performance.now()
  work()
  assert.ok(performance.now() - start < ms)
}

describe('an expression', () => {
  test('with a pattern that would backtrack for ever ends at once', () => {
    const { decide } = compiled(rules('record.id.matches("^(a+)+$")'))
    within(200, () => assert.equal(decide(scopeOf({ id: `${'a'.repeat(5000)}!` })).kind, 'exception'))
  })
  test('does not walk a list that is too long: the run stops for a person', () => {
    const { decide } = compiled(rules('event.l.exists(x, event.l.exists(y, x + y < 0.0))'))
    const decision = decide(scopeOf({ id: 'a' }, { l: Array.from({ length: 5000 }, () => 1) }))
    assert.equal(decision.kind === 'exception' && decision.reason, 'invalid_field')
    assert.match(decision.kind === 'exception' ? decision.message : '', /a list of 5000 is too long to walk/)
  })
  test('that would work for minutes on what arrived ends after a number of steps', () => {
    const l = Array.from({ length: 1000 }, (_, n) => n)
    const words = 'x '.repeat(50_000)
    for (const when of [
      'event.l.all(x, event.l.all(y, size(event.words.split(" ")) > 0))',
      'event.l.all(x, event.l.all(y, !event.words.contains("y")))',
      'event.l.all(x, !event.words.matches("(a|x)+y"))',
      'event.l.exists(x, event.words.matches(event.words))',
    ]) {
      const decision = compiled(rules(when)).decide(scopeOf({ id: 'a' }, { l, words }))
      assert.equal(decision.kind === 'exception' && decision.reason, 'invalid_field', when)
      assert.match(
        decision.kind === 'exception' ? decision.message : '',
        /takes too long on this event|a pattern has at most 500 characters/,
      )
    }
  })
  test('that reads what is not there stops the run instead of passing to the next rule', () => {
    const { decide } = compiled({
      fields,
      rules: [
        { rule: 'large', when: 'record.n > 5', route: 'end' },
        { rule: 'rest', when: 'true', route: 'end' },
      ],
    })
    const decision = decide(scopeOf({ id: 'a' }))
    assert.equal(decision.kind === 'exception' && decision.reason, 'missing_field')
    assert.deepEqual(decision.trace, [
      { rule: 'large', position: 0, matched: false, error: 'No such key: n' },
    ])
  })
  test('meets whole numbers, lists of them and times', () => {
    const { match } = compiled(
      rules(
        'record.n == 2 && record.n in [1, 2] && record.n * 2 + 1 > 4.5 && record.at < now && businessHours(record.at, now) == 3.0',
      ),
    )
    assert.deepEqual(match(scopeOf({ id: 'a', n: 2, at: '2026-01-05T08:00:00.000Z' })), {
      kind: 'match',
      position: 0,
    })
  })
  test('is explained by the part that was false, and its values', () => {
    const { decide } = compiled(rules('record.id == "b" || (record.n > 1 && !(record.n > 2))'))
    const [entry] = decide(scopeOf({ id: 'a', n: 3 })).trace
    assert.equal(
      entry?.because,
      'record.id == "b" is false: record.id is "a"; and !(record.n > 2) is false: record.n is 3',
    )
  })
})

describe('a text', () => {
  const { render } = compiled({ fields })
  test('holds expressions, braces and quotes in them, and $${ for the signs', () => {
    assert.equal(
      render('a ${record.id} ${{"k": "}"}.k} $${x} ${record.n}', scopeOf({ id: 'b', n: 1.5 })),
      'a b } ${x} 1.5',
    )
  })
  test('without a value names the expression', () => {
    assert.throws(
      () => render('n: ${record.n}', scopeOf({ id: 'b' })),
      (error) => error instanceof TemplateError && error.expression === 'record.n',
    )
  })
  test('gets secrets only when sent, and says which is not set', () => {
    assert.equal(
      render('Bearer ${secret.KEY}', scopeOf({}), (name) => `value of ${name}`),
      'Bearer value of KEY',
    )
    assert.throws(() => render('Bearer ${secret.KEY}', scopeOf({}), () => undefined), /secret.KEY.*not set/)
    assert.throws(() => compiled(rules('secret.KEY == "a"')), CompileError)
  })
})

describe('an action', () => {
  const { actions } = compiled({
    fields,
    routes: {
      end: {
        outcome: 'achieved',
        actions: [
          {
            action: 'post',
            http: {
              url: '${vars.shop}/orders/${record.id}?q=${record.id}',
              headers: { authorization: 'Bearer ${secret.KEY}' },
              json: {
                id: '${record.id}',
                n: '${record.n}',
                text: 'n=${record.n}',
                list: ['${record.n}', null, 1],
              },
            },
          },
          { action: 'maybe', when: 'record.n > 5', slack: { channel: '#a', text: 'big' } },
        ],
      },
    },
  })
  test('percent-encodes what comes from outside in its address, keeps our own, and keeps types in its body', () => {
    const [post, maybe] = actions('end', scopeOf({ id: '../x?y=1', n: 2 }), secrets)
    assert.deepEqual(post, {
      position: 0,
      name: 'post',
      kind: 'http',
      call: {
        method: 'POST',
        url: 'https://shop.example/a b/orders/..%2Fx%3Fy%3D1?q=..%2Fx%3Fy%3D1',
        headers: { authorization: 'Bearer s' },
        json: { id: '../x?y=1', n: 2, text: 'n=2', list: [2, null, 1] },
      },
    })
    assert.deepEqual(maybe, { position: 1, name: 'maybe', kind: 'skipped' })
  })
  test('refuses a value that would leave the path', () => {
    assert.throws(() => actions('end', scopeOf({ id: '..', n: 2 }), secrets), /is not allowed in a URL path/)
  })
})

describe('owners, reviews and lookups', () => {
  test('an owner from the record counts only when it is a plain name', () => {
    const { decide } = compiled({
      fields,
      owner: '@x',
      routes: { end: { owner: '${record.id}', outcome: 'achieved' } },
    })
    const ownerOf = (id: string) => {
      const decision = decide(scopeOf({ id }))
      return decision.kind === 'route' ? decision.owner : undefined
    }
    assert.deepEqual(ownerOf('@mary'), ['@mary'])
    assert.deepEqual(ownerOf('round_robin("@everyone")'), [])
    assert.deepEqual(ownerOf('<!channel>'), [])
  })
  test('the owner of the rule comes before that of the route, and that before the workflow', () => {
    const routes = { a: { owner: '@route', outcome: 'achieved' }, b: { outcome: 'achieved' } }
    const ownerBy = (rule: object) => {
      const decision = compiled({
        owner: '@workflow',
        routes,
        rules: [{ rule: 'r', when: 'true', ...rule }],
      }).decide(scopeOf({}))
      return decision.kind === 'route' ? decision.owner : undefined
    }
    assert.deepEqual(ownerBy({ route: 'a', owner: ['@rule'] }), ['@rule'])
    assert.deepEqual(ownerBy({ route: 'a' }), ['@route'])
    assert.deepEqual(ownerBy({ route: 'b' }), ['@workflow'])
  })
  test('a review whose condition cannot be told is needed', () => {
    const { review } = compiled({
      fields,
      routes: { end: { review: { by: '@ada', when: 'record.n > 5' }, outcome: 'achieved' } },
    })
    const needed = (record: { n?: number }) => review('end', scopeOf({ id: 'a', ...record }))?.needed
    assert.deepEqual([needed({ n: 1 }), needed({ n: 9 }), needed({})], [false, true, true])
  })
  test('a lookup says what to ask, what it needs first, and what is absent', () => {
    const { lookups, lookup } = compiled({
      fields,
      enrich: {
        account: { lookup: 'accounts', key: 'record.id', max_age: '7d', missing: 'ignore' },
        plan: { http: { url: '${vars.shop}/plans/${record.account.plan}', timeout: '5s' } },
        earlier: { history: { same: 'record.n', within: '30d' }, missing: 'default', default: { count: 0 } },
      },
    })
    assert.deepEqual(lookups, [
      { name: 'account', missing: 'ignore', needs: [], maxAgeMs: 604_800_000 },
      { name: 'plan', missing: 'ask', needs: ['account'] },
      { name: 'earlier', missing: 'default', needs: [], default: { count: 0 } },
    ])
    const scope = scopeOf({ id: 'a', account: { plan: 'gold' } })
    assert.deepEqual(lookup('account', scope), { kind: 'table', table: 'accounts', key: 'a' })
    assert.deepEqual(lookup('plan', scope), {
      kind: 'http',
      method: 'GET',
      url: 'https://shop.example/a b/plans/gold',
      headers: {},
      handling: { timeoutMs: 5000 },
    })
    assert.deepEqual(lookup('earlier', scope), { kind: 'absent', because: 'No such key: n' })
  })
  test('keys come from the trigger, else from the headers', () => {
    const trigger = { webhook: { verify: { scheme: 'none' }, id: 'event.id' } }
    const withId = compiled({ trigger })
    assert.equal(withId.dedupeKey({ body: { id: 7 }, headers: {} }), '7')
    assert.equal(withId.dedupeKey({ body: null, headers: { 'webhook-id': 'w' } }), 'w')
    assert.equal(compiled().dedupeKey({ body: {}, headers: { 'idempotency-key': 'i' } }), 'i')
    assert.equal(compiled().dedupeKey({ body: {}, headers: {} }), undefined)
    const headers = { 'webhook-id': 'w', 'idempotency-key': 'i' }
    for (const [scheme, key] of [
      ['standard-webhooks', 'w'],
      ['github', undefined],
      ['shopify', undefined],
      ['stripe', undefined],
      ['bearer', 'w'],
    ]) {
      const secret = 'secret.HOOK'
      const webhook = scheme === 'bearer' ? { verify: { scheme, secret } } : { preset: scheme, secret }
      const signed = compiled({ trigger: { webhook } })
      assert.equal(
        signed.dedupeKey({ body: {}, headers }),
        key,
        `${scheme}: only what it signs names an event`,
      )
    }
  })
})
