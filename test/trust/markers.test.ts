// Markers in every field, a fault at every step, and then everything that was written is read: log at its loudest, Slack,
// answers of commands, explain, metrics, traces.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { readRun } from '../../src/db/runs/run-view.ts'
import { errorForLog } from '../../src/error-for-log.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { testDatabase } from '../database.ts'
import { startMailServer } from '../engine/mail-server.ts'
import { until } from '../until.ts'

/** A server that gives back whatever it is sent, with this status. */
async function startEcho(t: TestContext): Promise<{ url: string; answerWith(status: number): void }> {
  let status = 422
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      response.writeHead(status, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          error: `cannot take ${request.url}`,
          sent: body,
          auth: request.headers.authorization,
        }),
      )
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith: (next) => void (status = next),
  }
}

const MARKS = {
  mail: 'Märker.Personal+1@leak.example',
  token: 'tok-SECRETMARK/9"\\x',
  name: 'Zoë Leakmark',
  long: `LEAKLONG-${'a'.repeat(200_000)}`,
}
/** How each of them would be noticed, whatever was done to it. */
const TRACES = ['rker.personal', 'secretmark', 'leakmark', 'leaklong', 'aaaaaaaaaa', 'unmarked-body']

const flow = (target: string) => `
workflow: marked
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.title
fields:
  id: { type: string }
  step: { type: string }
  mail: { type: string, personal: true, pattern: "@leak" }
  token: { type: string, secret: true }
  name: { type: string, from: event.customer.name, personal: true }
  long: { type: string, personal: true }
  pin: { type: string, secret: true, maxLength: 2 }
enrich:
  account: { lookup: accounts, key: "record.step == 'table' ? record.mail : 'known'", missing: default, default: {} }
  other: { http: { url: "${target}/look/\${record.token}?m=\${record.mail}" }, missing: default, default: {} }
rules:
  - { rule: domain, when: "record.step == 'rule' && domain(record.token) == 'x'", route: ask }
  - { rule: ask, when: "record.step == 'ask' && record.pin != 'zz'", route: ask }
  - { rule: table, when: "record.step == 'table'", route: ask }
  - { rule: slack, when: "record.step == 'slack'", route: slack }
  - { rule: gone, when: "record.step == 'gone'", route: gone }
  - { rule: mail, when: "record.step == 'mail'", route: mail }
  - { rule: badmail, when: "record.step == 'badmail'", route: badmail }
  - { rule: http, when: "record.step == 'http' && record.mail.startsWith('M')", route: http }
routes:
  ask: { exception: { reason: needs_judgement, text: "Pin \${record.pin} of \${record.name} (\${record.long}), \${record.mail}" } }
  slack: { actions: [{ action: tell, slack: { channel: "#customer-care", text: "About \${record.id}: \${event.message}" } }], outcome: achieved }
  gone: { actions: [{ action: tell, slack: { channel: "#nowhere-at-all", text: "\${record.mail}" }, retry: { attempts: 1 } }], outcome: achieved }
  mail: { actions: [{ action: write, email: { to: "ops@example.com", subject: "For \${record.name}", text: "\${record.mail}" }, retry: { attempts: 1 } }], outcome: achieved }
  badmail: { actions: [{ action: write, email: { to: "\${record.token}", subject: "s", text: "t" }, retry: { attempts: 1 } }], outcome: achieved }
  http:
    actions:
      - action: send
        http:
          url: "${target}/pay/\${record.token}"
          headers: { authorization: "Basic \${record.token}", x-note: "\${record.name}" }
          json: { mail: "\${record.mail}", long: "\${record.long}", pin: "\${record.pin}", note: "for \${record.id}" }
        retry: { attempts: 1 }
    outcome: achieved
`
const standards = 'channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }'
const STEPS = ['rule', 'ask', 'table', 'slack', 'gone', 'mail', 'badmail', 'http']
const event = (step: string) => ({
  id: `M-${step}`,
  step,
  title: `Case ${step} of ${MARKS.name.toUpperCase()}`,
  customer: { name: MARKS.name },
  mail: MARKS.mail,
  token: MARKS.token,
  long: MARKS.long,
  pin: 'Q7',
  message: '<!channel> <@U0123456> <https://evil.example|Sign in> *bold*',
  note: 'unmarked-body',
})

const everyMessage = async (bot: Bot): Promise<string> => {
  const { channels } = await bot.control.state()
  const all = await Promise.all(channels.map(({ id }) => bot.control.messages({ channel: id, limit: 200 })))
  return JSON.stringify(all)
}

const leaksIn = (surfaces: Record<string, string>, traces: string[]) =>
  Object.entries(surfaces).flatMap(([surface, text]) =>
    traces.flatMap((trace) => {
      const at = text.toLowerCase().indexOf(trace)
      return at < 0 ? [] : [`${surface}: …${text.slice(Math.max(0, at - 120), at + 60)}…`]
    }),
  )

