// The sample events that ship end where their file names say; the real payloads, where they are, run through too.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import { endingOf } from '../../src/domain/rules/simulate.ts'
import { example, examples } from './examples.ts'

const samples = new URL('../../workflows/samples/', import.meta.url)
const shared = new URL('../../../shared/data/', import.meta.url)
const noon = new Date('2026-01-05T12:00:00Z')

const end = (workflow: string, body: unknown, now = noon): string | undefined => {
  const compiled = compileWorkflow(example(workflow).definition, examples.standards)
  const recorded = {
    run: 'one',
    input: { body, headers: {} },
    enrichment: {},
    unanswered: [],
    corrections: {},
    now,
  }
  const { route, stopped } = endingOf({ compiled, vars: examples.standards.vars }, recorded)
  return route ?? stopped
}
const json = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'))

describe('sample events', () => {
  for (const { definition } of examples.workflows) {
    const { workflow } = definition
    const folder = new URL(`${workflow}/`, samples)
    const names = readdirSync(folder)
    test(`${workflow} has some, and each has a key of its own`, () => {
      const compiled = compileWorkflow(definition, examples.standards)
      const keys = names.map((name) => compiled.dedupeKey({ body: json(new URL(name, folder)), headers: {} }))
      assert.ok(keys.length >= 3)
      assert.ok(keys.every((key) => key !== undefined))
      assert.equal(new Set(keys).size, keys.length)
    })
    for (const name of names) {
      test(`${workflow}/${name} ends where its name says`, () => {
        const expected = name.replace(/(--.*)?\.json$/, '')
        const ending = end(workflow, json(new URL(name, folder))) ?? ''
        const isReason = /^(missing|invalid)_field$/.test(expected)
        assert.equal(isReason ? `${ending.split(' ').at(-1)}_field` : ending, expected)
      })
    }
  }
})

describe('real input', { skip: !existsSync(shared) }, () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const fitting = [
    ['shopify-refund', 'refund-review', 'book'],
    ['shopify-order', 'order-reconciliation', 'capture'],
    ['shopify-fulfillment', 'shipment-tracking', 'still'],
    ['shopify-order_risk', 'fulfilment-exception', 'stop'],
    ['stripe-charge.dispute.created', 'finance-handoff', 'late'],
    ['stripe-charge.refunded', 'finance-handoff', 'note'],
    ['stripe-invoice.payment_failed', 'renewal-risk', 'one-off'],
  ] as const
  for (const [file, workflow, route] of fitting) {
    test(`${file} goes through ${workflow} to ${route}`, () => {
      assert.equal(end(workflow, json(new URL(`payloads/${file}.json`, shared)), now), route)
    })
  }
  test('each real order goes the way a plain script over the table finds', () => {
    const rows: Record<string, string>[] = parse(readFileSync(new URL('olist-orders.csv', shared)), {
      columns: true,
      bom: true,
    })
    const compiled = compileWorkflow(example('order-delivery').definition, examples.standards)
    const byUs: Record<string, number> = {}
    const plain: Record<string, number> = {}
    for (const row of rows) {
      const recorded = {
        run: '',
        input: { body: row, headers: {} },
        enrichment: {},
        unanswered: [],
        corrections: {},
        now,
      }
      const route = endingOf({ compiled, vars: examples.standards.vars }, recorded).route ?? 'stopped'
      byUs[route] = (byUs[route] ?? 0) + 1
      const delivered = row.order_delivered_customer_date ?? ''
      const isLate =
        delivered !== '' && Date.parse(delivered) > Date.parse(row.order_estimated_delivery_date ?? '')
      const status = row.order_status ?? ''
      const wanted = ['unavailable', 'canceled'].includes(status)
        ? 'refund'
        : isLate
          ? 'apologise'
          : status === 'delivered'
            ? 'close'
            : 'wait'
      plain[wanted] = (plain[wanted] ?? 0) + 1
    }
    assert.deepEqual(byUs, plain)
  })
})
