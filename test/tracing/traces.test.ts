// Traces as a collector gets them: OTLP as JSON over HTTP, received by a server of the test.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { firstSpanOf, readTraceparent, traceIdOf, traceparentOf } from '../../src/tracing/run-trace.ts'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { SECRET, sendTo, standards, taker } from '../sources/sources.ts'
import { startTarget } from '../target.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  attributes: { key: string; value: Record<string, unknown> }[]
  links?: { traceId: string; spanId: string }[]
  status: { code?: number; message?: string }
}
interface Export {
  resourceSpans: { resource: unknown; scopeSpans: { spans: Span[] }[] }[]
}

async function startCollector(t: TestContext) {
  const texts: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      assert.equal(request.url, '/v1/traces')
      texts.push(Buffer.concat(parts).toString())
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const spans = () =>
    texts.flatMap((text) =>
      (JSON.parse(text) as Export).resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans),
      ),
    )
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts,
    async spansOf(traceId: string, count: number): Promise<Span[]> {
      for (const until = Date.now() + 15_000; Date.now() < until;) {
        const found = spans().filter((span) => span.traceId === traceId)
        if (found.length >= count)
          return found.toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return assert.fail(`no ${count} spans of ${traceId} came: ${JSON.stringify(spans())}`)
    },
  }
}

const workflow = (target: string) => `
workflow: orders
title: Orders
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
fields: { order: { type: string }, customer: { type: string } }
rules: [ { rule: all, when: 'true', route: tell } ]
routes:
  tell:
    outcome: achieved
    actions: [ { action: tell the shop, http: { method: POST, url: "${target}/tell", json: { order: "\${record.order}" } }, retry: { attempts: 1 } } ]
`

const attributesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

describe('the trace of a run', () => {
  test('begins at its source, one for each workflow that took the event', async (t) => {
    const collector = await startCollector(t)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, HOOK: SECRET }
    const bot = await startBot(t, { env })
    await bot.publish(
      { one: taker('one', 'source: shop'), two: taker('two', 'source: shop, when: event.n > 0') },
      standards(),
    )
    const sender = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 }
    const { body } = await sendTo(bot, '/in/shop', { id: 'a', n: 1 }, { traceparent: traceparentOf(sender) })
    assert.equal(body.runs.length, 2)
    for (const { run, workflow: key } of body.runs) {
      const [first, decided] = await collector.spansOf(traceIdOf(run), 2)
      assert.deepEqual([first?.name, first?.spanId], [`capture ${key}`, firstSpanOf(run)])
      assert.equal(first?.links?.[0]?.traceId, sender.traceId)
      assert.equal(decided?.parentSpanId, first?.spanId)
    }
    await sendTo(bot, '/in/shop', { id: 'a', n: 1 })
    const [, , again] = await collector.spansOf(traceIdOf(body.runs[0]?.run ?? ''), 3)
    assert.equal(again?.name, 'capture one again')
  })

  test('goes from hook to card under the id that follows from the run, and on to the target', async (t) => {
    const collector = await startCollector(t)
    const target = await startTarget(t)
    const bot = await startBot(t, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } })
    await bot.publish({ orders: workflow(target.url) })
    target.answerWith(422)
    const sender = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 }
    const sent = { order: 'A-17', customer: 'hedy.lamarr@customer.example' }
    const { body } = await bot.send('orders', sent, { traceparent: traceparentOf(sender) })
    await bot.untilIdle()

    const spans = await collector.spansOf(traceIdOf(body.run), 4)
    const [first, ...below] = spans
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['capture orders', 'decide', 'act tell the shop', 'card post'],
    )
    assert.equal(first?.spanId, firstSpanOf(body.run))
    assert.ok(!first.parentSpanId)
    assert.deepEqual(
      first.links?.map(({ traceId, spanId }) => [traceId, spanId]),
      [[sender.traceId, sender.spanId]],
    )
    for (const span of below) assert.equal(span.parentSpanId, first.spanId)
    for (const span of spans) assert.equal(attributesOf(span)['signalbox.run'], body.run)

    const [, decided, acted] = spans
    assert.equal(decided && attributesOf(decided)['signalbox.route'], 'tell')
    assert.deepEqual([acted?.status.code, acted?.status.message], [2, 'http_422'])
    const called = readTraceparent(target.requests[0]?.headers['traceparent'] as string)
    assert.deepEqual(called, { traceId: acted?.traceId, spanId: acted?.spanId, traceFlags: 1 })
    for (const text of collector.texts)
      assert.ok(!/hedy|A-17/.test(text), 'a value of the event was exported')

    const env = { ...bot.env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    const explained = await signalbox(env, 'explain', body.run)
    assert.match(explained.stdout, new RegExp(`Trace: ${traceIdOf(body.run)}`))
    const json = JSON.parse((await signalbox(env, 'explain', body.run, '--json')).stdout) as { trace: string }
    assert.equal(json.trace, first.traceId)

    const other = await bot.send('orders', sent, { 'idempotency-key': 'k1' })
    await bot.send('orders', sent, { 'idempotency-key': 'k1' })
    const again = await collector.spansOf(traceIdOf(other.body.run), 4)
    assert.ok(again.some(({ name }) => name === 'capture orders again'))
  })

  test('does not exist where no endpoint is set, and targets hear of none', async (t) => {
    const target = await startTarget(t)
    const bot = await startBot(t)
    await bot.publish({ orders: workflow(target.url) })
    await bot.send('orders', { order: 'A-17', customer: 'hedy' })
    await bot.untilIdle()
    assert.equal(target.requests.length, 1)
    assert.equal(target.requests[0]?.headers['traceparent'], undefined)
  })

  test('links to a sender only where its header is one', () => {
    for (const wrong of [undefined, '', 'x', `00-${'0'.repeat(32)}-${'cd'.repeat(8)}-01`, '00-ab-cd-01'])
      assert.equal(readTraceparent(wrong), undefined)
  })

  test('has another id for every run', () => {
    const ids = Array.from({ length: 500 }, (_, at) => `run_${at}`)
    assert.equal(new Set(ids.map(traceIdOf)).size, 500)
    assert.equal(new Set(ids.map(firstSpanOf)).size, 500)
    assert.match(traceIdOf('run_1'), /^[0-9a-f]{32}$/)
  })
})
