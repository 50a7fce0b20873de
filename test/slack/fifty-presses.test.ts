// Many people at one exception at once, from Slack and from the command line, over the real wire.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const FROM_SLACK = 46
const FROM_CLI = 4
const flow = (target: string) => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields: { id: { type: string } }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { by: role:leads }
    actions: [{ action: pay, http: { url: "${target}/pay", json: { id: "\${record.id}" } } }]
    outcome: achieved
`
const lead = (turn: number) => (turn % 2 === 0 ? 'ada' : 'grace')
const standards = 'roles: { leads: ["@ada", "@grace"] }\nchannels: { exceptions: "#ops-exceptions" }'

test('of fifty presses by two people from Slack and the command line one has effect; forty-nine are told who won', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
  await bot.publish({ orders: flow(target.url) }, standards)
  const { body } = await bot.send('orders', { id: 'fifty' })
  await bot.untilIdle()
  const card = await bot.control.waitForMessage({ channel: '#ops-exceptions' }, ({ blocks }) =>
    JSON.stringify(blocks).includes('Approval needed'),
  )
  // The buttons stay where they are, as on the screens of people who look at the same moment.
  await bot.control.fault({ kind: 'server_error', method: 'chat.update', count: null })

  const typed = Array.from({ length: FROM_CLI }, (_, turn) =>
    signalbox(bot.env, 'resolve', 'fifty', '--approve', '--as', `@${lead(turn)}`),
  )
  const container = { channel: card.channel, ts: card.ts }
  const pressed = Array.from({ length: FROM_SLACK }, (_, turn) =>
    bot.control.press({ user: `@${lead(turn)}`, container, actionId: 'approve', confirmed: true }),
  )
  const ended = await Promise.all(typed)
  await Promise.all(pressed)

  const { prisma } = bot.app.db
  const winner = (await prisma.exception.findFirstOrThrow({ where: { runId: body.run } })).resolvedBy ?? ''
  const isCli = winner.startsWith('cli:')
  // Who won and pressed again is told "You have".
  const isOwn = (person: string) => person === winner
  const named = isCli ? winner : `<@${winner}>`
  await until('every other press to be answered', async () => {
    const { messages } = await bot.control.messages({ channel: '#ops-exceptions', limit: 200 })
    const told = messages.filter(
      ({ ephemeralTo, text }) =>
        ephemeralTo !== null &&
        /already approved this/.test(text) &&
        (text.includes(named) || isOwn(ephemeralTo)),
    )
    return told.length === FROM_SLACK - (isCli ? 0 : 1) ? told : undefined
  })
  const late = ended.filter(({ code }) => code === 1)
  assert.equal(late.length, FROM_CLI - (isCli ? 1 : 0))
  for (const { stderr } of late) assert.match(stderr, /has already resolved this \(approved\)/)

  await bot.control['clear-faults']({})
  await bot.untilIdle()
  assert.equal(target.requests.length, 1)
  const decisions = await prisma.decision.count({ where: { runId: body.run, reason: 'approved' } })
  assert.equal(decisions, 1)
})
