// People of other organizations, guests and ids that nobody knows: the handle of one of us gives them nothing, on no path.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { ownersNamed, resolveTyped } from '../../src/db/people/owners.ts'
import { mayAct } from '../../src/db/people/people.ts'
import { newestStandards } from '../../src/db/workflows/standards.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget, type Target } from '../target.ts'
import { until } from '../until.ts'

const flow = `
workflow: refunds
title: Refunds
owner: "@joan"
channel: "#general"
trigger: { webhook: { verify: { scheme: none } }, command: {} }
subject: event.order
fields: { order: { type: string }, owner: { type: string, missing: ignore } }
rules:
  - { rule: named, when: 'has(record.owner)', route: look }
  - { rule: all, when: 'true', route: ask }
routes:
  ask:
    review: { by: "@ada" }
    actions: [{ action: pay back, http: { url: "\${vars.shop}/refunds" } }]
    outcome: achieved
  look: { owner: "\${record.owner}", exception: { reason: needs_judgement, text: Look } }
`
const CHANNEL = '#general'
const REFUSED = /only members of this workspace/
const at = ({ channel, ts }: Message) => ({ channel, ts })
const form = 'application/x-www-form-urlencoded'

describe('outsiders', () => {
  let bot: Bot
  let target: Target
  let eve: string
  let guest: string
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }

  before(async () => {
    target = await startTarget(t)
    bot = await startBot(t)
    await bot.control.join({ handle: 'guest', name: 'Guest', isRestricted: true })
    // In a shared channel, with the handles of one of us and of a group of ours.
    eve = (await bot.control.join({ handle: 'ada', name: 'Eve Other', teamId: 'T0OTHERCORP' })).person.id
    await bot.control.join({ handle: 'support', name: 'Not support', teamId: 'T0OTHERCORP' })
    await bot.app.slack.syncPeople()
    // As a user_change brings them; Slack says of a guest of one channel what it says of a guest.
    await bot.control.person({ user: eve, isUltraRestricted: true })
    const { prisma } = bot.app.db
    await until(
      'Slack told of Eve',
      async () => (await prisma.person.findUnique({ where: { id: eve } }))?.isUltraRestricted,
    )
    guest = (
      await until('the guest', () =>
        prisma.person.findFirst({ where: { handle: 'guest' } }).then((one) => one ?? undefined),
      )
    ).id
    await bot.publish({ refunds: flow }, `roles: { operators: ["@grace"] }\nvars: { shop: "${target.url}" }`)
    await bot.send('refunds', { order: 'large' })
    await bot.untilIdle()
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const exceptionOf = (subject: string) =>
    bot.app.db.prisma.exception.findFirstOrThrow({ where: { run: { subject } } })
  const cardOf = (subject: string) =>
    bot.control.waitForMessage(
      { channel: CHANNEL },
      (one) => one.ephemeralTo === null && JSON.stringify(one.blocks).includes(subject),
    )
  const toldPrivately = (user: string, text: RegExp) =>
    bot.control.waitForMessage(
      { channel: CHANNEL, as: user },
      ({ ephemeralTo, text: told }) => ephemeralTo === user && text.test(told),
    )
  test('the reviewer’s handle in another team approves nothing, in Slack or behind it', async () => {
    await bot.control.press({
      user: eve,
      container: at(await cardOf('large')),
      actionId: 'approve',
      confirmed: true,
    })
    await toldPrivately(eve, REFUSED)
    const { id: exceptionId } = await exceptionOf('large')
    const actor = { id: eve, surface: 'slack' } as const
    const answer = await bot.app.resolve({ exceptionId, actor, resolution: { do: 'approve' } })
    assert.equal(answer.kind, 'not_allowed')
    assert.equal((await exceptionOf('large')).state, 'open')
    assert.deepEqual(target.requests, [])
  })

  test('a stranger called like a group of ours owns nothing of it', async () => {
    const { prisma } = bot.app.db
    const standards = await newestStandards(prisma)
    assert.match((await resolveTyped(prisma, '@support', standards, new Date()))?.id ?? '', /^S/)
    const [named, ...others] = await ownersNamed(prisma, '@support', standards)
    assert.match(named?.id ?? '', /^S/)
    assert.deepEqual(others, [])
    assert.notEqual((await resolveTyped(prisma, '@ada', standards, new Date()))?.id, eve)
  })

  test('a record that names them by id or handle makes them owner of nothing', async () => {
    for (const [order, owner] of [
      ['by-id', eve],
      ['guest-by-id', guest],
      ['guest-by-handle', '@guest'],
    ] as const)
      await bot.send('refunds', { order, owner })
    await bot.untilIdle()
    const joan = await bot.app.db.prisma.person.findFirstOrThrow({ where: { handle: 'joan' } })
    for (const order of ['by-id', 'guest-by-id', 'guest-by-handle']) {
      const { ownerId, detail } = await exceptionOf(order)
      assert.equal(ownerId, joan.id, order)
      assert.match(detail, /could not be reached, so it is with the workflow's owner/)
    }
  })

  for (const who of ['eve', 'guest'] as const)
    test(`${who}: commands, home, shortcuts and windows are refused, and nothing is read or started`, async () => {
      const user = who === 'eve' ? eve : guest
      const runs = await bot.app.db.prisma.run.count()
      for (const text of ['explain large', 'queue all', 'run refunds order=x', 'digest', 'status large'])
        assert.match(
          JSON.stringify(
            (await bot.control.command({ user, channel: CHANNEL, text: `/workflow ${text}` })).delivery,
          ),
          REFUSED,
          text,
        )
      const { home } = await bot.control.home({ user })
      assert.equal(home, null)
      await bot.control.shortcut({ user, callbackId: 'start_workflow' })
      assert.deepEqual((await bot.control.views(user)).views, [])
      assert.equal(await bot.app.db.prisma.run.count(), runs)
    })

  test('in a group of ours they still have none of its rights', async () => {
    const { prisma } = bot.app.db
    const { group } = await bot.control.group({ group: 'mixed', members: ['@grace', guest, eve] })
    await until(
      'the group',
      async () => (await prisma.personGroup.findUnique({ where: { id: group.id } }))?.members.length === 3,
    )
    const grace = await prisma.person.findFirstOrThrow({ where: { handle: 'grace' } })
    assert.deepEqual(await Promise.all([grace.id, guest, eve].map((id) => mayAct(prisma, id, [group.id]))), [
      true,
      false,
      false,
    ])
  })

  test('a guest whom signalbox.yaml names is one of us', async () => {
    await bot.publish(
      { refunds: flow },
      `roles: { operators: ["@grace"] }\nvars: { shop: "${target.url}" }\npeople: { guests: [${guest}] }`,
    )
    assert.equal(await mayAct(bot.app.db.prisma, guest, [guest]), true)
    assert.equal(await mayAct(bot.app.db.prisma, eve, [eve]), false)
    const { delivery } = await bot.control.command({
      user: guest,
      channel: CHANNEL,
      text: '/workflow help',
    })
    assert.doesNotMatch(JSON.stringify(delivery), REFUSED)
  })
})

describe('outsiders over HTTP, rightly signed', () => {
  let bot: Bot
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  before(async () => {
    bot = await startBot(t, { mode: 'http' })
    await bot.publish({ refunds: flow }, 'vars: { shop: "https://shop.example" }')
    await bot.send('refunds', { order: 'large' })
    await bot.untilIdle()
  })
  after(async () => {
    for (const clean of stop) await clean()
  })
  const exceptionOf = (subject: string) =>
    bot.app.db.prisma.exception.findFirstOrThrow({ where: { run: { subject } } })

  const signed = async (body: string, type = form) => {
    const now = String(Math.floor(Date.now() / 1000))
    const hash = createHmac('sha256', bot.credentials.signingSecret).update(`v0:${now}:${body}`).digest('hex')
    const response = await fetch(`${bot.app.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': now,
        'x-slack-signature': `v0=${hash}`,
      },
      body,
    })
    return { status: response.status, text: await response.text() }
  }
  const command = (userId: string, text: string, teamId: string) =>
    signed(
      new URLSearchParams({
        command: '/workflow',
        text,
        user_id: userId,
        team_id: teamId,
        channel_id: 'C0ANY00000',
        trigger_id: `1.2.${Math.random()}`,
        response_url: `${bot.app.url}/nowhere`,
        api_app_id: 'A0OTHER',
      }).toString(),
    )
  const ourTeam = async () => (await bot.app.db.prisma.workspace.findFirstOrThrow()).teamId

  const event = (teamId: string, user: object) =>
    signed(
      JSON.stringify({
        type: 'event_callback',
        team_id: teamId,
        event_id: `Ev0${randomUUID()}`,
        authorizations: [{ team_id: teamId, enterprise_id: null, user_id: 'U0BOT', is_bot: true }],
        event: { type: 'user_change', user },
      }),
      'application/json',
    )

  test('an id that nobody knows is asked for once, and refused without asking again', async () => {
    const asked = async () =>
      (await bot.control.calls('users.info')).filter(({ args }) => args['user'] === 'U0NOBODY01').length
    const team = await ourTeam()
    for (const text of ['explain large', 'queue all', 'run refunds order=x', 'digest', 'status'])
      assert.match((await command('U0NOBODY01', text, team)).text, REFUSED)
    assert.equal(await asked(), 1)
    assert.equal(await bot.app.db.prisma.run.count({ where: { subject: 'x' } }), 0)
  })

  test('somebody of ours whom the directory missed is asked for, and let in at once', async () => {
    const { prisma } = bot.app.db
    // Slack's events do not reach this bot: it has no request URL there.
    const { person } = await bot.control.join({ handle: 'latecomer', name: 'Late Comer' })
    assert.equal(await prisma.person.findUnique({ where: { id: person.id } }), null)
    const { status, text } = await command(person.id, 'help', await ourTeam())
    assert.equal(status, 200)
    assert.doesNotMatch(text, REFUSED)
    assert.ok(await prisma.person.findUnique({ where: { id: person.id } }))
  })

  /** As Slack sends a press over HTTP, with these in place of where it was done and who did it. */
  const pressApprove = async (from: object) => {
    const { id } = await exceptionOf('large')
    const payload = {
      type: 'block_actions',
      ...from,
      api_app_id: 'A0OTHER',
      trigger_id: '1.2.x',
      container: { type: 'message', message_ts: '1.1', channel_id: 'C0ANY00000' },
      channel: { id: 'C0ANY00000', name: 'general' },
      actions: [{ type: 'button', action_id: 'approve', block_id: 'b', value: `${id}:1`, action_ts: '1.1' }],
    }
    const { status } = await signed(`payload=${encodeURIComponent(JSON.stringify(payload))}`)
    assert.equal(status, 200)
  }

  test('a member’s id from a team that is not ours is refused', async () => {
    const ada = await bot.app.db.prisma.person.findFirstOrThrow({
      where: { handle: 'ada', teamId: await ourTeam() },
    })
    assert.match((await command(ada.id, 'explain large', 'T0OTHERCORP')).text, REFUSED)
    for (const teams of [
      { team: { id: 'T0OTHERCORP' }, user: { id: ada.id, team_id: await ourTeam() } },
      { team: { id: await ourTeam() }, user: { id: ada.id, team_id: 'T0OTHERCORP' } },
    ])
      await pressApprove(teams)
    assert.equal((await exceptionOf('large')).state, 'open')
    assert.equal(await bot.app.db.prisma.audit.count({ where: { actor: ada.id } }), 0)
  })

  test('who becomes a guest, or is deactivated, is let in no more as soon as Slack says so', async () => {
    const alan = await bot.app.db.prisma.person.findFirstOrThrow({ where: { handle: 'alan' } })
    const team = await ourTeam()
    const facts = { id: alan.id, team_id: team, name: 'alan' }
    assert.doesNotMatch((await command(alan.id, 'help', team)).text, REFUSED)
    for (const more of [{ is_restricted: true }, { deleted: true }]) {
      await event(team, { ...facts, ...more })
      await until('refused', async () => REFUSED.test((await command(alan.id, 'help', team)).text))
      await event(team, facts)
      await until('let in', async () => !REFUSED.test((await command(alan.id, 'help', team)).text))
    }
  })

  test('an event of another workspace changes nothing here', async () => {
    const ada = await bot.app.db.prisma.person.findFirstOrThrow({
      where: { handle: 'ada', teamId: await ourTeam() },
    })
    const stolen = { id: ada.id, team_id: 'T0OTHERCORP', name: 'ada', deleted: true }
    assert.equal((await event('T0OTHERCORP', stolen)).status, 200)
    // The same of our own workspace, worked off after it, is taken: so the first was looked at too.
    assert.equal(
      (
        await event(await ourTeam(), {
          id: ada.id,
          team_id: await ourTeam(),
          name: 'ada',
          real_name: 'Ada King',
        })
      ).status,
      200,
    )
    await until(
      'ours arrives',
      async () => (await bot.app.db.prisma.person.findUnique({ where: { id: ada.id } }))?.name === 'Ada King',
    )
    assert.equal(
      (await bot.app.db.prisma.person.findUniqueOrThrow({ where: { id: ada.id } })).isDeleted,
      false,
    )
  })

  test('what names no team of ours is refused, whoever pressed; a view’s team counts', async () => {
    const ada = await bot.app.db.prisma.person.findFirstOrThrow({
      where: { handle: 'ada', teamId: await ourTeam() },
    })
    assert.match((await command(ada.id, 'explain large', '')).text, REFUSED)
    const user = { id: ada.id }
    for (const from of [
      { team: null, user },
      { team: null, user, enterprise: { id: 'E0OTHERCORP' } },
      { team: { id: await ourTeam() }, user, view: { id: 'V1', team_id: 'T0OTHERCORP' } },
    ])
      await pressApprove(from)
    assert.equal((await exceptionOf('large')).state, 'open')
    assert.equal(await bot.app.db.prisma.audit.count({ where: { actor: ada.id } }), 0)
    // As it comes where the app is installed for an organization.
    await pressApprove({ team: null, user: { ...user, team_id: await ourTeam() } })
    await until('approved', async () => (await exceptionOf('large')).state !== 'open')
  })
})
