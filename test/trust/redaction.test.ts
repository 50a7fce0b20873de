// What a workflow marks secret or personal, and what proves who somebody is, stays where it belongs: over a whole
// journey with the log at its loudest.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { listAudit } from '../../src/db/audit/audit.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { runJson } from '../../src/cli/text/run-text.ts'
import { workflowHealth } from '../../src/db/workflows/workflow-health.ts'
import { MASK } from '../../src/domain/masking/marked.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import type { View } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const HOOK_SECRET = 'hook-secret-7f3a9b'
const EMAIL = 'grace.hopper@navy.example'
const IBAN = 'DE02120300000000202051'
const PIN = '4711'
const BODY_ONLY = 'only-in-the-body-8812'

const workflow = (target: string) => `
workflow: refunds
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { preset: github, secret: secret.HOOK, id: event.id } }
subject: event.id
fields:
  id: { type: string }
  email: { type: string, format: email, from: event.customer.email, personal: true }
  iban: { type: string, from: event.iban, secret: true }
  pin: { type: string, maxLength: 3, from: event.pin, secret: true, title: PIN }
rules:
  - { rule: known, when: 'record.email == "nobody@example.org"', route: refund }
  - { rule: all, when: 'true', route: refund }
routes:
  refund:
    review: { by: "@ada" }
    actions:
      - action: refund
        http: { url: "${target}/refunds", headers: { authorization: "Bearer \${secret.SHOP}" }, json: { iban: "\${record.iban}" } }
        retry: { attempts: 1 }
    outcome: achieved
`
const payments = (target: string) => `
workflow: pays
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields: { id: { type: string }, iban: { type: string, personal: true } }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    actions:
      - action: pay
        http: { url: "${target}/pay", json: { to: { iban: "\${record.iban}" }, note: "for \${record.id}" } }
        retry: { attempts: 1 }
    outcome: achieved
`
const standards = 'channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }'

