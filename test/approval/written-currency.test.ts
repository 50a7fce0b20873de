// Where an event names no currency, whoever corrects an amount names it, and is no way round rules that ask the event for it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/domain/values/json.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { openOf, resolveAs } from './acting.ts'

const pay = `actions: [{ action: pay, http: { url: "\${vars.shop}/pay", json: { amount: "\${record.amount}" } } }], outcome: achieved`
const flow = (name: string, when: string, more = '') => `
workflow: ${name}
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: money, currency: event.cur }${more} }
rules:
  - { rule: foreign, when: '${when}', route: check }
  - { rule: large, when: 'record.amount > money(1000, record.amount.currency)', route: check }
  - { rule: rest, when: 'true', route: book }
routes:
  check: { review: { by: "@ada" }, ${pay} }
  book: { ${pay} }
`
const ofTheEvent = 'has(event.cur) && event.cur == "KWD"'
const readingTheEvent = {
  event: flow('event', ofTheEvent),
  field: flow(
    'field',
    'has(record.cur) && record.cur == "KWD"',
    ', cur: { type: string, from: event.cur, missing: ignore }',
  ),
  made: flow('made', 'record.isForeign', `, isForeign: { type: boolean, from: '${ofTheEvent}' }`),
  beside: flow('beside', 'has(record.fee)', ', fee: { type: money, currency: event.cur, missing: ignore }'),
}
const withoutCurrency: JsonObject[] = [{ amount: '500' }, { amount: 'x' }, { amount: '500', cur: 'zz' }]
const plain = flow('plain', 'record.amount.currency == "KWD"')

test('a currency that a person writes is refused where a rule reads it of the event', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({ ...readingTheEvent, plain }, `vars: { shop: "${target.url}" }`)
  const fixed = async (workflow: string, event: JsonObject, amount: string) => {
    target.requests.length = 0
    const { body } = await bot.send(workflow, { order: `${workflow} ${JSON.stringify(event)}`, ...event })
    await bot.untilIdle()
    const resolution = { do: 'fix', corrections: { amount } } as const
    const answer = await resolveAs(bot, 'joan', { runId: body.run, resolution })
    return { answer, sent: target.requests.map((request) => request.body), open: await openOf(bot, body.run) }
  }

  for (const workflow of Object.keys(readingTheEvent))
    for (const event of withoutCurrency) {
      const { answer, sent } = await fixed(workflow, event, '500 KWD')
      assert.ok(answer.kind === 'invalid', `${workflow} ${JSON.stringify(event)}: ${answer.kind}`)
      assert.match(answer.problems[0]?.message ?? '', /^The rule "foreign" reads event\.cur itself/)
      assert.deepEqual(sent, [])
    }

  // Where the event names it, nobody writes another, and the amount may be corrected.
  assert.equal((await fixed('event', { amount: 'x', cur: 'EUR' }, '500 KWD')).answer.kind, 'invalid')
  const eur = await fixed('event', { amount: 'x', cur: 'EUR' }, '500')
  assert.deepEqual(
    [eur.answer.kind, eur.sent],
    ['resolved', [{ amount: { amount: '500.00', currency: 'EUR' } }]],
  )
  // A rule that reads it of the amount sees what was written.
  const seen = await fixed('plain', { amount: '500' }, '500 KWD')
  assert.deepEqual([seen.answer.kind, seen.sent, seen.open?.reason], ['resolved', [], 'approval_required'])
  const own = await fixed('plain', { amount: '500' }, '500 USD')
  assert.deepEqual([own.answer.kind, own.sent.length], ['resolved', 1])
})

const warned = (source: string) =>
  checkAll([{ file: 'a.yaml', source }], 'vars: { shop: "https://shop.example" }', 'signalbox.yaml')
    .problems.filter(({ message }) => message.includes('has its currency from'))
    .map(({ message, hint }) => [message, hint])

test('check warns of a rule that reads the currency of the event, where an event may name none', () => {
  const warning = [
    'The rule "foreign" reads event.cur, where the field amount has its currency from: where an event names none, corrections of the field are refused',
    'read record.amount.currency',
  ]
  assert.deepEqual(warned(readingTheEvent.event), [warning])
  assert.deepEqual(warned(readingTheEvent.field), [warning])
  assert.deepEqual(warned(readingTheEvent.made), [warning])
  assert.deepEqual(warned(plain), [])
  // Where it is missing, both amounts are asked for together.
  assert.deepEqual(warned(readingTheEvent.beside), [])
})
