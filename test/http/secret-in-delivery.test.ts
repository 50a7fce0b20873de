// A secret that a sender shows in what it sends, wherever that is: it proves the sender, and nobody who reads the event learns it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBot } from '../bot.ts'

const SECRET = 'S3nder/Marker+"öf" 42'

const flow = (name: string, webhook: string) => `workflow: ${name}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${webhook} }
subject: event.resource
fields: { shown: { type: string, from: 'headers.?x_proof.orValue(query.?k.orValue(event.?code.orValue("none")))' } }
rules: [{ rule: all, when: 'headers.?proof.orValue("") != "x"', route: look }]
routes: { look: { exception: { reason: needs_judgement, text: "Look at \${record.shown}" } } }
`
const bearer = (at: string, more = '') =>
  `{ verify: { scheme: bearer, secret: secret.SHARED, ${at} }${more} }`

const at = (code: string) => JSON.stringify({ resource: 'r', code, n: 1 })
const value = (clientState: string) =>
  JSON.stringify({ value: [{ clientState, resource: 'mail-7', resourceData: {} }] })

test('what proves a sender is not kept with the event', async (t) => {
  const bot = await startBot(t, { env: { SHARED: SECRET, PLAIN: 'Plain-Marker-42' } })
  await bot.publish({
    graph: flow('graph', '{ preset: graph, secret: secret.SHARED }'),
    field: flow('field', bearer('field: event.code')),
    form: flow('form', bearer('field: event.code', ', body: form')),
    query: flow('query', bearer('query: k')),
    header: flow('header', bearer('header: proof').replace('SHARED', 'PLAIN')),
  })
  const json = { 'content-type': 'application/json' }
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    fetch(`${bot.app.url}/hooks/${path}`, { method: 'POST', headers, body })
  const escaped = at('@').replace(
    '@',
    Array.from(SECRET)
      .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
  const sent: [path: string, body: string, headers?: Record<string, string>][] = [
    ['graph', value(SECRET)],
    ['field', at(SECRET)],
    ['field', escaped],
    [
      'form',
      `resource=r&code=${encodeURIComponent(SECRET)}`,
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    [`query?k=${encodeURIComponent(SECRET)}&n=1`, '{"resource":"r"}'],
    ['header', '{"resource":"r"}', { ...json, proof: 'Plain-Marker-42' }],
  ]
  for (const [path, body, headers] of sent) {
    const answer = await post(path, body, headers)
    assert.equal(answer.status, 202, `${path}: ${await answer.text()}`)
  }
  await bot.untilIdle()
  const events = await bot.app.db.prisma.event.findMany({ include: { run: { include: { record: true } } } })
  assert.equal(events.length, sent.length)
  for (const { body, ...rest } of events) {
    const text = Buffer.from(body).toString('utf8')
    const all = `${text}${decodeURIComponent(text.replaceAll('%', '%25'))}${JSON.stringify(rest)}`
    assert.doesNotMatch(all, /Marker|\\u004d/i, text)
  }
  assert.match(Buffer.from(events[1]?.body ?? []).toString(), /"code":"\[secret\]","n":1/)
  assert.equal((await post('field', at('[secret]'))).status, 401)
})