/** The modal on top of this person's stack, once it fits. */
async function viewOf(bot: Bot, user: string, fits: (view: View) => boolean): Promise<View> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const view = (await bot.control.views(user)).views.at(-1)
    if (view && fits(view)) return view
    if (Date.now() > deadline) throw new Error(`no such modal; on top is ${JSON.stringify(view)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('what is secret or personal', () => {
  test('stays out of cards, explain and every log line, and is shown once somebody is written down as having looked', async (t) => {
    const lines: string[] = []
    const target = await startTarget(t)
    const bot = await startBot(t, {
      env: {
        LOG_LEVEL: 'trace',
        ALLOW_PRIVATE_TARGETS: '127.0.0.1',
        HOOK: HOOK_SECRET,
        SHOP: 'shop-token-55aa',
      },
      logTo: (line) => void lines.push(line),
    })
    await bot.publish({ refunds: workflow(target.url) }, standards)
    const { prisma } = bot.app.db
    const body = JSON.stringify({
      id: 'R-1',
      customer: { email: EMAIL },
      iban: IBAN,
      pin: PIN,
      note: `ask ${EMAIL.toUpperCase()} ${BODY_ONLY}`,
    })
    const signature = createHmac('sha256', HOOK_SECRET).update(body).digest('hex')
    const forged = await bot.send('refunds', body, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })
    assert.equal(forged.status, 401)
    // Errors are where logs say too much: a table is away while events come in, then while they are decided.
    const signed = { 'x-hub-signature-256': `sha256=${signature}` }
    await prisma.$executeRawUnsafe('ALTER TABLE counter RENAME TO counter_away')
    assert.equal((await bot.send('refunds', body, signed)).status, 503)
    await prisma.$executeRawUnsafe('ALTER TABLE counter_away RENAME TO counter')
    await prisma.$executeRawUnsafe('ALTER TABLE decision RENAME TO decision_away')
    const waiting = await bot.send('refunds', body, signed)
    assert.equal(waiting.status, 202)
    await until('jobs are sent back', () => lines.some((line) => line.includes('jobs sent back')))
    await prisma.$executeRawUnsafe('ALTER TABLE decision_away RENAME TO decision')
    const sent = await bot.send('refunds', body, signed)
    assert.deepEqual([sent.status, sent.body.run], [200, waiting.body.run])
    await bot.untilIdle()

    const ada = await prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
    const linus = await prisma.person.findFirstOrThrow({ where: { handle: { not: 'ada' }, isBot: false } })
    const open = () => prisma.exception.findFirstOrThrow({ where: { runId: sent.body.run, state: 'open' } })
    const resolve = async (resolution: Parameters<typeof bot.app.resolve>[0]['resolution']) => {
      const answer = await bot.app.resolve({
        exceptionId: (await open()).id,
        actor: { id: ada.id, surface: 'slack' },
        resolution,
      })
      assert.equal(answer.kind, 'resolved')
      await bot.untilIdle()
    }
    assert.equal((await open()).reason, 'invalid_field')
    await resolve({ do: 'fix', corrections: { pin: '123' } })
    target.answerWith(422)
    await resolve({ do: 'approve' })
    assert.equal((await open()).reason, 'action_refused')

    const run = await readRun(prisma, sent.body.run)
    assert.deepEqual(run?.masked, ['email', 'iban', 'pin'])
    assert.equal(run?.record?.fields['email'], MASK)
    assert.equal(JSON.parse(run?.event.body ?? '{}').customer.email, MASK)
    const state = await bot.control.state()
    const { channels } = state
    const messages = await Promise.all(
      channels.map(({ id }) => bot.control.messages({ channel: id, limit: 200 })),
    )
    const shown = {
      explain: JSON.stringify(run, (_key, value: unknown) => (value instanceof Map ? [...value] : value)),
      cards: JSON.stringify(messages),
      log: lines.join('\n'),
    }
    assert.ok(shown.cards.includes('R-1'), 'the card stands')
    assert.ok(lines.length > 0, 'the log spoke')
    const values = {
      email: EMAIL,
      'email in capitals': EMAIL.toUpperCase(),
      iban: IBAN,
      pin: `"${PIN}"`,
    }
    for (const [surface, text] of Object.entries(shown)) {
      for (const [what, value] of Object.entries(values))
        assert.ok(!text.includes(value), `${surface} shows the ${what}`)
    }
    const { botToken, appToken, signingSecret } = bot.credentials
    const keys = {
      botToken,
      appToken,
      signingSecret,
      signature,
      hook: HOOK_SECRET,
      shop: 'shop-token-55aa',
      body: BODY_ONLY,
    }
    for (const [what, value] of Object.entries(keys)) {
      const line = lines.find((one) => one.includes(value))
      assert.equal(line, undefined, `the log shows the ${what}: ${line}`)
    }

    const container = await bot.control.waitForMessage({ channel: '#ops-exceptions' }, (one) =>
      JSON.stringify(one).includes('R-1'),
    )
    for (const [user, expected] of [
      [linus, /can't see these/],
      [ada, new RegExp(IBAN)],
    ] as const) {
      await bot.control.press({
        user: user.id,
        container: { channel: container.channel, ts: container.ts },
        actionId: 'why',
      })
      const view = await viewOf(bot, user.id, (one) => JSON.stringify(one).includes('Show masked values'))
      await bot.control.press({ user: user.id, container: { viewId: view.id }, actionId: 'reveal' })
      await viewOf(bot, user.id, (one) => expected.test(JSON.stringify(one)))
    }
    const looks = await prisma.audit.findMany({ where: { action: 'run.revealed' } })
    assert.deepEqual(
      looks.map(({ actor, target: on, after }) => ({ actor, on, after })),
      [{ actor: ada.id, on: sent.body.run, after: { fields: ['email', 'iban', 'pin'] } }],
    )
  })

  test('stays out of the card of a storm, the audit as it is listed, and what a workflow failed at', async (t) => {
    const bot = await startBot(t, {
      env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1', HOOK: HOOK_SECRET, SHOP: 'x' },
    })
    await bot.publish({ refunds: workflow('http://127.0.0.1:9') }, standards)
    const { prisma } = bot.app.db
    const send = async (id: string) => {
      const body = JSON.stringify({ id, customer: { email: EMAIL }, iban: IBAN, pin: PIN })
      const signature = createHmac('sha256', HOOK_SECRET).update(body).digest('hex')
      return (await bot.send('refunds', body, { 'x-hub-signature-256': `sha256=${signature}` })).body.run
    }
    const runs = await Promise.all(['S-1', 'S-2', 'S-3', 'S-4', 'S-5'].map(send))
    await bot.untilIdle()
    const details = await prisma.exception.findMany({ select: { detail: true, data: true } })
    assert.ok(
      details.every(({ detail, data }) => !detail.includes(PIN) && JSON.stringify(data).includes(PIN)),
      'the words never hold it; which value it was is kept apart, for those who may see it',
    )
    const card = await bot.control.waitForMessage({ channel: '#ops-exceptions' }, (one) =>
      JSON.stringify(one).includes('×'),
    )
    assert.ok(JSON.stringify(card).includes(MASK) && !JSON.stringify(card).includes(PIN))

    const [run = ''] = runs
    const ada = await prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
    const { id } = await prisma.exception.findFirstOrThrow({ where: { runId: run, state: 'open' } })
    const actor = { id: ada.id, surface: 'slack' as const }
    const fixed = await bot.app.resolve({
      exceptionId: id,
      actor,
      resolution: { do: 'fix', corrections: { pin: '98' } },
    })
    assert.equal(fixed.kind, 'resolved')
    await bot.untilIdle()
    const audit = await listAudit(prisma, { runId: run, most: 10 })
    const changes = JSON.stringify(audit.find(({ action }) => action === 'exception.fixed')?.after)
    assert.match(changes, /"field":"pin"/)
    assert.doesNotMatch(changes, /4711|98/)

    const attempt = { runId: run, step: 0, number: 1, action: 'refund', target: 'shop', idempotencyKey: 'k' }
    await prisma.attempt.create({
      data: {
        ...attempt,
        id: 'att_masked',
        request: {},
        state: 'failed',
        error: `unknown account ${IBAN}`,
        startedAt: new Date(),
        finishedAt: new Date(),
      },
    })
    const [health] = await workflowHealth(prisma, { key: 'refunds', at: new Date() })
    assert.equal(health?.failed?.error, `unknown account ${MASK}`)
  })

  test('stays out of the audit and the explanation of an edit that types another value', async (t) => {
    const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    const target = await startTarget(t)
    await bot.publish({ pays: payments(target.url) })
    target.answerWith(422, 422)
    const { body } = await bot.send('pays', { id: 'E-1', iban: IBAN })
    await bot.untilIdle()
    const { prisma } = bot.app.db
    const resolve = async (resolution: Parameters<typeof bot.app.resolve>[0]['resolution']) => {
      const { id } = await prisma.exception.findFirstOrThrow({ where: { runId: body.run, state: 'open' } })
      const actor = { id: 'cli:ada', surface: 'cli' } as const
      assert.equal((await bot.app.resolve({ exceptionId: id, actor, resolution })).kind, 'resolved')
      await bot.untilIdle()
    }
    await resolve({ do: 'retry', input: { json: { to: { iban: 'FR-TYPED-5521' }, note: 'again' } } })
    await resolve({ do: 'dismiss', note: 'no account FR-TYPED-5521' })
    const audit = await listAudit(prisma, { runId: body.run, most: 20 })
    assert.deepEqual(audit.find(({ action }) => action === 'exception.retried')?.after, {
      as: 'retried',
      edited: { route: 'pay', step: 0 },
      changes: [
        {
          field: 'json',
          before: { to: { iban: MASK }, note: 'for E-1' },
          after: { to: { iban: MASK }, note: 'again' },
        },
      ],
    })
    const run = await readRun(prisma, body.run)
    const shown = JSON.stringify([run, audit], (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    assert.doesNotMatch(shown, /TYPED/)
    assert.match(JSON.stringify(target.requests), /TYPED/)
  })

  test('is not to be found by trying values against a hash that is shown', async (t) => {
    const bot = await startBot(t, {
      env: { HOOK: HOOK_SECRET, SHOP: 'shop-key', ALLOW_PRIVATE_TARGETS: '127.0.0.1' },
    })
    const target = await startTarget(t)
    await bot.publish({
      refunds: workflow(target.url).replace(', id: event.id', '').replace(', maxLength: 3', ''),
    })
    target.answerWith(422)
    const event = { id: 'H-1', customer: { email: EMAIL }, iban: IBAN, pin: PIN }
    const { body } = await bot.send('refunds', event)
    const actor = { id: 'cli:ada', surface: 'cli' } as const
    const { prisma } = bot.app.db
    const edited = { json: { iban: 'FR-TYPED-5521' } }
    const resolutions = [{ do: 'approve' }, { do: 'retry', input: edited }, { do: 'approve' }] as const
    for (const resolution of resolutions) {
      await bot.untilIdle()
      const { id } = await prisma.exception.findFirstOrThrow({ where: { runId: body.run, state: 'open' } })
      assert.equal((await bot.app.resolve({ exceptionId: id, actor, resolution })).kind, 'resolved')
    }
    await bot.untilIdle()
    const run = await readRun(prisma, body.run)
    assert.ok(run)
    const shown = JSON.stringify(
      [runJson(run), await listAudit(prisma, { runId: body.run, most: 50 })],
      (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    )
    assert.equal(run.event.dedupeKey, `signed:${MASK}`)
    assert.equal(run.attempts.length, 2)
    assert.match(run.attempts[1]?.idempotencyKey ?? '', new RegExp(`\\.edited-${MASK}$`))
    assert.deepEqual(shown.match(/"covers":"[^"]*"/g), [`"covers":"${MASK}"`, `"covers":"${MASK}"`])
    assert.doesNotMatch(shown, /[\da-f]{16}/)
  })

  test('stays out of the lines under a card, though a person writes it into a note', async (t) => {
    const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    const target = await startTarget(t)
    await bot.publish({ pays: payments(target.url) })
    target.answerWith(422)
    const { body } = await bot.send('pays', { id: 'N-1', iban: IBAN })
    await bot.untilIdle()
    const channel = '#ops-exceptions'
    const card = await bot.control.waitForMessage({ channel }, (one) => JSON.stringify(one).includes('N-1'))
    const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
    const actor = { id: 'cli:ada', surface: 'cli' } as const
    const resolution = { do: 'dismiss', note: `nobody has ${IBAN}` } as const
    await bot.app.resolve({ exceptionId: id, actor, resolution })
    const lines = () => bot.control.messages({ channel, thread: card.ts })
    const line = await until('the line in the thread', async () =>
      (await lines()).messages.find(({ text }) => text.includes('dismissed it')),
    )
    assert.match(line.text, new RegExp(`nobody has ${MASK}`))
    const { messages } = await bot.control.messages({ channel })
    assert.ok(!JSON.stringify([line, messages]).includes(IBAN))
  })

  test('is no target that is shown, kept, counted or traced', async (t) => {
    const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    const target = await startTarget(t)
    const { port } = new URL(target.url)
    await bot.publish({
      moves: `
workflow: moves
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields: { id: { type: string }, room: { type: string, personal: true }, host: { type: string, personal: true } }
rules: [{ rule: all, when: 'true', route: say }]
routes:
  say:
    actions:
      - { action: call, http: { url: "http://\${record.host}:${port}/hello" }, retry: { attempts: 1 } }
      - { action: say, slack: { channel: "\${record.room}", text: Hi }, retry: { attempts: 1 } }
    outcome: achieved
`,
    })
    const { body } = await bot.send('moves', { id: 'M-1', room: '#plumroom', host: '127.0.0.1' })
    await bot.untilIdle()
    const { prisma } = bot.app.db
    const kept = await prisma.attempt.findMany({ where: { runId: body.run }, orderBy: { step: 'asc' } })
    assert.deepEqual(
      kept.map(({ action, target: to, state }) => [action, to, state]),
      [
        ['call', 'host from record.host', 'done'],
        ['say', 'slack channel from record.room', 'refused'],
      ],
    )
    const run = await readRun(prisma, body.run)
    assert.doesNotMatch(JSON.stringify(run?.attempts), /plumroom/)
    const figures = await (await fetch(`${bot.app.url}/metrics`)).text()
    assert.match(figures, /slack channel from record\.room/)
    assert.doesNotMatch(figures, /plumroom/)
  })

  test('cannot be the subject, which is shown everywhere', () => {
    const source = workflow('https://shop.example').replace(
      'subject: event.id',
      'subject: event.customer.email',
    )
    const { problems } = checkAll([{ file: 'refunds.yaml', source }], standards, 'signalbox.yaml', {})
    assert.match(problems.map(({ message }) => message).join('\n'), /"email" is secret or personal/)
  })
})
