// The example panel: bodies from a folder, sent to the product's webhook, again under a new id when it is known.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { renumbered } from '../../src/local-slack/examples.ts'
import { started } from './start.ts'

test('every shipped sample is offered under its workflow', async (t) => {
  const slack = await started(t)
  const { examples } = await slack.control.state()
  assert.ok(examples.length >= 10)
  const late = examples.find((example) => example.name === 'order-delivery/apologise')
  assert.equal(late?.workflow, 'order-delivery')
  assert.equal(late?.title, 'Order delivery: apologise')
})

test('the first id in a body is renumbered wherever it stands', () => {
  const cases: [unknown, unknown][] = [
    [
      { order_id: '1042', customer_id: 'c-1042' },
      { order_id: '77', customer_id: 'c-1042' },
    ],
    [
      { refund: { id: 5, order_id: 9, lines: [{ refund: 5 }] } },
      { refund: { id: 77, order_id: 9, lines: [{ refund: 77 }] } },
    ],
    [
      { id: 'evt_fin_2', object: 'event' },
      { id: 'evt_fin_77', object: 'event' },
    ],
    [{ lead_id: 'L-201' }, { lead_id: 'L-77' }],
    [{ name: 'no id' }, { name: 'no id' }],
  ]
  for (const [body, expected] of cases) assert.deepEqual(renumbered(body, 77), expected)
})

test('an example that the product knows already is sent again as another event', async (t) => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { order_id: id } = JSON.parse(body) as { order_id: string }
      const duplicate = seen.includes(id)
      seen.push(id)
      response.writeHead(duplicate ? 200 : 202, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ duplicate }))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const slack = await started(t, { webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const call = { workflow: 'order-delivery', body: { order_id: '1042' }, fresh: true }
  assert.equal((await slack.control.webhook(call)).status, 202)
  assert.equal((await slack.control.webhook(call)).status, 202)
  assert.equal((await slack.control.webhook({ ...call, fresh: false })).status, 200)
  assert.equal(new Set(seen).size, 2)
  await assert.rejects(slack.control.webhook({ workflow: '../admin', body: {} }), /bad_workflow/)
})
