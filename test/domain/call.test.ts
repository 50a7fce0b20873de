// A call as it goes out: forms, queries, multipart, the idempotency key, the wait that an answer asks for, what it means.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compileAnswerCondition } from '../../src/domain/call/answer-condition.ts'
import { askedWaitMs } from '../../src/domain/call/asked-wait.ts'
import { encodeCall } from '../../src/domain/call/encode-call.ts'
import type { AnswerConditions, HttpCall, Idempotency } from '../../src/domain/call/http-call.ts'
import { withKey } from '../../src/domain/call/idempotency.ts'
import { judgeAnswer } from '../../src/domain/call/judge-answer.ts'
import { parseJson } from '../../src/domain/values/exact-number.ts'
import type { JsonObject } from '../../src/domain/values/json.ts'
import { asWritten, type UrlText } from '../../src/domain/text/texts.ts'

const callTo = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'POST',
  url: asWritten<UrlText>(url),
  headers: {},
  ...more,
})
const json = (text: string) => parseJson(text) as JsonObject
const sent = (more: Partial<HttpCall>) => encodeCall(callTo('https://a.example/x', more))

describe('a form', () => {
  const cases: [what: string, form: JsonObject, lists: 'indexed' | 'repeated', encoded: string][] = [
    ['names what is nested with brackets', { a: { b: [{ c: 1 }] } }, 'indexed', 'a%5Bb%5D%5B0%5D%5Bc%5D=1'],
    ['counts the elements of a list', { t: ['x', 'y'] }, 'indexed', 't%5B0%5D=x&t%5B1%5D=y'],
    ['repeats the name of a list, where the API wants that', { t: ['x', 'y'] }, 'repeated', 't=x&t=y'],
    [
      'keeps numbers to the digit',
      json('{"n":9007199254740993,"m":1.5}'),
      'indexed',
      'n=9007199254740993&m=1.5',
    ],
    ['has an empty value for null', { a: null, b: '' }, 'indexed', 'a=&b='],
    ['says nothing of an empty list', { a: [], b: {}, c: true }, 'indexed', 'c=true'],
    ['escapes signs that would end a value', { a: 'x&y=z +%' }, 'indexed', 'a=x%26y%3Dz+%2B%25'],
  ]
  for (const [what, form, formLists, encoded] of cases)
    test(what, () => {
      const { body, headers } = sent({ form, handling: { formLists } })
      assert.deepEqual([body, headers['content-type']], [encoded, 'application/x-www-form-urlencoded'])
    })
  test('no value of one name becomes another one', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const read = new URLSearchParams(sent({ form: { a, b } }).body ?? '')
        assert.deepEqual(
          [...read],
          [
            ['a', a.toWellFormed()],
            ['b', b.toWellFormed()],
          ],
        )
      }),
    )
  })
})

const url = (address: string, query: JsonObject) => encodeCall(callTo(address, { query })).url

describe('a query', () => {
  test('stands behind what the address asks for itself, and before its fragment', () => {
    assert.equal(url('https://a.example/x', { q: 'a b', t: [1, 2] }), 'https://a.example/x?q=a+b&t=1&t=2')
    assert.equal(url('https://a.example/x?y=1#z', { q: '&' }), 'https://a.example/x?y=1&q=%26')
    assert.equal(url('https://a.example/x?', { q: 1 }), 'https://a.example/x?q=1')
    assert.equal(url('https://a.example/x', { q: [] }), 'https://a.example/x')
  })
})

