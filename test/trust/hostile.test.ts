// The hostile table: what somebody could send who wishes us ill. Each gets its clear answer; none crashes anything,
// none that was accepted is lost, none is obeyed.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import { forms } from '../../src/domain/body/media-type.ts'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { type Bot, startBot } from '../bot.ts'
import { type Hostile, hostileRequests, SECRET, sign } from './hostile-inputs.ts'

const hostile = (workflow: string, body: string) => `
workflow: ${workflow}
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { preset: github, secret: secret.HOOK, body: ${body} } }
subject: string(event.id)
fields:
  id: { type: string }
  amount: { type: number, maximum: 1000000 }
  text: { type: string, missing: ignore }
rules:
  - { rule: pattern, when: 'has(record.text) && record.text.matches("^(a+)+$")', route: look }
  - { rule: rest, when: 'true', route: look }
routes:
  look: { exception: { reason: needs_judgement, text: "Look at \${record.id}" } }
`
const workflows = {
  hostile: hostile('hostile', 'json'),
  ...Object.fromEntries(forms.map((form) => [`hostile-${form}`, hostile(`hostile-${form}`, form)])),
  'only-by-command': `
workflow: only-by-command
owner: "@ada"
channel: "#ops-exceptions"
trigger: { command: { hint: "id=<id>" } }
fields:
  id: { type: string }
rules: [{ rule: all, when: 'true', route: done }]
routes: { done: { outcome: achieved } }
`,
}
const standards = 'channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }'

interface Answer {
  status: number
  type: string
  text: string
}

/** By node:http, which sends paths and headers as they are. */
function sendRaw(base: string, one: Hostile): Promise<Answer> {
  const body = Buffer.isBuffer(one.body) ? one.body : Buffer.from(one.body ?? '')
  const { hostname, port } = new URL(base)
  const signature = one.signature === undefined ? sign(body) : one.signature
  const answer = Promise.withResolvers<Answer>()
  const request = httpRequest(
    {
      hostname,
      port,
      method: one.method ?? 'POST',
      path: encodeURI(one.path ?? '/hooks/hostile').replaceAll('%25', '%'),
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
        ...one.headers,
      },
    },
    (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        answer.resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(parts).toString(),
        }),
      )
      response.on('error', answer.reject)
    },
  )
  // What is refused early is answered while it is still being sent.
  request.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') answer.reject(error)
  })
  request.end(body)
  return answer.promise
}

const now = () => Math.floor(Date.now() / 1000)
const slackSign = (body: string, at: number, secret: string) =>
  `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`
const press = (value: unknown, more: object = {}) =>
  `payload=${encodeURIComponent(
    JSON.stringify({
      type: 'block_actions',
      user: { id: 'U0STRANGER' },
      team: { id: 'T1' },
      trigger_id: '1.1',
      container: { type: 'message', message_ts: '1.1', channel_id: 'C1' },
      actions: [
        { type: 'button', action_id: 'approve', block_id: 'b', value, action_ts: String(Math.random()) },
      ],
      ...more,
    }),
  )}`

