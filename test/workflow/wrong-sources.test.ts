// What a wrong source, and a workflow that takes wrongly from one, are told.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckContext } from '../../src/workflow/check/check-context.ts'
import { checkAll } from '../../src/workflow/file/load.ts'

const workflow = (trigger: string, tests = '') => `workflow: refunds
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { ${trigger} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
${tests}`
const file = (source: string) => `channels: { exceptions: "#ops-exceptions" }
sources:
  shop: ${source}
`
const SOUND = '{ preset: stripe, secret: secret.SET }'
const HMAC = 'verify: { scheme: hmac, header: X-Sig, secret: secret.SET }'

const REFUNDS = `source: shop, when: 'event.type == "refund"'`
const testOf = (type: string, expected: string) =>
  `tests: [{ test: one, event: { type: ${type} }, expect: { ${expected} } }]\n`

interface Wrong {
  why: string
  trigger?: string
  tests?: string
  source?: string
  context?: CheckContext
  at: [file: string, line: number]
  says: string
  hint?: string
  severity?: 'warning'
}

const wrongs: Wrong[] = [
  {
    why: 'a workflow that names a source which is not there',
    trigger: 'source: shpo',
    at: ['refunds.yaml', 4],
    says: 'there is no source "shpo" in signalbox.yaml',
    hint: 'did you mean shop?',
  },
  {
    why: 'a filter that is no condition',
    trigger: 'source: shop, when: size(event.list)',
    at: ['refunds.yaml', 4],
    says: 'when asks a question that is true or false, and this is of type int',
  },
  {
    why: 'a filter of a webhook that is no condition',
    trigger: `webhook: { ${HMAC}, when: '"refund"' }`,
    at: ['refunds.yaml', 4],
    says: 'when asks a question that is true or false, and this is of type string',
  },
  {
    why: 'a filter over what is not known yet',
    trigger: `source: shop, when: 'timestamp(event.at) < now'`,
    at: ['refunds.yaml', 4],
    says: 'only event, headers, query, method and vars are known here, not now',
  },
  {
    why: 'a filter that does not parse',
    trigger: `source: shop, when: 'event.type = "x"'`,
    at: ['refunds.yaml', 4],
    says: '',
  },
  {
    why: 'a filter without a source',
    trigger: `command: {}, when: 'event.n > 1'`,
    at: ['refunds.yaml', 4],
    says: 'when goes beside source; the one of a webhook goes into it',
  },
  {
    why: 'a test of an event that its filter ignores',
    trigger: REFUNDS,
    tests: testOf('sale', 'route: go'),
    at: ['refunds.yaml', 7],
    says: 'the trigger ignores this event (when): it starts no run',
  },
  {
    why: 'a test that expects to be ignored, and is not',
    trigger: REFUNDS,
    tests: testOf('refund', 'ignored: true'),
    at: ['refunds.yaml', 7],
    says: 'expected to be ignored, and the trigger wants it',
  },
  {
    why: 'a test that expects something of what is ignored',
    trigger: REFUNDS,
    tests: testOf('sale', 'ignored: true, route: go'),
    at: ['refunds.yaml', 7],
    says: 'nothing else can be expected of it',
  },
  {
    why: 'a test for whose event its filter has no answer',
    trigger: 'source: shop, when: event.type',
    tests: testOf('sale', 'route: go'),
    at: ['refunds.yaml', 7],
    says: 'the filter (when under trigger) has no answer: event.type is neither true nor false',
  },
  {
    why: 'a source beside a webhook',
    trigger: `source: shop, webhook: { ${HMAC} }`,
    at: ['refunds.yaml', 4],
    says: 'a workflow takes from a webhook of its own or from a source: leave out one of them',
  },
  {
    why: 'a source from which nobody takes',
    trigger: 'command: {}',
    at: ['signalbox.yaml', 3],
    says: 'no workflow takes from the source "shop": all that it sends is ignored',
    hint: 'trigger: { source: shop }',
    severity: 'warning',
  },
  {
    why: 'a source whose secret is not set',
    source: '{ preset: stripe, secret: secret.UNSET }',
    at: ['signalbox.yaml', 3],
    says: 'secret.UNSET is not set',
  },
  {
    why: 'a source that anyone may send to',
    source: '{ verify: { scheme: none } }',
    at: ['signalbox.yaml', 3],
    says: 'scheme none: anyone who reaches /in/shop may send',
    severity: 'warning',
  },
  {
    why: 'a source that anyone may send to, in production',
    source: '{ verify: { scheme: none } }',
    context: { isProduction: true },
    at: ['signalbox.yaml', 3],
    says: 'and NODE_ENV is production',
  },
  {
    why: 'an id of a source that nobody signs',
    source: `{ ${HMAC}, id: 'headers["x-id"]' }`,
    at: ['signalbox.yaml', 3],
    says: 'headers["x-id"]: scheme hmac does not sign it',
  },
  {
    why: 'an id of a source that reads a record',
    source: `{ ${HMAC}, id: record.id }`,
    at: ['signalbox.yaml', 3],
    says: 'sources.shop: ',
  },
  {
    why: 'a filter in a source',
    source: `{ ${HMAC}, when: event.n > 1.0 }`,
    at: ['signalbox.yaml', 3],
    says: 'unknown key "when" in sources.shop',
  },
  {
    why: 'a preset that is not there',
    source: '{ preset: strpe, secret: secret.SET }',
    at: ['signalbox.yaml', 3],
    says: 'sources.shop.preset cannot be "strpe"',
  },
  {
    why: 'a source that is called like a workflow',
    trigger: 'source: shop',
    context: { workflows: ['refunds', 'shop'] },
    at: ['signalbox.yaml', 3],
    says: '"shop" is a workflow already',
  },
]

