// The address an event was sent to: its query and its method, in expressions, after a restart, in replay and simulation.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordedRuns } from '../../src/db/runs/recorded.ts'
import { isCredential, keptQuery, queryOf } from '../../src/domain/body/query.ts'
import { eraseSubject } from '../../src/pipeline/retention/erase-subject.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { startBot } from '../bot.ts'

const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true, id: query.delivery } }
subject: query.shop
fields:
  shop: { type: string, from: query.shop }
  tags: { type: array, from: query.tag, missing: ignore }
  how: { type: string, from: method }
  all: { type: array, from: 'query.map(name, name)' }
rules:
  - { rule: north, when: 'query.shop == "north é" && method == "POST"', route: go }
  - { rule: rest, when: 'true', route: look }
routes:
  go: { outcome: achieved }
  look: { outcome: ignored }
tests:
  - { test: of the north, event: {}, query: { shop: "north é", tag: [a, b] }, expect: { rule: north } }
  - { test: sent in another way, event: {}, query: { shop: "north é" }, method: GET, expect: { rule: rest, fields: { how: GET } } }
`

test('the query and the method of an event are there wherever its expressions are, and erased with it', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ orders: flow })
  const { db, queue, catalog } = bot.app
  const send = async (query: string) => {
    const response = await fetch(`${bot.app.url}/hooks/orders?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    return { status: response.status, text: await response.text() }
  }
  const answer = await send('shop=north+%C3%A9&tag=a&tag=b&api_key=hush-hush&Token=hush-hush&delivery=1')
  assert.equal(answer.status, 202)
  assert.doesNotMatch(answer.text, /hush/)
  assert.equal((await send('delivery=1&shop=north')).status, 200, 'the same delivery')
  const { run } = JSON.parse(answer.text) as { run: string }
  await bot.untilIdle()
  const fields = {
    shop: 'north é',
    tags: ['a', 'b'],
    how: 'POST',
    all: ['shop', 'tag', 'delivery'],
  }
  const rowOf = (id: string) =>
    db.prisma.run.findUniqueOrThrow({ where: { id }, include: { record: true, event: true, outcome: true } })
  const row = await rowOf(run)
  assert.deepEqual([row.subject, row.outcome?.kind, row.record?.fields], ['north é', 'achieved', fields])
  assert.doesNotMatch(JSON.stringify(row), /hush/)

  const actor = { id: 'cli:ops-lead', surface: 'cli' } as const
  const deps = { db, queue, catalog, clock: () => new Date(), cardsChanged: () => {} }
  const again = await replay(deps, { runId: run, version: 'current', actor })
  assert.ok(again.kind === 'replayed')
  await bot.untilIdle()
  assert.deepEqual((await rowOf(again.runId)).record?.fields, fields)
  const [recorded] = await recordedRuns(db.prisma, 'orders', { last: 1 })
  assert.deepEqual(recorded?.input.query, { shop: 'north é', tag: ['a', 'b'], delivery: '1' })
  assert.deepEqual(
    Object.keys(recorded?.input.headers ?? {}).filter((name) => name.startsWith(':')),
    [],
  )

  const erased = await eraseSubject(
    { db, clock: () => new Date() },
    { subject: 'north é', reason: 'asked for', actor },
  )
  assert.equal(erased.kind, 'erased')
  assert.deepEqual((await rowOf(run)).event.headers, {})
})

test('a query that cannot be read is refused, and nothing is kept', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ orders: flow })
  for (const [query, says] of [
    ['shop=%ff', /^The query of the address is not UTF-8/],
    ['a&'.repeat(1001), /^The query of the address has more than 1000 fields/],
  ] as const) {
    const response = await fetch(`${bot.app.url}/hooks/orders?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    assert.equal(response.status, 400)
    assert.match(((await response.json()) as { detail: string }).detail, says)
  }
  assert.equal(await bot.app.db.prisma.event.count(), 0)
})

describe('of a query', () => {
  test('credentials are told by their names', () => {
    const credentials = [
      'token',
      'Token',
      'api_key',
      'apiKey',
      'apikey',
      'key',
      'hub.verify_token',
      'X-Signature',
      'sig',
      'access-token',
      'clientSecret',
      'PASSWORD',
    ]
    const others = [
      'shop',
      'issue_key',
      'keyword',
      'tokens_used',
      'sign',
      'code',
      'id',
      '',
      'authors',
      'page',
    ]
    assert.deepEqual(
      credentials.filter((name) => !isCredential(name)),
      [],
    )
    assert.deepEqual(
      others.filter((name) => isCredential(name)),
      [],
    )
  })

  test('what is no credential is kept as it was sent, and read as a form is', () => {
    const read = keptQuery('a=1&%74oken=x&a=2&b=x%20y+z&payload=%7B%7D&&__proto__=1&c')
    assert.deepEqual(read, { kind: 'read', query: 'a=1&a=2&b=x%20y+z&payload=%7B%7D&__proto__=1&c' })
    assert.equal(
      JSON.stringify(queryOf('a=1&a=2&b=x%20y+z&payload=%7B%7D&__proto__=1&c')),
      '{"a":["1","2"],"b":"x y z","payload":"{}","__proto__":"1","c":""}',
    )
  })

  test('check says that a credential is never there', () => {
    const source = flow.replace("when: 'true'", 'when: \'query["api_key"] == "x"\'')
    const { problems } = checkAll([{ file: 'orders.yaml', source }], undefined, 'signalbox.yaml', {})
    assert.match(problems.map(({ message }) => message).join('\n'), /query\.api_key is never there/)
  })
})
