// Calls through a connection: what it says and what the action says; what an approval covers of them; what stays hidden.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applyEdit } from '../../src/pipeline/act/edited.ts'
import { describe as described } from '../../src/pipeline/act/perform.ts'
import { compileWorkflow, tryCompileWorkflow } from '../../src/domain/compile/compile.ts'
import type { HttpCall } from '../../src/domain/call/http-call.ts'
import { withKey } from '../../src/domain/call/idempotency.ts'
import type { RenderedAction } from '../../src/domain/compile/compiled-workflow.ts'
import { inputOfAction, inputProblems } from '../../src/domain/exceptions/action-input.ts'
import { coverOf, differenceFrom } from '../../src/domain/exceptions/approval.ts'
import { coverLines } from '../../src/domain/exceptions/approval-words.ts'
import { MASK } from '../../src/domain/masking/marked.ts'
import { inputTexts, redactor } from '../../src/domain/masking/redact.ts'
import { asWritten, type HeaderText } from '../../src/domain/text/texts.ts'
import type { JsonObject } from '../../src/domain/values/json.ts'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import { standardsSchema } from '../../src/domain/workflow-file/standards.ts'
import { scopeOf } from './compiled.ts'

const standards = standardsSchema.parse({
  vars: { shop: 'https://shop.example/a b', region: 'eu' },
  connections: {
    stripe: {
      url: 'https://api.${vars.region}.stripe.example/v1/',
      auth: { basic: { username: 'secret.STRIPE_KEY' } },
      headers: { 'Stripe-Version': '2026-01-01', 'X-Shared': 'ours' },
      query: { expand: ['charge'] },
      timeout: '5s',
      fail_when: 'answer.body.error.type == "card_error"',
      idempotency: { header: 'Idempotency-Key' },
      limits: { at_once: 2 },
    },
  },
})
const small = (http: object, more: object = {}) =>
  definitionSchema.parse({
    workflow: 'small',
    trigger: { command: {} },
    fields: {
      charge: { type: 'string' },
      amount: { type: 'number' },
      iban: { type: 'string', personal: true },
    },
    rules: [{ rule: 'all', when: 'true', route: 'end' }],
    routes: { end: { review: { by: '@ada' }, actions: [{ action: 'pay', http }], outcome: 'achieved' } },
    ...more,
  })
const made = (http: object, more: object = {}) => compileWorkflow(small(http, more), standards)
const scope = (of: JsonObject) => ({ ...scopeOf(of), vars: standards.vars })
const record = { charge: 'ch/1?x', amount: 120, iban: 'DE-MARKED' }
const secrets = (name: string) => `hush-${name}`
const callOf = (action: RenderedAction | undefined) =>
  action?.kind === 'http' ? action.call : assert.fail('it is no call')
const called = (http: object, of: JsonObject = record) =>
  callOf(made(http).action('end', 0, scope(of), secrets))

const refund = {
  connection: 'stripe',
  path: '/charges/${record.charge}/refunds',
  form: { amount: '${record.amount}', metadata: { order: 'for ${record.charge}' } },
  headers: { 'x-shared': 'mine' },
  query: { limit: 1 },
  retry_when: 'answer.status == 409',
}

const keyed = (handling: HttpCall['handling'], more: Partial<HttpCall>) =>
  withKey({ ...called({ url: 'https://a.example' }), ...more, ...(handling && { handling }) }, 'ours')

