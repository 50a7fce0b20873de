// A channel in a file means the channel that had the name when it was published. Who renames it and makes another of the old
// name gets no card, no message, no digest and no right to read.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { postDigest } from '../../src/pipeline/digest/on-demand.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'
import { type Folder, folderOf } from '../workflow/command.ts'

const MARK = 'inside-4c1d'
const flow = (key: string, channel: string, title = key) => `workflow: ${key}
title: ${title}
owner: "@ada"
channel: "${channel}"
access: { read: channel }
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, note: { type: string }, to: { type: string, missing: default, default: none } }
rules:
  - { rule: told, when: 'record.to != "none"', route: tell }
  - { rule: all, when: 'true', route: look }
routes:
  look: { exception: { reason: needs_judgement, text: 'Look at \${record.order}' } }
  tell:
    actions:
      - { action: fixed, slack: { channel: "${channel}", text: 'fixed \${record.order}' } }
      - { action: bare, slack: { channel: "${channel.replace('#', '')}", text: 'bare \${record.order}' } }
      - { action: asked, slack: { channel: '\${record.to}', text: 'asked \${record.order}' } }
    outcome: achieved
`
const STANDARDS = `channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }
roles: { operators: ["@ops-lead"] }
digests: { weekly: { cron: "0 9 * * 1", channel: "#pay" } }
`
const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  `${message.text} ${JSON.stringify(message.blocks)}`

