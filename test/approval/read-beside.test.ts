// What a person writes is no way round rules that read something else than what was written: a field that is made of it, the
// event itself, or a record that nobody can tell.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { openOf as openIn, resolveAs } from './acting.ts'

const pay = (path: string) =>
  `actions: [{ action: pay, http: { url: "\${vars.shop}${path}", json: { amount: "\${record.amount}" } }, retry: { attempts: 1 } }]`

interface More {
  fields?: string
  when?: string
  large?: string
  small?: string
  enrich?: string
}
const flow = (name: string, more: More) => `
workflow: ${name}
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: number }${more.fields ?? ''} }
enrich: { ${more.enrich ?? ''} }
rules:
  - { rule: huge, when: '${more.when ?? 'record.amount > 1000.0'}', route: large }
  - { rule: rest, when: 'true', route: small }
routes:
  large: { ${more.large ?? `review: { by: "@ada" }, ${pay('/pay')}, outcome: achieved`} }
  small: { ${more.small ?? `${pay('/pay')}, outcome: achieved`} }
`
const ofCents = { fields: ', cents: { type: number, from: event.amount }' }
/** Rules that read `cents` by a name that is worked out, or through the record as a whole. */
const workedOut = {
  variable: { ...ofCents, when: 'record[vars.which] > 1000.0' },
  built: { ...ofCents, when: 'record["ce" + "nts"] > 1000.0' },
  listed: { ...ofCents, when: '[record].exists(r, r.cents > 1000.0)' },
}
const madeOfIt = `, huge: { type: boolean, from: "record.amount > 1000.0" }`
const ofTheEvent = `, huge: { type: boolean, from: "event.amount > 1000.0" }`
const elsewhere = `review: { by: "@ada" }, ${pay('/pay-large')}, outcome: achieved`
const reviewed = `review: { by: "@grace" }, ${pay('/pay')}, outcome: achieved`

test('an edit, a change or a fix asks whom the rules would ask, whatever the rules read', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish(
    {
      made: flow('made', { fields: madeOfIt, when: 'record.huge' }),
      event: flow('event', { when: 'event.amount > 1000.0' }),
      elsewhere: flow('elsewhere', { large: elsewhere }),
      closed: flow('closed', { large: 'owner: "@grace", outcome: ignored' }),
      changed: flow('changed', { fields: madeOfIt, when: 'record.huge', small: reviewed }),
      beside: flow('beside', { fields: ofTheEvent, when: 'record.huge', small: reviewed }),
      bounded: flow('bounded', {
        fields: ', twice: { type: number, from: "event.amount * 2.0", maximum: 1000 }',
        small: reviewed,
      }),
      declined: flow('declined', { large: 'outcome: declined', small: reviewed }),
      escrow: flow('escrow', { large: `${pay('/escrow')}, outcome: achieved`, small: reviewed }),
      gone: flow('gone', {
        fields: `, tiny: { type: string, missing: ignore, from: 'record.amount < 100.0 ? "yes" : ""' }`,
        when: '!has(record.tiny)',
        small: reviewed,
      }),
      ...Object.fromEntries(
        Object.entries(workedOut).map(([name, more]) => [name, flow(name, { ...more, large: elsewhere })]),
      ),
      phone: flow('phone', { fields: ', phone: { type: string }', when: 'event.amount > 1000.0' }),
    },
    `vars: { shop: "${target.url}", which: cents }`,
  )
  const openOf = (runId: string) => openIn(bot, runId)
  const resolve = (runId: string, who: string, resolution: Resolution) =>
    resolveAs(bot, who, { runId, resolution })
  const arrived = async (workflow: string, status = 200) => {
    target.answerWith(status)
    const { body } = await bot.send(workflow, { order: workflow, amount: 5 })
    await bot.untilIdle()
    target.requests.length = 0
    return body.run
  }

  // Edited after the target refused it: sent to nobody before somebody has approved.
  for (const [workflow, amount] of [
    ['made', 5000],
    ['event', 5000],
    ['elsewhere', 5000],
    ['elsewhere', '5000'],
    ['closed', 5000],
    ['closed', '5000'],
    ...Object.keys(workedOut).map((name): [string, number] => [name, 5000]),
  ] as const) {
    const runId = await arrived(workflow, 422)
    const answer = await resolve(runId, 'joan', { do: 'retry', input: { json: { amount } } })
    assert.equal(answer.kind, 'resolved')
    assert.deepEqual([target.requests, (await openOf(runId))?.reason], [[], 'approval_required'], workflow)
  }

  // Approved with a change by whom the rules ask about small amounts alone.
  target.answerWith()
  for (const [workflow, kind, because] of [
    ['changed', 'not_applicable', 'would send it to "large"'],
    ['beside', 'invalid', 'The rule "huge" reads event.amount itself'],
    ['bounded', 'invalid', 'The field "twice" reads event.amount itself'],
    ['declined', 'not_applicable', 'would send it to "large", which does something else'],
    ['escrow', 'not_applicable', 'would send it to "large", which does something else'],
    ['gone', 'not_applicable', 'would send it to "large"'],
  ] as const) {
    const runId = await arrived(workflow)
    const answer = await resolve(runId, 'grace', { do: 'approve', change: { amount: 5000 } })
    assert.equal(answer.kind, kind, workflow)
    assert.ok(JSON.stringify(answer).replaceAll('\\"', '"').includes(because), JSON.stringify(answer))
    assert.deepEqual(target.requests, [])
  }

  // Corrected together with what is missing.
  const missing = await arrived('phone')
  const fix = (corrections: { [name: string]: string | number }) =>
    resolve(missing, 'joan', { do: 'fix', corrections })
  assert.equal((await fix({ phone: '1', amount: 5000 })).kind, 'invalid')
  assert.equal((await fix({ phone: '1' })).kind, 'resolved')
  assert.deepEqual(
    target.requests.map(({ body }) => body),
    [{ amount: 5 }],
  )
})