describe('the web edge, met by the hostile table', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  const acceptedRuns: { what: string; run: string; body: Buffer }[] = []
  before(async () => {
    bot = await startBot(
      { after: (clean) => void cleaning.push(clean) },
      { mode: 'http', env: { HOOK: SECRET } },
    )
    await bot.publish(workflows, standards)
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })

  test('the table is long enough', () =>
    assert.ok(hostileRequests.length >= 100, `${hostileRequests.length}`))

  for (const one of hostileRequests) {
    test(`${one.what} → ${one.status}`, async () => {
      const answer = await sendRaw(bot.app.url ?? '', one)
      assert.equal(answer.status, one.status, answer.text.slice(0, 300))
      if (one.status === 202) {
        const { run } = JSON.parse(answer.text) as { run: string }
        acceptedRuns.push({ what: one.what, run, body: Buffer.from(one.body ?? '') })
        return
      }
      assert.match(answer.type, /^application\/problem\+json/)
      const problem = JSON.parse(answer.text) as { status: number; title: string; detail: string }
      assert.equal(problem.status, one.status)
      assert.ok(problem.title.length > 0 && problem.detail.length > 0, 'it says what is wrong')
      assert.doesNotMatch(
        answer.text,
        new RegExp(`node_modules|at \\w+ \\(|${SECRET}`),
        'and nothing of ours',
      )
    })
  }

  test('nothing that was accepted is lost or changed, and each ends or waits for a person', async () => {
    await bot.untilIdle()
    const { prisma } = bot.app.db
    for (const { what, run, body } of acceptedRuns) {
      const row = await prisma.run.findUniqueOrThrow({
        where: { id: run },
        include: { event: true, exceptions: true },
      })
      assert.equal(row.state, 'held', what)
      assert.equal(row.exceptions.length, 1, what)
      assert.ok(Buffer.from(row.event.body).equals(body), `${what}: kept byte for byte`)
    }
    const ledger = await countLedger(prisma)
    assert.equal(ledger.accepted, acceptedRuns.length)
    assert.equal(ledger.unaccounted, 0)
  })

  test('nothing was obeyed: no prototype has changed, no table is gone, no card calls everybody', async () => {
    assert.equal(({} as Record<string, unknown>)['isAdmin'], undefined)
    assert.equal((await verifyChain(bot.app.db.prisma)).fault, undefined)
    const { messages } = await bot.control.messages({ channel: '#ops-exceptions', limit: 200 })
    assert.ok(messages.length > 0)
    const shown = JSON.stringify(messages)
    const read = JSON.stringify(messages, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && 'type' in value && value.type === 'plain_text'
        ? ''
        : value,
    )
    assert.ok(!/<!(channel|everyone|here)/.test(read), 'outside text is no mention')
    assert.ok(!shown.includes(SECRET), 'a template in a payload is text')
    const healthy = await fetch(`${bot.app.url}/readyz`)
    assert.equal(healthy.status, 200)
  })

  describe('as Slack', () => {
    const form = 'application/x-www-form-urlencoded'
    const wrongs: [
      what: string,
      body: string,
      about: { at?: number; secret?: string; signature?: string; type?: string },
    ][] = [
      ['a press without the right secret', press('x:1'), { secret: 'not the signing secret' }],
      ['a press from ten minutes ago', press('x:1'), { at: now() - 600 }],
      ['a press from ten minutes ahead', press('x:1'), { at: now() + 600 }],
      ['a press with no time', press('x:1'), { at: Number.NaN }],
      ['an empty signature', press('x:1'), { signature: '' }],
      ['a signature of another version', press('x:1'), { signature: `v1=${'0'.repeat(64)}` }],
    ]
    for (const [what, body, about] of wrongs) {
      test(`${what} is refused`, async () => {
        const { at = now(), secret = bot.credentials.signingSecret, type = form } = about
        const response = await fetch(`${bot.app.url}/slack/events`, {
          method: 'POST',
          headers: {
            'content-type': type,
            'x-slack-request-timestamp': String(at),
            'x-slack-signature': about.signature ?? slackSign(body, at, secret),
          },
          body,
        })
        assert.equal(response.status, 401)
      })
    }

    const odd: [what: string, body: string][] = [
      ['a press on nothing', press('')],
      ['a press on an exception that is not', press('exc_nothing:1')],
      ['a press with SQL', press(`x'; DROP TABLE exception; --:1`)],
      ['a press with 100,000 characters', press('x'.repeat(100_000))],
      ['a press with an object', press({ $gt: '' })],
      ['a press with a prototype', press('x:1', { __proto__: { isAdmin: true } })],
      ['a press with a huge revision', press(`x:${'9'.repeat(30)}`)],
      [
        'a press with an unknown action',
        press('x:1', { actions: [{ type: 'button', action_id: 'sudo', value: 'x' }] }),
      ],
      ['no payload', 'payload='],
      ['half a payload', 'payload=%7B'],
      ['an unknown type', `payload=${encodeURIComponent('{"type":"made_up"}')}`],
    ]
    for (const [what, body] of odd) {
      test(`${what}, rightly signed, breaks and resolves nothing`, async () => {
        const at = now()
        const response = await fetch(`${bot.app.url}/slack/events`, {
          method: 'POST',
          headers: {
            'content-type': form,
            'x-slack-request-timestamp': String(at),
            'x-slack-signature': slackSign(body, at, bot.credentials.signingSecret),
          },
          body,
        })
        await response.text()
        assert.ok([200, 400, 404].includes(response.status), String(response.status))
        assert.equal(await bot.app.db.prisma.exception.count({ where: { state: 'resolved' } }), 0)
        assert.equal((await fetch(`${bot.app.url}/healthz`)).status, 200)
      })
    }

    test('somebody without the right who presses Approve resolves nothing', async () => {
      const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { state: 'open' } })
      const stranger = await bot.app.db.prisma.person.findFirstOrThrow({
        where: { handle: { not: 'ada' }, isBot: false },
      })
      for (const actor of [stranger.id, 'U0STRANGER', '', '@ada', 'cli:', "' OR '1'='1"]) {
        const answer = await bot.app.resolve({
          exceptionId: id,
          actor: { id: actor, surface: 'slack' },
          resolution: { do: 'approve' },
        })
        assert.equal(answer.kind, 'not_allowed', actor)
      }
    })
  })
})

test('a source that sends too much is told when to come again', async (t) => {
  const bot = await startBot(t, { env: { HOOK_RATE_LIMIT: '3' } })
  for (let n = 0; n < 3; n += 1) assert.equal((await bot.send('nothing', {})).status, 404)
  const response = await fetch(`${bot.app.url}/hooks/nothing`, { method: 'POST' })
  assert.equal(response.status, 429)
  assert.ok(Number(response.headers.get('retry-after')) > 0)
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.match(await response.text(), /Come again in \d+ s/)
  assert.equal((await fetch(`${bot.app.url}/healthz`)).status, 200)
})

test('every hostile /workflow command gets an answer of its own, and starts nothing', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET } })
  await bot.publish(workflows, standards)
  const commands = [
    'status "',
    'run hostile __proto__=1 constructor=2',
    'status <!channel>',
    `status ${'x'.repeat(3000)}`,
    'rn only-by-command id=1',
    'status \u202ex',
    'explain ../../etc/passwd',
    "explain ' OR '1'='1",
    '${secret.HOOK}',
    '<script>alert(1)</script>',
  ]
  const answers = async () =>
    (await bot.control.messages({ channel: '#ops-exceptions', limit: 200 })).messages.filter(
      ({ ephemeralTo }) => ephemeralTo !== null,
    )
  for (const text of commands) {
    const already = (await answers()).length
    await bot.control.command({ user: '@ada', channel: '#ops-exceptions', text: `/workflow ${text}` })
    await bot.control.waitForMessage(
      { channel: '#ops-exceptions' },
      ({ ephemeralTo }) => ephemeralTo !== null,
    )
    const deadline = Date.now() + 10_000
    while ((await answers()).length <= already) {
      if (Date.now() > deadline) throw new Error(`no answer to ${text.slice(0, 40)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const said = JSON.stringify(await answers())
  assert.ok(!said.includes(SECRET), 'no answer tells a secret')
  assert.equal((await countLedger(bot.app.db.prisma)).accepted, 0)
})
