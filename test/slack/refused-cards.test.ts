// What Slack does not take is itself an exception, in Slack and by mail, and closes itself when Slack takes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { makeSendMail } from '../../src/connectors/mail.ts'
import { mailFindings } from '../../src/pipeline/watch/mail-findings.ts'
import { FAILING_MS, watchCards } from '../../src/pipeline/watch/cards.ts'
import { type Bot, startBot } from '../bot.ts'
import { startMailServer } from '../engine/mail-server.ts'
import { until } from '../until.ts'

const flow = (channel: string) => `
workflow: looks
title: Looks
owner: "@grace"
channel: "${channel}"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string } }
rules: [{ rule: all, when: 'true', route: look }]
routes: { look: { exception: { reason: needs_judgement, text: "Look at it" } } }
`
const standards =
  'roles: { operators: ["@ada"] }\nchannels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }'

async function start(t: Parameters<typeof startBot>[0], channel = '#ops-exceptions') {
  let aheadMs = 0
  const clock = () => new Date(Date.now() + aheadMs)
  const bot = await startBot(t, { clock, roles: ['web', 'worker', 'notifier'] })
  await bot.publish({ looks: flow(channel) }, standards)
  const { db, catalog, slack } = bot.app
  const look = () => watchCards({ db, catalog, clock, cardsChanged: () => slack.notifier.wake() })
  const later = async (ms: number) => {
    aheadMs += ms
    await slack.notifier.drain()
  }
  return { bot, clock, look, later }
}
const failing = ({ app }: Bot) =>
  until('a card fails', async () =>
    (await app.db.prisma.card.count({ where: { failingSince: { not: null } } })) > 0 ? true : undefined,
  )
const finding = ({ app }: Bot) => app.db.prisma.exception.findFirst({ where: { reason: 'internal_error' } })
const cardsWith = async ({ control }: Bot, channel: string, text: string) =>
  (await control.messages({ channel, limit: 200 })).messages.filter(({ blocks }) =>
    JSON.stringify(blocks).includes(text),
  )

for (const [what, breakIt, mendIt] of [
  [
    'the token is revoked',
    ({ control }: Bot) => control.install({ isInstalled: false }),
    ({ control }: Bot) => control.install({ isInstalled: true }),
  ],
  [
    'Slack is away',
    ({ control }: Bot) => control.fault({ kind: 'outage', count: null }),
    ({ control }: Bot) => control['clear-faults']({}),
  ],
] as const) {
  test(`${what}: one exception of the operators, by mail too; when Slack is back each card stands once`, async (t) => {
    const server = await startMailServer(t)
    const { bot, clock, look, later } = await start(t)
    const { db } = bot.app
    await breakIt(bot)
    for (const order of ['1', '2', '3']) await bot.send('looks', { order: `U-${order}` })
    await failing(bot)
    assert.deepEqual(await look(), { opened: 0, closed: 0 }, 'a moment is no outage')
    await later(FAILING_MS + 1000)
    assert.deepEqual(await look(), { opened: 1, closed: 0 })
    assert.deepEqual(await look(), { opened: 0, closed: 0 })
    const open = await finding(bot)
    const ada = await db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
    assert.equal(open?.ownerId, ada.id)
    assert.match(open?.detail ?? '', /Slack has taken no card since .* nothing is lost/)
    const { send, close } = await makeSendMail({ smtpUrl: server.url, from: 'bot@example.com' })
    t.after(close)
    const mails = { db, send, clock, log: pino({ level: 'silent' }) }
    server.refuseWith('450 later')
    assert.equal(await mailFindings(mails), 0)
    assert.equal(await mailFindings(mails), 1)
    assert.equal(await mailFindings(mails), 0, 'one mail')
    assert.deepEqual(server.mails.at(-1)?.to, [ada.email])
    assert.match(server.mails.at(-1)?.text ?? '', /Subject: Signalbox: Slack has taken no card since/)
    await mendIt(bot)
    await until('all cards stand', async () => {
      await later(61_000)
      const waiting = await db.prisma.card.count({ where: { ts: null, foldedInto: null } })
      return waiting === 0 ? true : undefined
    })
    assert.deepEqual(await look(), { opened: 0, closed: 1 })
    for (const order of ['1', '2', '3'])
      assert.equal((await cardsWith(bot, '#ops-exceptions', `Looks U-${order}`)).length, 1)
  })
}

test('an archived channel is an exception in the operators’ channel, until the channel takes a card again', async (t) => {
  const { bot, look, later } = await start(t, '#closing-down')
  await bot.control.channel({ name: 'closing-down', members: ['@ada'] })
  await bot.control.channel({ channel: '#closing-down', isArchived: true })
  const { body } = await bot.send('looks', { order: 'A-1' })
  await bot.untilIdle()
  assert.equal((await cardsWith(bot, '#ops-alerts', `Looks ${body.run}`)).length, 1)
  assert.deepEqual(await look(), { opened: 1, closed: 0 })
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  await bot.untilIdle()
  assert.equal((await cardsWith(bot, '#ops-alerts', 'Bring the channel back')).length, 1)
  await bot.control.channel({ channel: '#closing-down', isArchived: false })
  await later(31_000)
  await bot.send('looks', { order: 'A-2' })
  await bot.untilIdle()
  assert.equal((await cardsWith(bot, '#closing-down', 'Looks A-2')).length, 1)
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
})