const warned = (fields: string, when: string, more: { small?: string; enrich?: string } = {}) =>
  checkAll(
    [{ file: 'a.yaml', source: flow('a', { fields, when, ...more }) }],
    '',
    'signalbox.yaml',
    {},
  ).problems.flatMap(({ severity, message }) =>
    severity === 'warning' && message.includes('reads') ? [message] : [],
  )
const says = (by: string, reads: string) =>
  `${by} reads ${reads}, and so does the field amount: corrections of the field do not reach it, and are refused`

test('check warns of a rule that reads the event where a field holds the same', () => {
  assert.deepEqual(warned('', 'event.amount > 1000.0'), [says('The rule "huge"', 'event.amount')])
  assert.deepEqual(warned(ofTheEvent, 'record.huge'), [says('The rule "huge"', 'event.amount')])
  assert.deepEqual(warned('', 'event["amount"] > 1000.0'), [says('The rule "huge"', 'event.amount')])
  const kinds = ', kinds: { type: array, from: "event.lines.map(l, l.kind)" }'
  assert.deepEqual(warned(kinds, 'event.lines.exists(l, l.qty > 2)'), [])
  assert.equal(warned(kinds, 'event.lines.exists(l, l["kind"] == "b")').length, 1)
  assert.equal(warned(kinds, 'event.lines.filter(l, l.qty > 2).exists(l, l.qty < 9)').length, 1)
  assert.equal(warned(kinds, 'event.lines.filter(l, l.qty > 2)[0].qty < 9').length, 1)
  assert.equal(warned(kinds, 'size(event.lines) > 2').length, 1)
  const money =
    ', currency: { type: string }, total: { type: money, from: event.cents, currency: event.currency, unit: minor }'
  assert.equal(
    warned(money, 'record.total > money(500, record.currency)').some((one) => one.includes('event.currency')),
    true,
  )
  const small = `actions: [{ action: pay, when: event.amount < 9.0, slack: { channel: "#a", text: b } }], outcome: achieved`
  assert.deepEqual(warned('', 'false', { small }), [says('The condition of "pay"', 'event.amount')])
  const enrich = 'known: { lookup: known, key: string(event.amount), missing: ask }'
  assert.deepEqual(warned('', 'false', { enrich }), [says('The lookup "known"', 'event.amount')])
  assert.deepEqual(warned('', 'false', { enrich: enrich.replace('ask', 'ignore') }), [])
  assert.deepEqual(warned(madeOfIt, 'record.huge'), [])
  assert.deepEqual(warned('', 'event.kind == "b2b"'), [])
})