test('markers in every field and a fault at every step leave nothing in anything that is written', async (t) => {
  const lines: string[] = []
  const spans: string[] = []
  const collector = createServer((request, response) => {
    request.on('data', (part: Buffer) => void spans.push(part.toString()))
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  }).listen(0, '127.0.0.1')
  await once(collector, 'listening')
  t.after(() => {
    collector.closeAllConnections()
    collector.close()
  })
  const echo = await startEcho(t)
  const mail = await startMailServer(t)
  const database = await testDatabase()
  const bot = await startBot(t, {
    database,
    env: {
      LOG_LEVEL: 'trace',
      ALLOW_PRIVATE_TARGETS: '127.0.0.1',
      SMTP_URL: mail.url,
      MAIL_FROM: 'bot@example.com',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    },
    logTo: (line) => void lines.push(line),
  })
  await bot.publish({ marked: flow(echo.url) }, standards)
  const { prisma } = bot.app.db

  // Bytes that are no event.
  for (const body of [`{"token": "${MARKS.mail}`, `"${MARKS.name}"`, `[${'['.repeat(100)}"${MARKS.name}"`])
    assert.ok((await bot.send('marked', body)).status >= 200)
  // A fault of the database while it is captured, and while it is decided.
  await prisma.$executeRawUnsafe('ALTER TABLE counter RENAME TO counter_away')
  assert.equal((await bot.send('marked', event('ask'))).status, 503)
  await prisma.$executeRawUnsafe('ALTER TABLE counter_away RENAME TO counter')
  await prisma.$executeRawUnsafe('ALTER TABLE decision RENAME TO decision_away')
  await bot.send('marked', event('ask'))
  await until('jobs are sent back', () => lines.some((line) => line.includes('jobs sent back')))
  await prisma.$executeRawUnsafe('ALTER TABLE decision_away RENAME TO decision')
  // A mail server that says whom it refuses; a Slack that refuses a card.
  mail.refuseWith(`550 5.1.1 no such person: ${MARKS.mail}`)
  await bot.control.fault({ kind: 'server_error', method: 'chat.postMessage', count: 1 })
  const runs: string[] = []
  for (const step of STEPS) runs.push((await bot.send('marked', event(step))).body.run)
  // Fields that do not fit.
  const wrong = {
    ...event('ask'),
    id: 'M-wrong',
    pin: 'Q7-leakmark',
    mail: 'secretmark',
    token: { secretmark: ['leakmark'] },
  }
  runs.push((await bot.send('marked', wrong)).body.run)
  await bot.untilIdle()
  const open = await prisma.exception.count({ where: { state: 'open', runId: { in: runs } } })
  assert.equal(open, STEPS.length, 'each but the message in Slack needs a person')

  const health = await fetch(`${bot.app.url}/metrics`)
  const asked = [
    ['status', 'marked'],
    ['list', '--json'],
    ...runs.slice(-3).flatMap((run) => [
      ['explain', run],
      ['status', run, '--json'],
    ]),
  ]
  const commands: Record<string, string> = {}
  for (const words of asked) {
    const { code, stdout, stderr } = await signalbox(database.env, ...words)
    assert.ok(code === 0 || code === 1, `${words.join(' ')}: ${code} ${stderr.slice(0, 500)}`)
    commands[words.join(' ')] = stdout + stderr
  }
  const views = await Promise.all(runs.map((run) => readRun(prisma, run)))
  await until('spans came', () => spans.length > 0)
  const slack = await everyMessage(bot)
  for (const step of STEPS.filter((one) => one !== 'slack'))
    assert.ok(slack.includes(`Case ${step}`), `the card of ${step} stands`)
  const shown = { slack, metrics: await health.text(), explain: JSON.stringify(views), ...commands }
  const marked = TRACES.filter((trace) => trace !== 'unmarked-body')
  assert.deepEqual(leaksIn(shown, marked), [])
  assert.deepEqual(leaksIn({ log: lines.join('\n'), spans: spans.join('\n') }, [...TRACES, 'bold']), [])
  assert.ok(
    lines.some((line) => line.includes('"stack":"')),
    `the log spoke of faults: ${lines.join('').slice(0, 3000)}`,
  )
  // Two characters are too short to be found: they are masked where they stand.
  assert.ok(!/[^A-Za-z0-9]Q7[^A-Za-z0-9]/.test(JSON.stringify(shown)), 'the pin')
  // The same message holds what was said from outside, and nothing of it is obeyed.
  const posted = /"text":"(About M-slack[^"]*)"/.exec(slack)?.[1]
  assert.match(posted ?? '', /&lt;!channel&gt; &lt;@U0123456&gt; &lt;https:\/\/evil\.example\|Sign in&gt;/)
})

test('an error in a log keeps what it is and where, and nothing that it quotes', () => {
  const cause = Object.assign(new Error('invalid input syntax for type integer: "LEAK 1"'), {
    code: '22P02',
    detail: 'Failing row contains (LEAK)',
    parameters: ['LEAK'],
  })
  const error = new Error(`Invalid call with LEAK\n\nUnique constraint failed: Key (k)=(LEAK) exists`, {
    cause,
  })
  const logged = JSON.stringify(errorForLog(error))
  assert.doesNotMatch(logged, /LEAK/)
  assert.match(logged, /Unique constraint failed.*"stack":"\s+at .*22P02/)
  assert.doesNotMatch(
    JSON.stringify(errorForLog(new SyntaxError(`Unexpected token 'L', "LEAK" is not valid JSON`))),
    /LEAK/,
  )
  assert.match(JSON.stringify(errorForLog(new Error('relation "counter" does not exist'))), /counter/)
  assert.equal(errorForLog({ body: 'LEAK' }), '[object]')
})