describe('a call through a connection', () => {
  test('goes to the path behind its address, with what it says, unless the action says otherwise', () => {
    assert.deepEqual(called(refund), {
      method: 'POST',
      url: 'https://api.eu.stripe.example/v1/charges/ch%2F1%3Fx/refunds',
      query: { expand: ['charge'], limit: 1 },
      headers: { 'Stripe-Version': '2026-01-01', 'x-shared': 'mine' },
      form: { amount: 120, metadata: { order: 'for ch/1?x' } },
      auth: { basic: { password: '', username: 'hush-STRIPE_KEY' } },
      handling: {
        timeoutMs: 5000,
        idempotency: { header: 'Idempotency-Key', as: 'key' },
        conditions: {
          fail_when: 'answer.body.error.type == "card_error"',
          retry_when: 'answer.status == 409',
        },
        atOnce: 2,
      },
    })
  })
  test('takes the auth, the conditions and the key of the action before its own', () => {
    const { auth, handling } = called({
      ...refund,
      auth: { header: { name: 'X-Key', value: 'Bot ${secret.BOT}' } },
      fail_when: 'answer.status == 402',
      idempotency: 'none',
    })
    assert.deepEqual(auth, { header: { name: 'X-Key', value: 'Bot hush-BOT' } })
    assert.equal(handling?.conditions?.fail_when, 'answer.status == 402')
    assert.equal(handling?.idempotency, 'none')
  })
  test('stays at its host whatever a record brings', () => {
    for (const charge of ['/../../x', '@evil.example', '//evil.example', '\\\\evil.example'])
      assert.equal(new URL(called(refund, { ...record, charge }).url).host, 'api.eu.stripe.example')
    assert.throws(() => called(refund, { ...record, charge: '..' }), /is not allowed in a URL path/)
  })
  test('leaves signs that are signed later as they are, and puts in secrets', () => {
    const { auth } = called({
      url: '${vars.shop}/x',
      auth: { hmac: { secret: 'secret.SIGN', header: 'X-Sig', signed: 'v0:${timestamp}:${body}' } },
    })
    assert.ok(auth && 'hmac' in auth)
    assert.deepEqual([auth.hmac.secret, auth.hmac.signed], ['hush-SIGN', 'v0:${timestamp}:${body}'])
  })
  test('that sends nothing and may be repeated goes without the key that the connection has for bodies', () => {
    const tracker = standardsSchema.parse({
      connections: { tracker: { url: 'https://a.example', idempotency: { json: 'dedup_key' } } },
    })
    const faultsOf = (http: object) =>
      tryCompileWorkflow(small(http), tracker).faults.map(({ message }) => message)
    assert.deepEqual(faultsOf({ connection: 'tracker', path: '/1', method: 'DELETE' }), [])
    assert.deepEqual(faultsOf({ connection: 'tracker', path: '/1' }), [
      'the idempotency key stands in json, and this call sends no json',
    ])
    const none = compileWorkflow(small({ connection: 'tracker', path: '/1', method: 'DELETE' }), tracker)
    const call = callOf(none.action('end', 0, { ...scopeOf(record), vars: {} }, secrets))
    assert.deepEqual(withKey(call, 'k'), call)
  })
  test('keeps the key that it writes itself', () => {
    assert.deepEqual(
      keyed({ idempotency: { json: 'a.b', as: 'key' } }, { json: { a: { b: 'mine' } } }).json,
      {
        a: { b: 'mine' },
      },
    )
    assert.deepEqual(keyed({ idempotency: { form: 'k', as: 'key' } }, { form: { k: 'mine' } }).form, {
      k: 'mine',
    })
    assert.deepEqual(keyed({ idempotency: { query: 'k', as: 'key' } }, {}).query, { k: 'ours' })
    assert.deepEqual(keyed({}, { headers: { 'Idempotency-Key': asWritten<HeaderText>('mine') } }).headers, {
      'Idempotency-Key': 'mine',
      'webhook-id': 'ours',
    })
  })
  test('names the secrets that it needs', () => {
    assert.deepEqual(made(refund).secretNames, ['STRIPE_KEY'])
  })
})

const cover = (http: object, of: JsonObject = record) =>
  coverOf(made(http), { route: 'end', step: 0 }, scope(of))