describe('a channel in a file', () => {
  let bot: Bot
  let folder: Folder
  let ids: Record<string, string>
  let app: string
  let pay: string
  let stranger: string
  const stop: (() => Promise<void> | void)[] = []
  const t = { after: (clean: () => Promise<void> | void) => void stop.unshift(clean) }

  before(async () => {
    bot = await startBot(t)
    const { people, bot: botId } = await bot.control.state()
    ids = Object.fromEntries(people.map(({ handle, id }) => [handle, id]))
    app = botId
    const made = await bot.control.channel({
      name: 'pay',
      isPrivate: true,
      members: [app, ids['ada'] ?? '', ids['grace'] ?? ''],
    })
    pay = made.channel.id
    const { botToken, appToken, signingSecret, apiUrl } = bot.credentials
    const env = {
      ...bot.env,
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: apiUrl,
    }
    folder = folderOf(t, env, { 'pay.yaml': flow('pay', '#pay'), 'signalbox.yaml': STANDARDS })
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const db = () => bot.app.db.prisma
  const sent = async (workflow: string, order: string, more: object = {}) => {
    await bot.app.catalog.refresh()
    const { body } = await bot.send(workflow, { order, note: MARK, ...more })
    await bot.untilIdle()
    return body.run
  }
  const textsIn = async (channel: string, as?: string) => {
    const { messages } = await bot.control.messages({ channel, limit: 200, ...(as ? { as } : {}) })
    return messages.map(textOf).join('\n')
  }
  const explains = async (user: string, run: string): Promise<string> => {
    const read = async () =>
      (await bot.control.messages({ channel: '#general', as: user, limit: 200 })).messages.filter(
        (one) => one.ephemeralTo !== null,
      )
    const known = new Set((await read()).map(({ ts }) => ts))
    await bot.control.command({ user, channel: '#general', text: `/workflow explain ${run}` })
    return until(`the answer for ${user}`, async () => {
      const answer = (await read()).find(({ ts }) => !known.has(ts))
      return answer && textOf(answer)
    })
  }
  const channelOf = async (key: string) => (await db().workflow.findUniqueOrThrow({ where: { key } })).channel

  test('is bound to its id when it is published; check and plan say which', async () => {
    for (const command of ['check', 'plan']) {
      const { stdout, code } = await folder.run(command)
      assert.equal(code, 0, stdout)
      assert.ok(stdout.includes(`#pay → ${pay}`), stdout)
    }
    assert.equal((await folder.run('apply')).code, 0)
    assert.equal(await channelOf('pay'), pay)
    const run = await sent('pay', 'first')
    assert.match(await textsIn(pay), /first/)
    assert.ok((await explains('@grace', run)).includes(MARK))
    assert.ok(!(await explains('@alan', run)).includes(MARK))
  })

  test('keeps its cards, messages, digests and readers when it is renamed and another gets its name', async () => {
    await bot.control.channel({ channel: pay, name: 'pay-private' })
    // A stranger makes a public one of the old name, with himself and the bot in it.
    const made = await bot.control.channel({ name: 'pay', members: [app, ids['alan'] ?? ''] })
    stranger = made.channel.id
    await until('the bot knows', () => db().channel.findFirst({ where: { id: stranger } }))
    const run = await sent('pay', 'second')
    await sent('pay', 'third', { to: '#general' })
    const digest = await postDigest(
      { db: bot.app.db, clock: () => new Date(), cardsChanged: () => bot.app.slack.notifier.wake() },
      { actor: ids['grace'] ?? '' },
    )
    assert.deepEqual(digest.kind === 'posted' && digest.channel, '#pay-private')
    await bot.untilIdle()
    for (const isSynced of [false, true]) {
      if (isSynced) await bot.app.slack.syncPeople()
      assert.match(await textsIn(pay), /second[\s\S]*fixed third[\s\S]*bare third/)
      assert.equal(await textsIn(stranger), '', 'nothing comes to the stranger')
      assert.ok((await explains('@grace', run)).includes(MARK))
      const outline = await explains('@alan', run)
      assert.ok(!outline.includes(MARK) && outline.includes('members of #pay-private'), outline)
    }
    assert.equal(await db().digest.count({ where: { channel: pay } }), 1)
    const refused = await postDigest(
      { db: bot.app.db, clock: () => new Date(), cardsChanged: () => {} },
      { actor: ids['alan'] ?? '' },
    )
    assert.equal(refused.kind, 'not_allowed')
  })

  test('stays bound in later versions; plan and doctor say who has the name, apply --rebind gives it', async () => {
    folder.write('pay.yaml', flow('pay', '#pay', 'Another title'))
    const line = `#pay: was #pay-private (${pay}), is now #pay (${stranger}); it stays with ${pay} until signalbox apply --rebind "#pay"`
    for (const command of ['plan', 'apply', 'doctor']) {
      const { stdout } = await folder.run(command)
      assert.ok(stdout.includes(line), `${command}: ${stdout}`)
    }
    assert.equal(await channelOf('pay'), pay)
    assert.equal((await folder.run('apply', '--rebind', '#pay')).code, 0)
    assert.equal(await channelOf('pay'), stranger)
    const run = await sent('pay', 'rebound')
    assert.match(await textsIn(stranger), /rebound/)
    assert.ok((await explains('@alan', run)).includes(MARK))
    assert.ok(!(await explains('@grace', run)).includes(MARK))
  })

  test('that is not there gives nobody anything; the first sync that finds it binds it', async () => {
    await bot.publish({ later: flow('later', '#later') }, STANDARDS)
    const run = await sent('later', 'early')
    const card = await db().card.findFirstOrThrow({ where: { kind: 'exception', channel: '#later' } })
    assert.match(card.error ?? '', /Meant for #later/)
    for (const user of ['@grace', '@alan']) assert.ok(!(await explains(user, run)).includes(MARK), user)
    const made = await bot.control.channel({
      name: 'later',
      isPrivate: true,
      members: [app, ids['grace'] ?? ''],
    })
    await until('it is bound', async () =>
      (await channelOf('later')) === made.channel.id ? true : undefined,
    )
    assert.equal((await db().card.findUniqueOrThrow({ where: { id: card.id } })).channel, made.channel.id)
    assert.ok((await explains('@grace', run)).includes(MARK))
    assert.ok(!(await explains('@alan', run)).includes(MARK))
    await sent('later', 'late')
    assert.match(await textsIn(made.channel.id), /late/)
  })

  test('may be its id; one that Slack does not show is refused', async () => {
    folder.write('pay.yaml', flow('pay', pay))
    folder.write('signalbox.yaml', STANDARDS.replace('#pay', pay))
    const { code, stdout, stderr } = await folder.run('apply')
    assert.equal(code, 0, stdout + stderr)
    assert.equal(await channelOf('pay'), pay)
    assert.ok((await explains('@grace', await sent('pay', 'by-id'))).includes(MARK))
    folder.write('pay.yaml', flow('pay', 'G0NOTTHERE'))
    assert.match((await folder.run('check')).stdout, /Slack shows no channel G0NOTTHERE/)
  })

  test('that comes from a record takes a message, and gives nobody a right to read', async () => {
    const run = await sent('pay', 'fourth', { to: '#general' })
    assert.match(await textsIn('#general'), /asked fourth/)
    assert.ok(!(await explains('@alan', run)).includes('asked fourth'))
  })
})
