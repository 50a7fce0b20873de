// An input written by hand is no way round what stops a record before or beside the rules: fields, lookups, conditions of
// actions, and routes that would not send it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importTable } from '../../src/pipeline/enrich/import-table.ts'
import type { JsonObject } from '../../src/domain/values/json.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { openOf, resolveAs } from './acting.ts'

const send = (name: string, more = '', body = '{ amount: "${record.amount}", vendor: "${record.vendor}" }') =>
  `{ action: ${name}, http: { url: "\${vars.shop}/pay", json: ${body} }, retry: { attempts: 1 }${more} }`

interface Gate {
  fields?: string
  enrich?: string
  rules?: string
  actions?: string
  routes?: string
}
/** Alan owns what stops on its route, Margaret the workflow. */
const flow = (name: string, gate: Gate) => `
workflow: ${name}
owner: "@margaret"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, vendor: { type: string }, amount: { type: number }${gate.fields ?? ''} }
${gate.enrich === undefined ? '' : `enrich: { known: { lookup: vendors, key: ${gate.enrich}, missing: ask } }`}
rules:
${gate.rules ?? ''}
  - { rule: any, when: 'true', route: pay }
routes:
  pay: { owner: "@alan", actions: [${gate.actions ?? send('pay')}], outcome: achieved }
${gate.routes ?? ''}
`
const large = (body: string, when: string) => ({
  rules: "  - { rule: large, when: 'record.amount > 1000.0', route: large }",
  routes: `  large: { owner: "@margaret", actions: [${send('pay large', when, body)}], outcome: achieved }`,
})

const gates: Record<string, Gate> = {
  bound: { fields: ', small: { type: number, from: record.amount, maximum: 1000 }' },
  listed: { enrich: 'record.vendor' },
  guarded: { actions: send('pay', ', when: record.amount <= 1000.0') },
  reported: {
    actions: `${send('pay')}, ${send('report', ', when: record.amount > 1000.0', '{ large: true }')}`,
  },
  skips: large(
    '{ amount: "${record.amount}", vendor: "${record.vendor}" }',
    ', when: record.amount <= 2000.0',
  ),
  capped: large('{ amount: 1000, vendor: "${record.vendor}" }', ''),
  'bound-beside': { fields: ', raw: { type: number, from: event.amount, maximum: 1000 }' },
  'absent-beside': { fields: `, low: { type: string, from: 'event.amount > 1000.0 ? "" : "yes"' }` },
  'listed-beside': { enrich: 'event.vendor' },
  'guarded-beside': { actions: send('pay', ', when: event.amount <= 1000.0') },
  computed: { actions: send('pay', '', '{ amount: "${record.amount + 0.0}", vendor: "${record.vendor}" }') },
}

test('an edit of what would have stopped as an event is refused, or asks whom that would have stopped at', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const names = Object.entries(gates).map(([name, gate]) => [name, flow(name, gate)])
  await bot.publish(Object.fromEntries(names), `vars: { shop: "${target.url}" }`)
  const at = new Date()
  await importTable(bot.app.db, {
    name: 'vendors',
    csv: Buffer.from('id,name\nv1,V\n'),
    keyColumn: 'id',
    asOf: at,
    at,
    actor: { id: 'x', surface: 'engine' },
  })
  const sent = () => target.requests.splice(0).map(({ body }) => body)
  /** Alan writes this in place of what the target refused. */
  const edited = async (workflow: string, change: JsonObject) => {
    target.answerWith(422)
    const { body: accepted } = await bot.send(workflow, { order: workflow, amount: 5, vendor: 'v1' })
    await bot.untilIdle()
    assert.deepEqual(sent(), [{ amount: 5, vendor: 'v1' }], workflow)
    const body = { amount: 5, vendor: 'v1', ...change }
    const answer = await resolveAs(bot, 'alan', {
      runId: accepted.run,
      resolution: { do: 'retry', input: { json: body } },
    })
    return { runId: accepted.run, answer, body }
  }

  for (const [workflow, change, because] of [
    [
      'bound',
      { amount: 99_999 },
      "The workflow's fields don't accept this: small must be at most 1000, and is 99999.",
    ],
    [
      'listed',
      { vendor: 'evil' },
      'This changes what "known" is looked up by, and an edit looks nothing up.',
    ],
    ['guarded', { amount: 5000 }, 'An event that says this would skip "pay".'],
    ['reported', { amount: 5000 }, 'An event that says this would also do "report".'],
  ] as const) {
    const { answer } = await edited(workflow, change)
    assert.deepEqual(answer, {
      kind: 'not_applicable',
      because: `${because} Correct it at its source, or replay it with another event.`,
    })
    assert.deepEqual(sent(), [])
    // What no gate minds is sent at once.
    const small = await edited(workflow, { amount: 6 })
    assert.deepEqual([small.answer.kind, sent()], ['resolved', [small.body]], workflow)
  }

  for (const [workflow, change] of [
    ['skips', { amount: 5000 }],
    ['capped', { amount: 5000 }],
    ['bound-beside', { amount: 5000 }],
    ['absent-beside', { amount: 5000 }],
    ['listed-beside', { vendor: 'evil' }],
    ['guarded-beside', { amount: 5000 }],
    ['computed', { amount: 5000 }],
  ] as const) {
    const { answer, runId, body } = await edited(workflow, change)
    assert.deepEqual(
      [answer.kind, (await openOf(bot, runId))?.reason, sent()],
      ['resolved', 'approval_required', []],
      workflow,
    )
    const approve = { runId, resolution: { do: 'approve' } as const }
    assert.equal((await resolveAs(bot, 'alan', approve)).kind, 'not_allowed')
    assert.equal((await resolveAs(bot, 'margaret', approve)).kind, 'resolved')
    assert.deepEqual(sent(), [body])
  }
})