describe('an approval of a call', () => {
  test('covers its address, query, form and auth by the name of its secret; not how its answer is read', () => {
    assert.deepEqual(coverLines(cover(refund)), [
      '1. pay: POST https://api.eu.stripe.example/v1/charges/ch%2F1%3Fx/refunds',
      '    query.expand.0: charge',
      '    query.limit: 1',
      '    headers.Stripe-Version: 2026-01-01',
      '    headers.x-shared: mine',
      '    form.amount: 120',
      '    form.metadata.order: for ch/1?x',
      '    auth.basic.password: ""',
      '    auth.basic.username: ${secret.STRIPE_KEY}',
    ])
  })
  test('asks again for another form, query or auth, and not for another condition or wait', () => {
    const before = cover(refund)
    const fields = (http: object, of?: JsonObject) =>
      differenceFrom(before, cover(http, of))?.map(({ field }) => field)
    assert.deepEqual(fields(refund, { ...record, amount: 121 }), ['form.amount'])
    assert.deepEqual(fields({ ...refund, query: { limit: 2 } }), ['query.limit'])
    assert.deepEqual(fields({ ...refund, auth: { bearer: 'secret.OTHER' } }), [
      'auth.bearer',
      'auth.basic.password',
      'auth.basic.username',
    ])
    assert.equal(fields({ ...refund, retry_when: 'true', timeout: '9s', idempotency: 'none' }), undefined)
  })
  test('masks a marked field in its path, form and query', () => {
    const marked = {
      connection: 'stripe',
      path: '/accounts/${record.iban}',
      form: { to: '${record.iban}', amount: '${record.amount}' },
      query: { of: '${record.iban}', plain: 1 },
    }
    const { definition } = made(marked)
    const { value } = redactor({ fields: definition.fields, routes: definition.routes }, [record], '{}')
    const shown = JSON.stringify(value({ covers: cover(marked) } as unknown as JsonObject))
    assert.ok(!shown.includes('DE-MARKED'), shown)
    for (const path of ['url', 'form.to', 'query.of'])
      assert.ok(shown.includes(`["${path}","${MASK}"]`), path)
    assert.ok(shown.includes('["form.amount",120]'))
  })
})

const problems = (http: object, input: JsonObject) =>
  inputProblems(made(http).action('end', 0, scope(record), secrets), input, {}).map(
    ({ field, message }) => `${field}: ${message}`,
  )

describe('what is kept and edited of a call', () => {
  test('an attempt keeps its data with secrets by name, and neither headers nor auth', () => {
    const action = made({ ...refund, form: { key: '${secret.IN_FORM}', a: 1 } }).action(
      'end',
      0,
      scope(record),
      (name) => `[secret.${name}]`,
    )
    assert.deepEqual(described(action).request, {
      method: 'POST',
      url: 'https://api.eu.stripe.example/v1/charges/ch%2F1%3Fx/refunds',
      query: { expand: ['charge'], limit: 1 },
      form: { key: '[secret.IN_FORM]', a: 1 },
    })
  })
  test('a person may change its query and its form, and secrets stay where the file has them', () => {
    const http = { ...refund, form: { key: '${secret.IN_FORM}', amount: '${record.amount}' } }
    const workflow = made(http)
    const written = workflow.definition.routes['end']?.actions[0]
    const named = workflow.action('end', 0, scope(record), (name) => `\${secret.${name}}`)
    const input = inputOfAction(named)
    assert.deepEqual(Object.keys(input ?? {}), ['query', 'form'])
    const edited = {
      query: { limit: 5 },
      form: { key: '${secret.IN_FORM}', amount: 7, more: '${secret.IN_FORM}' },
    }
    assert.deepEqual(inputProblems(named, edited, inputTexts(written)), [])
    const sent = callOf(
      applyEdit(
        (given) => workflow.action('end', 0, scope(record), given),
        { route: 'end', step: 0, input: edited },
        { written, secrets },
      ),
    )
    assert.deepEqual(
      [sent.query, sent.form, sent.url],
      [
        { limit: 5 },
        { key: 'hush-IN_FORM', amount: 7, more: '${secret.IN_FORM}' },
        'https://api.eu.stripe.example/v1/charges/ch%2F1%3Fx/refunds',
      ],
    )
  })
  test('an edit that is no form, no part of a multipart body, or of another kind of body is refused', () => {
    const form = { url: 'https://a.example', form: { a: 1 } }
    assert.deepEqual(problems(form, { form: 'a=1' }), ['form: Write a JSON object.'])
    assert.deepEqual(problems(form, { form: { a: 2 }, json: {} }), ['json: This action sends no "json".'])
    const parts = { url: 'https://a.example', multipart: { a: 'x' } }
    assert.deepEqual(problems(parts, { multipart: { a: { name: 'x' } } }), [
      'multipart: "a" is a text, or a file: { "filename": "…", "text": "…" }.',
    ])
    assert.deepEqual(problems({ url: 'https://a.example', text: 'x' }, { text: ' ' }), [
      'text: This cannot be empty.',
    ])
  })
})