const check = ({ trigger = 'source: shop', tests = '', source = SOUND, context = {} }: Partial<Wrong>) =>
  checkAll([{ file: 'refunds.yaml', source: workflow(trigger, tests) }], file(source), 'signalbox.yaml', {
    secretIsSet: (name) => name === 'SET',
    ...context,
  }).problems

describe('of a source', () => {
  test('that is sound, nothing is said', () => {
    assert.deepEqual(check({}), [])
    const tests = testOf('sale', 'ignored: true')
    assert.deepEqual(check({ trigger: REFUNDS, tests }), [])
    // It may be what somebody starts by hand.
    assert.deepEqual(check({ trigger: `${REFUNDS}, command: {}`, tests: testOf('sale', 'route: go') }), [])
    assert.deepEqual(
      check({ trigger: `source: shop, when: 'event.type == "refund" && headers["x-shop"] in ["a", "b"]'` }),
      [],
    )
  })
  for (const { why, at, says, hint, severity = 'error', ...given } of wrongs)
    test(`it is told of ${why}`, () => {
      const problems = check(given)
      const found = problems.find((one) => one.message.includes(says) && one.severity === severity)
      assert.ok(found, `expected "${says}", and got ${JSON.stringify(problems, null, 1)}`)
      assert.deepEqual([found.file, found.line], at)
      if (hint !== undefined) assert.equal(found.hint, hint)
      if (severity === 'error')
        assert.equal(
          problems.filter((one) => one.severity === 'error').length,
          1,
          `one mistake, one message: ${JSON.stringify(problems, null, 1)}`,
        )
    })

  test('nothing is said where signalbox.yaml cannot be read', () => {
    const { problems } = checkAll(
      [{ file: 'refunds.yaml', source: workflow('source: shop') }],
      file(SOUND).replace('sources:', 'sorces:'),
      'signalbox.yaml',
      {},
    )
    assert.deepEqual(
      problems.map(({ file: of }) => of),
      ['signalbox.yaml'],
    )
  })
})