describe('a multipart body', () => {
  test('is what a reader of RFC 7578 finds in it', async () => {
    const name = 'a "quoted"\r\nname'
    const { body, headers } = sent({
      multipart: {
        note: 'two\r\nlines',
        [name]: 'x',
        file: { filename: 'ö.txt', type: 'text/csv', text: 'a,b' },
      },
    })
    const form = await new Response(body, {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData()
    const file = form.get('file')
    assert.ok(file instanceof File)
    assert.deepEqual([file.name, file.type, await file.text()], ['ö.txt', 'text/csv', 'a,b'])
    assert.equal(form.get('note'), 'two\r\nlines')
    assert.equal([...form.keys()].length, 3)
  })
  test('is the same bytes for each try, and its own type whatever the file says', () => {
    const once = sent({ multipart: { a: 'x' } })
    assert.deepEqual(sent({ multipart: { a: 'x' } }), once)
    const typed = sent({ multipart: { a: 'x' }, headers: { 'Content-Type': asWritten('text/html') } })
    assert.equal(typed.headers['content-type'], once.headers['content-type'])
  })
})

test('a header of the file takes the place of ours, in whatever case it is written', () => {
  const { headers } = sent({ json: 1, headers: { 'CONTENT-type': asWritten('application/vnd.api+json') } })
  assert.equal(headers['content-type'], 'application/vnd.api+json')
  assert.equal(Object.keys(headers).filter((name) => /content-type/i.test(name)).length, 1)
})

describe('the idempotency key', () => {
  const KEY = 'run_1.pay.refund'
  const keyed = (idempotency: Idempotency | undefined, more: Partial<HttpCall> = {}) =>
    withKey(callTo('https://a.example', { ...more, handling: { ...(idempotency && { idempotency }) } }), KEY)
  test('stands in the usual headers, in one by name, or nowhere', () => {
    assert.deepEqual(keyed(undefined).headers, { 'idempotency-key': KEY, 'webhook-id': KEY })
    assert.deepEqual(keyed({ header: 'X-Once', as: 'key' }).headers, { 'x-once': KEY })
    assert.deepEqual(keyed('none').headers, {})
  })
  test('stands in the data, and leaves the rest of it as it was', () => {
    const deep = keyed(
      { json: 'variables.input.id', as: 'uuid' },
      { json: { variables: { input: { title: 't' } } } },
    )
    const { id, title } = (deep.json as { variables: { input: { id: string; title: string } } }).variables
      .input
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(title, 't')
    assert.equal(
      id,
      (keyed({ json: 'id', as: 'uuid' }, { json: {} }).json as { id: string }).id,
      'the same for each try',
    )
    assert.deepEqual(keyed({ form: 'k', as: 'key' }, { form: { a: 1 } }).form, { a: 1, k: KEY })
    assert.match(JSON.stringify(keyed({ query: 'k', as: 'short' }).query), /^\{"k":"[0-9a-f]{24}"\}$/)
  })
  test('no data that is named like it reaches a prototype', () => {
    const call = keyed({ json: '__proto__.x', as: 'key' }, { json: {} })
    assert.equal(Reflect.get({}, 'x'), undefined)
    assert.equal(typeof call.json, 'object')
  })
})

describe('how long an answer asks to wait', () => {
  const now = Date.parse('2026-06-01T12:00:00Z')
  const epoch = now / 1000
  const cases: [what: string, status: number, headers: Record<string, string>, ms: number | undefined][] = [
    ['Retry-After in seconds', 503, { 'retry-after': '7' }, 7000],
    ['a fraction of a second, as Discord has it', 429, { 'retry-after': '0.5' }, 500],
    ['Retry-After before any limit', 429, { 'retry-after': '7', 'x-ratelimit-reset': `${epoch + 60}` }, 7000],
    [
      'the second of an epoch, as GitHub has it',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${epoch + 60}` },
      60_000,
    ],
    [
      'the millisecond of an epoch, as Linear has it',
      400,
      { 'x-ratelimit-requests-remaining': '0', 'x-ratelimit-requests-reset': `${now + 9000}` },
      9000,
    ],
    ['seconds from now, as the draft of the IETF has it', 429, { 'ratelimit-reset': '30' }, 30_000],
    ['the newer draft of the IETF', 429, { ratelimit: '"default";r=0;t=11' }, 11_000],
    ['a date', 429, { 'x-rate-limit-reset': '2026-06-01T12:00:05Z' }, 5000],
    [
      'the longer of two limits that are spent',
      429,
      {
        'ratelimit-remaining': '0',
        'ratelimit-reset': '3',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '8',
      },
      8000,
    ],
    [
      'nothing, of a limit that is not spent',
      503,
      { 'x-ratelimit-remaining': '90', 'x-ratelimit-reset': '3000' },
      undefined,
    ],
    ['nothing, of a limit beside an outage', 503, { 'x-ratelimit-reset': '3000' }, undefined],
    ['nothing, of words', 429, { 'retry-after': 'soon' }, undefined],
    ['no time at all, of a moment that is over', 429, { 'x-ratelimit-reset': `${epoch - 60}` }, 0],
  ]
  for (const [what, status, headers, ms] of cases)
    test(what, () => assert.equal(askedWaitMs({ status, headers }, now), ms))
})

const kind = (
  status: number,
  body: unknown,
  conditions: AnswerConditions = {},
  headers: Record<string, string> = {},
) => {
  const verdict = judgeAnswer(
    { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
    conditions,
  )
  return verdict.kind === 'retry' && verdict.afterMs !== undefined
    ? `retry in ${verdict.afterMs}`
    : verdict.kind
}

const wrong = (source: string) => {
  const compiled = compileAnswerCondition(source)
  return compiled.ok ? '' : compiled.fault.message
}

describe('what an answer means', () => {
  const graphql: AnswerConditions = {
    retry_when: 'answer.body.errors.exists(e, e.extensions.code == "RATELIMITED")',
    success_when: 'has(answer.body.data) && !has(answer.body.errors)',
  }
  const limited = { errors: [{ message: 'slow down', extensions: { code: 'RATELIMITED' } }] }
  const cases: [what: string, found: string, is: string][] = [
    [
      'the status alone',
      [200, 204, 301, 400, 401, 404, 408, 425, 429, 500, 501, 503].map((s) => kind(s, '')).join(),
      'done,done,refused,refused,refused,refused,retry,retry,retry,retry,refused,retry',
    ],
    [
      'an error of GraphQL in a 200',
      kind(200, { data: null, errors: [{ message: 'no' }] }, graphql),
      'refused',
    ],
    ['a success of GraphQL', kind(200, { data: { id: 1 } }, graphql), 'done'],
    ["Linear's 400 for a rate limit", kind(400, limited, graphql), 'retry'],
    [
      'another 400 of the same',
      kind(400, { errors: [{ extensions: { code: 'INPUT' } }] }, graphql),
      'refused',
    ],
    ['an outage with a page of HTML', kind(502, '<html>', graphql), 'retry'],
    ['a 200 with a page of HTML', kind(200, '<html>', graphql), 'refused'],
    [
      'a status that says "done before"',
      kind(409, '', { success_when: 'answer.status == 409 || answer.status == 201' }),
      'done',
    ],
    [
      'a refusal before a retry',
      kind(503, { fatal: true }, { fail_when: 'answer.body.fatal', retry_when: 'true' }),
      'refused',
    ],
    [
      'a header',
      kind(
        403,
        '',
        { retry_when: 'answer.headers["x-ratelimit-remaining"] == "0"' },
        { 'x-ratelimit-remaining': '0' },
      ),
      'retry',
    ],
    [
      'a wait in the body',
      kind(429, { retry_after: 1.5 }, { retry_after: 'answer.body.retry_after' }),
      'retry in 1500',
    ],
    ['a wait that is not there', kind(429, {}, { retry_after: 'answer.body.retry_after' }), 'retry'],
    [
      'a whole number in the body',
      kind(400, { code: 20429 }, { retry_when: 'answer.body.code == 20429' }),
      'retry',
    ],
  ]
  for (const [what, found, is] of cases) test(what, () => assert.equal(found, is))

  test('a condition is checked before anybody is called', () => {
    assert.match(wrong('answer.headers["X-Limit"] == "0"'), /lower case here: "x-limit"/)
    assert.match(wrong('answer.code == 1'), /No such key: code/)
    assert.match(wrong('record.amount > 1'), /only answer\.status/)
    assert.equal(wrong('answer.body.errors[0].code == "x"'), '')
  })
})

test('a text or a file that is one number goes out as its digits, in its own part', () => {
  const to = { method: 'POST', url: 'https://a.example/', headers: {} } as const
  const digits = '9007199254740993'
  const text = parseJson(digits) as never
  assert.equal(encodeCall({ ...to, text } as never).body, digits)
  const { body } = encodeCall({ ...to, multipart: { f: { filename: 'a.txt', text } } } as never)
  assert.match(body ?? '', /name="f"; filename="a\.txt"\r\n.*\r\n\r\n9007199254740993\r\n/)
})
